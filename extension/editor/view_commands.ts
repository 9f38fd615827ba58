// What can be done with a row of the Nearside view.
import * as vscode from 'vscode';
import { resumeMember } from '../pure/configuration.ts';
import { shortName } from '../pure/targets.ts';
import { l10n, reasonOf } from '../pure/words.ts';
import { addRule } from './map_path.ts';
import type { Nearside } from './nearside.ts';
import type { Row, View } from './view.ts';
import { baseName } from '../pure/path_rules.ts';

type Of<Kind extends Row['kind']> = Extract<Row, { kind: Kind }>;

export class ViewCommands {
  private readonly nearside: Nearside;
  private readonly view: View;

  constructor(nearside: Nearside, view: View) {
    this.nearside = nearside;
    this.view = view;
  }

  async resume({ target, session }: Of<'waiting'>): Promise<void> {
    const program = baseName(session.program);
    const name = program === '' ? l10n.t('Resumed session') : program;
    const configuration = { type: 'nearside', request: 'attach', name, target, [resumeMember]: session.id };
    await vscode.debug.startDebugging(vscode.workspace.workspaceFolders?.[0], configuration);
  }

  async end(row: Of<'waiting'> | Of<'live'>): Promise<void> {
    if (row.kind === 'live') {
      await vscode.debug.stopDebugging(row.live.session);
      return;
    }
    await this.saying(async () => {
      await this.nearside.ask(['sessions', 'end', row.session.id, '--target', row.target]);
    });
    this.view.refresh();
  }

  async debugHere({ target }: Of<'target'>): Promise<void> {
    await useTarget(target.address);
    await vscode.commands.executeCommand('workbench.action.debug.start');
  }

  async forgetTarget({ target, fingerprint }: Of<'target'>): Promise<void> {
    if (fingerprint === undefined) return;
    const revoke = l10n.t('Revoke');
    const detail = l10n.t('It is refused from now on, and its sessions end. To use it again, pair again.');
    const text = l10n.t('Revoke {0}?', shortName(target.address));
    if ((await vscode.window.showWarningMessage(text, { modal: true, detail }, revoke)) !== revoke) return;
    await this.saying(() => this.nearside.ask(['revoke', fingerprint]));
    this.view.refresh();
  }

  async keep({ rule: { local, remote, target } }: Of<'rule'>): Promise<void> {
    await addRule({ local, remote, target });
    void vscode.window.showInformationMessage(
      l10n.t('Kept in the settings of this workspace: {0} here is {1}.', local, remote),
    );
  }

  async edit(row: Of<'rule'>): Promise<void> {
    const { rule } = row;
    const local = await vscode.window.showInputBox({
      title: l10n.t('The folder here'),
      value: rule.local,
      ignoreFocusOut: true,
    });
    if (local === undefined || local === '') return;
    const remote = await vscode.window.showInputBox({
      title: l10n.t('The same folder at {0}', shortName(rule.target)),
      value: rule.remote,
      ignoreFocusOut: true,
    });
    if (remote === undefined || remote === '') return;
    await addRule({ local, remote, target: rule.target });
    await this.forget(row);
  }

  async forget({ rule }: Of<'rule'>): Promise<void> {
    await this.saying(() => this.view.forget(rule));
  }

  private async saying(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      void vscode.window.showErrorMessage(reasonOf(error));
    }
  }
}

/** The target of this workspace from now on; without a workspace, of the user. */
export async function useTarget(address: string): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0];
  const where = folder === undefined ? vscode.ConfigurationTarget.Global : vscode.ConfigurationTarget.Workspace;
  await vscode.workspace.getConfiguration('nearside', folder?.uri ?? null).update('target', address, where);
}
