// `Nearside: Explain This Breakpoint`: the one in the cursor's line, or in the line whose gutter was clicked, else one of a list.
// The explanation opens as a page beside the editor that nobody has to save.
import * as vscode from 'vscode';
import type { PathExplanation } from '../native.d.ts';
import { explanation, type AdapterBreakpoint } from '../pure/explain.ts';
import { l10n } from '../pure/words.ts';
import type { Nearside } from './nearside.ts';
import type { LiveSession, Sessions } from './sessions.ts';
import { baseName } from '../pure/path_rules.ts';

export const scheme = 'nearside';

/** What a gutter's menu hands over. */
export interface GutterPlace {
  uri?: vscode.Uri;
  lineNumber?: number;
}

export class Explaining implements vscode.TextDocumentContentProvider {
  private readonly nearside: Nearside;
  private readonly sessions: Sessions;
  private readonly pages = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;

  constructor(nearside: Nearside, sessions: Sessions) {
    this.nearside = nearside;
    this.sessions = sessions;
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.pages.get(uri.path) ?? '';
  }

  async show(place?: GutterPlace): Promise<void> {
    const breakpoint = await chosenBreakpoint(place);
    if (breakpoint === undefined) return;
    const path = breakpoint.location.uri.fsPath;
    const line = breakpoint.location.range.start.line + 1;
    const live = this.sessions.current();
    const { enabled, condition, hitCondition, logMessage } = breakpoint;
    const text = explanation({
      breakpoint: { path, line, enabled, condition, hitCondition, logMessage },
      session:
        live === undefined
          ? undefined
          : { name: live.session.name, target: live.options.target, adapter: live.options.adapter ?? '' },
      path: live === undefined ? undefined : await this.explainPath(live, path),
      adapter: live === undefined ? undefined : await ofAdapter(live, breakpoint),
    });
    const uri = vscode.Uri.from({
      scheme,
      path: l10n.t('Breakpoint in {0}.md', `${baseName(path)} ${line}`),
    });
    this.pages.set(uri.path, text);
    this.changed.fire(uri);
    await vscode.commands.executeCommand('markdown.showPreviewToSide', uri);
  }

  /** Undefined where the session cannot be asked. */
  async explainPath(live: LiveSession, path: string): Promise<PathExplanation | undefined> {
    const id = live.farName ?? (await this.sessions.measure()).get(live)?.id;
    if (id === undefined || id === '') return undefined;
    const out = await this.nearside.ask(['paths', 'explain', path, '--session', id, '--json']).catch(() => undefined);
    return out === undefined ? undefined : (JSON.parse(out) as PathExplanation);
  }
}

export async function ofAdapter(
  live: LiveSession,
  breakpoint: vscode.Breakpoint,
): Promise<AdapterBreakpoint | undefined> {
  return await live.session.getDebugProtocolBreakpoint(breakpoint);
}

export function sourceBreakpoints(): vscode.SourceBreakpoint[] {
  return vscode.debug.breakpoints.filter(
    (each): each is vscode.SourceBreakpoint => each instanceof vscode.SourceBreakpoint,
  );
}

async function chosenBreakpoint(place?: GutterPlace): Promise<vscode.SourceBreakpoint | undefined> {
  const all = sourceBreakpoints();
  const editor = vscode.window.activeTextEditor;
  const uri = place?.uri ?? editor?.document.uri;
  const line = place?.lineNumber === undefined ? editor?.selection.active.line : place.lineNumber - 1;
  const here = all.find(
    ({ location }) => location.uri.toString() === uri?.toString() && location.range.start.line === line,
  );
  if (here !== undefined) return here;
  if (all.length === 0) {
    void vscode.window.showInformationMessage(l10n.t('No breakpoint is set in a file.'));
    return undefined;
  }
  const items = all.map((breakpoint) => ({
    label: `${vscode.workspace.asRelativePath(breakpoint.location.uri)}:${breakpoint.location.range.start.line + 1}`,
    breakpoint,
  }));
  return (await vscode.window.showQuickPick(items, { title: l10n.t('Which breakpoint?') }))?.breakpoint;
}
