// Pairing: a code is pasted, `nearside pair -` reads it from stdin, never from a command line. Gives the target's address.
import * as vscode from 'vscode';
import { l10n, reasonOf } from '../pure/words.ts';
import type { Nearside } from './nearside.ts';

export async function pairByCode(nearside: Nearside): Promise<string | undefined> {
  const code = await vscode.window.showInputBox({
    title: l10n.t('Pair With an Agent'),
    prompt: l10n.t('Over there run `nearside agent pair`, and paste the code that it shows.'),
    placeHolder: l10n.t('Pairing code'),
    password: true,
    ignoreFocusOut: true,
  });
  if (code === undefined || code.trim() === '') return undefined;
  const work = async () =>
    JSON.parse(await nearside.ask(['pair', '-', '--json'], { input: `${code.trim()}\n`, limit: 30_000 })) as {
      target: string;
      fingerprint: string;
    };
  try {
    const progress = { location: vscode.ProgressLocation.Notification, title: l10n.t('Pairing…') };
    const { target, fingerprint } = await vscode.window.withProgress(progress, work);
    void vscode.window.showInformationMessage(l10n.t('Paired with {0}. Its key is {1}.', target, fingerprint));
    return target;
  } catch (error) {
    void vscode.window.showErrorMessage(l10n.t('Pairing failed. {0}', reasonOf(error)));
    return undefined;
  }
}
