// `Nearside: Map This Path…`, and where it is offered: at a breakpoint that stays unverified, and above a file that is shown from
// over there because there is none here. The rule goes to the workspace's settings and holds from the next start on.
import * as vscode from 'vscode';
import type { PathRule } from '../native.d.ts';
import { baseName, likely, ruleBetween } from '../pure/path_rules.ts';
import { shortName } from '../pure/targets.ts';
import { l10n } from '../pure/words.ts';
import { ofAdapter, sourceBreakpoints } from './explain_command.ts';
import type { Sessions } from './sessions.ts';

/** VS Code's own scheme for files that a debugger shows. */
const farScheme = 'debug';
/** Files of one name; with more of them a person does not choose, but types. */
const mostFiles = 50;

export async function addRule(rule: PathRule & { target?: string }): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0];
  const settings = vscode.workspace.getConfiguration('nearside', folder?.uri ?? null);
  const rest = (settings.get<PathRule[]>('paths') ?? []).filter(
    ({ local, remote }) => local !== rule.local || remote !== rule.remote,
  );
  await settings.update(
    'paths',
    [...rest, rule],
    folder === undefined ? vscode.ConfigurationTarget.Global : vscode.ConfigurationTarget.Workspace,
  );
}

export class Mapping implements vscode.CodeActionProvider, vscode.CodeLensProvider {
  static readonly farFiles: vscode.DocumentSelector = { scheme: farScheme };
  private readonly sessions: Sessions;

  constructor(sessions: Sessions) {
    this.sessions = sessions;
  }

  async provideCodeActions(document: vscode.TextDocument, range: vscode.Range): Promise<vscode.CodeAction[]> {
    const live = this.sessions.current();
    const here = sourceBreakpoints().find(
      ({ location }) =>
        location.uri.toString() === document.uri.toString() && location.range.start.line === range.start.line,
    );
    if (live === undefined || here === undefined || (await ofAdapter(live, here))?.verified !== false) return [];
    const action = (title: string, command: string) => {
      const made = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
      made.command = {
        title,
        command: `nearside.${command}`,
        arguments: [{ uri: document.uri, lineNumber: range.start.line + 1 }],
      };
      return made;
    };
    return [
      action(l10n.t('Map this path…'), 'mapPath'),
      action(l10n.t('Explain this breakpoint'), 'explainBreakpoint'),
    ];
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const live = this.sessions.current();
    if (live === undefined) return [];
    const title = l10n.t(
      '$(remote) Shown from {0}: there is no such file here. Map This Path…',
      shortName(live.options.target),
    );
    return [
      new vscode.CodeLens(new vscode.Range(0, 0, 0, 0), {
        title,
        command: 'nearside.mapPath',
        arguments: [{ uri: document.uri }],
      }),
    ];
  }

  /** `place`: a file here or over there; a frame of the call stack; nothing: the open file. */
  async map(place?: { uri?: vscode.Uri }): Promise<void> {
    const uri = place?.uri instanceof vscode.Uri ? place.uri : vscode.window.activeTextEditor?.document.uri;
    const live = this.sessions.current();
    if (uri === undefined || live === undefined) return;
    const rule =
      uri.scheme === farScheme ? await this.fromFar(uri.path) : await this.fromHere(uri.fsPath, live.options.target);
    if (rule === undefined) return;
    await addRule({ ...rule, target: live.options.target });
    const restart = l10n.t('Restart');
    const text = l10n.t(
      '{0} here is {1} at {2}, from the next start on.',
      rule.local,
      rule.remote,
      shortName(live.options.target),
    );
    if ((await vscode.window.showInformationMessage(text, restart)) === restart)
      await vscode.commands.executeCommand('workbench.action.debug.restart');
  }

  private async fromFar(remote: string): Promise<PathRule | undefined> {
    const name = baseName(remote);
    const found = await vscode.workspace.findFiles(`**/${name.replace(/[[\]{}*?]/g, '?')}`, undefined, mostFiles);
    const browse = { label: `$(folder-opened) ${l10n.t('Another file…')}`, path: undefined };
    const items = likely(
      remote,
      found.map(({ fsPath }) => fsPath),
    ).map((path) => ({
      label: vscode.workspace.asRelativePath(path),
      description: path,
      path: path,
    }));
    const picked = await vscode.window.showQuickPick([...items, browse], {
      title: l10n.t('Which file here is {0}?', remote),
      matchOnDescription: true,
    });
    if (picked === undefined) return undefined;
    const [chosen] =
      picked.path === undefined
        ? ((await vscode.window.showOpenDialog({ title: l10n.t('Which file here is {0}?', remote) })) ?? [])
        : [];
    const local = picked.path ?? chosen?.fsPath;
    return local === undefined ? undefined : this.between(local, remote);
  }

  private async fromHere(local: string, target: string): Promise<PathRule | undefined> {
    const remote = await vscode.window.showInputBox({
      title: l10n.t('Where is {0} at {1}?', local, shortName(target)),
      prompt: l10n.t('The file as the program was built from it, such as /src/app/{0}', baseName(local)),
      value: local,
      ignoreFocusOut: true,
    });
    return remote === undefined || remote.trim() === '' ? undefined : this.between(local, remote.trim());
  }

  private between(local: string, remote: string): PathRule | undefined {
    const rule = ruleBetween(local, remote);
    if (rule === undefined)
      void vscode.window.showErrorMessage(
        l10n.t('{0} and {1} have different names: that is not one file.', local, remote),
      );
    return rule;
  }
}
