// The processes of a target, to attach to, as `nearside processes --json` prints them: one a line.
import { l10n } from './words.ts';

export interface FarProcess {
  pid: number;
  name: string;
  command: string;
  user: string;
  /** Unix seconds; 0: not known. */
  since: number;
}

/** `3 min ago`, for lists. */
export function ago(since: number, now: number): string {
  if (since === 0) return '';
  const seconds = Math.max(0, now - since);
  if (seconds < 60) return l10n.t('{0} s ago', Math.round(seconds));
  if (seconds < 3600) return l10n.t('{0} min ago', Math.round(seconds / 60));
  if (seconds < 86_400) return l10n.t('{0} h ago', Math.round(seconds / 3600));
  return l10n.t('{0} days ago', Math.round(seconds / 86_400));
}
