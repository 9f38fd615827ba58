// A breakpoint's whole way, from the gutter to the adapter, as a page for a person: what is set here, what the path becomes, what
// the debugger made of it, and what can be done.
import type { PathExplanation } from '../native.d.ts';
import { l10n } from './words.ts';
import { baseName } from './path_rules.ts';

export interface SetBreakpoint {
  path: string;
  /** From 1. */
  line: number;
  enabled: boolean;
  condition?: string | undefined;
  hitCondition?: string | undefined;
  logMessage?: string | undefined;
}

/** DAP's Breakpoint, as far as it is told. */
export interface AdapterBreakpoint {
  verified?: boolean;
  message?: string;
  line?: number;
  source?: { path?: string; name?: string; sourceReference?: number };
}

export interface Explained {
  breakpoint: SetBreakpoint;
  session?: { name: string; target: string; adapter: string } | undefined;
  path?: PathExplanation | undefined;
  adapter?: AdapterBreakpoint | undefined;
}

export function explanation({ breakpoint, session, path, adapter }: Explained): string {
  const name = baseName(breakpoint.path);
  const lines: string[] = [`# ${name}:${breakpoint.line}`, '', `\`${breakpoint.path}\``, ''];
  const part = (title: string, body: readonly string[]) =>
    lines.push(`## ${title}`, '', ...body.filter((line) => line !== ''), '');
  part(l10n.t('In the gutter'), [
    breakpoint.enabled ? l10n.t('Set, and enabled.') : l10n.t('Set, but disabled: the debugger is not told of it.'),
    breakpoint.condition === undefined ? '' : l10n.t('It stops only if `{0}`.', breakpoint.condition),
    breakpoint.hitCondition === undefined
      ? ''
      : l10n.t('It stops by the count of its hits: `{0}`.', breakpoint.hitCondition),
    breakpoint.logMessage === undefined ? '' : l10n.t('It writes a message and does not stop.'),
  ]);
  if (session === undefined) {
    part(l10n.t('The session'), [
      l10n.t('No Nearside session runs. Start one, and ask again: then the way to the debugger can be shown.'),
    ]);
    return lines.join('\n');
  }
  part(l10n.t('The way there'), [
    l10n.t('Session “{0}”, {1} at {2}.', session.name, session.adapter, session.target),
    '',
    ...(path === undefined ? [l10n.t('The path could not be explained.')] : path.steps.map(item)),
  ]);
  part(l10n.t('At the debugger'), told(adapter));
  part(l10n.t('What to do'), advice(breakpoint, path, adapter));
  return lines.join('\n');
}

/** A step that stands below another one is a list in the list. */
function item(step: string): string {
  const text = step.trimStart();
  return `${text === step ? '' : '  '}- ${text.replace(/^\d+\. /, '')}`;
}

function told(adapter: AdapterBreakpoint | undefined): string[] {
  if (adapter === undefined) return [l10n.t('It has not answered for this breakpoint yet.')];
  const at = adapter.source?.path ?? adapter.source?.name;
  return [
    adapter.verified === true
      ? l10n.t('It has it: the program stops there.')
      : l10n.t('It has found no place for it in the program.'),
    at === undefined ? '' : l10n.t('Its file, as it is named here: `{0}`, line {1}.', at, adapter.line ?? '?'),
    adapter.message === undefined ? '' : l10n.t('It says: “{0}”', adapter.message),
  ];
}

function advice(
  breakpoint: SetBreakpoint,
  path: PathExplanation | undefined,
  adapter: AdapterBreakpoint | undefined,
): string[] {
  if (!breakpoint.enabled) return [l10n.t('Enable it.')];
  if (adapter?.verified === true) {
    const { line = breakpoint.line } = adapter;
    return [
      line === breakpoint.line
        ? l10n.t('Nothing: it is as it should be.')
        : l10n.t('Nothing. There is no code in line {0}; it stops in line {1}.', breakpoint.line, line),
    ];
  }
  const mapped = path !== undefined && path.toRemote.length > 0;
  return [
    mapped
      ? l10n.t('- If `{0}` is not how the program names this file, use *Nearside: Map This Path…*.', path.result)
      : l10n.t('- No rule holds for this file: if the program was built elsewhere, use *Nearside: Map This Path…*.'),
    l10n.t(
      '- Is this line in the program at all? It may be of another build, optimised away, or in a library that is not loaded yet.',
    ),
  ];
}
