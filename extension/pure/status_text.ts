// What the status bar says of a session, in few words, and what it says when somebody points at it.
import type { LinkState } from '../native.d.ts';
import type { Measured } from './report.ts';
import { shortName } from './targets.ts';
import { l10n } from './words.ts';

export interface StatusText {
  text: string;
  tooltip: string;
  /** It wants to be seen. */
  warning: boolean;
}

/** `since`: milliseconds since the state was told. */
export function statusText(link: LinkState, since: number, now?: Measured): StatusText {
  const name = shortName(link.target);
  switch (link.kind) {
    case 'connecting':
      return { text: `$(sync~spin) ${l10n.t('Connecting to {0}', name)}`, tooltip: join(link.detail), warning: false };
    case 'reconnecting':
      return {
        text: `$(debug-disconnect) ${name}: ${retry(link, since)}`,
        tooltip: join(
          l10n.t(
            'The link to {0} is down. The session waits over there, and goes on when the link is back.',
            link.target,
          ),
          link.detail,
          l10n.t('Click for Retry Now and Stop.'),
        ),
        warning: true,
      };
    case 'lost':
      return { text: `$(error) ${l10n.t('{0} is lost', name)}`, tooltip: join(link.detail), warning: true };
    case 'connected': {
      const parts = [name, roundTrip(now), share(now)].filter((part) => part !== '');
      return {
        text: `$(debug-alt) ${parts.join(' · ')}`,
        tooltip: join(l10n.t('Nearside: connected to {0}', link.target), link.security, inWords(now)),
        warning: false,
      };
    }
  }
}

/** `trying again…`, `next try in 4 s`. */
function retry(link: LinkState, since: number): string {
  const left = Math.ceil((link.nextTry - since) / 1000);
  if (link.nextTry === 0 || left <= 0) return l10n.t('reconnecting, trying now');
  return l10n.t('reconnecting, next try in {0} s', left);
}

function roundTrip(now: Measured | undefined): string {
  return now?.roundTripMs === undefined ? '' : l10n.t('{0} ms', now.roundTripMs);
}

function share(now: Measured | undefined): string {
  return now?.local === undefined ? '' : l10n.t('{0} % local', Math.round(now.local * 100));
}

function inWords(now: Measured | undefined): string {
  if (now?.local === undefined) return '';
  return l10n.t(
    '{0} of {1} answers came from memory, without asking over there.',
    Math.round(now.local * now.reads),
    now.reads,
  );
}

const join = (...lines: string[]): string => lines.filter((line) => line !== '').join('\n\n');
