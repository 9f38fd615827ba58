// The extension's table of contents: what is made at activation and registered where. Nothing here decides anything, and
// nothing native is loaded before a session starts.
import * as vscode from 'vscode';
import { Addon } from './editor/addon.ts';
import { makeLog } from './editor/log.ts';
import { Nearside } from './editor/nearside.ts';
import { pairByCode } from './editor/pairing.ts';
import { Pickers } from './editor/pickers.ts';
import { Provider } from './editor/provider.ts';
import { Sessions } from './editor/sessions.ts';
import { speak } from './pure/words.ts';

let leave = (): Promise<void> => Promise.resolve();

export function activate(context: vscode.ExtensionContext): void {
  speak((text, ...values) => vscode.l10n.t(text, ...values));
  const log = makeLog();
  const nearside = new Nearside(context);
  const addon = new Addon(nearside.addon, context.globalStorageUri.fsPath);
  const sessions = new Sessions(nearside, addon, log);
  const pickers = new Pickers(nearside, log, context.workspaceState, () => pairByCode(nearside));
  const provider = new Provider(nearside, pickers, context.workspaceState);
  const command = (name: string, run: (...args: never[]) => unknown) =>
    vscode.commands.registerCommand(`nearside.${name}`, run);
  context.subscriptions.push(
    log,
    sessions,
    vscode.debug.registerDebugAdapterDescriptorFactory('nearside', sessions),
    vscode.debug.registerDebugConfigurationProvider('nearside', provider),
    vscode.debug.registerDebugConfigurationProvider(
      'nearside',
      provider,
      vscode.DebugConfigurationProviderTriggerKind.Dynamic,
    ),
    vscode.debug.onDidTerminateDebugSession((session) => {
      sessions.ended(session);
    }),
    command('pair', () => pairByCode(nearside)),
    command('showLog', () => {
      log.show();
    }),
  );
  leave = async () => {
    await sessions.leave();
    addon.leave();
  };
}

export function deactivate(): Promise<void> {
  return leave();
}
