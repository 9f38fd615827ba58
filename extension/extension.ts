// The extension's table of contents: what is made at activation and registered where. Nothing here decides anything, and
// nothing native is loaded before a session starts.
import * as vscode from 'vscode';
import { Addon } from './editor/addon.ts';
import { convertConfiguration } from './editor/convert_command.ts';
import { collectDiagnostics } from './editor/diagnostics.ts';
import { Explaining, scheme } from './editor/explain_command.ts';
import { Latency } from './editor/latency.ts';
import { makeLog } from './editor/log.ts';
import { Mapping } from './editor/map_path.ts';
import { Nearside } from './editor/nearside.ts';
import { pairByCode } from './editor/pairing.ts';
import { Pickers } from './editor/pickers.ts';
import { pickProcess } from './editor/process_picker.ts';
import { Provider } from './editor/provider.ts';
import { Resuming } from './editor/resume.ts';
import { Sessions } from './editor/sessions.ts';
import { retryNow, showStatus, StatusBar, stop } from './editor/status_bar.ts';
import { useTarget, ViewCommands } from './editor/view_commands.ts';
import { View } from './editor/view.ts';
import { speak } from './pure/words.ts';

let leave = (): Promise<void> => Promise.resolve();

export function activate(context: vscode.ExtensionContext): void {
  speak((text, ...values) => vscode.l10n.t(text, ...values));
  const log = makeLog();
  const nearside = new Nearside(context);
  const addon = new Addon(nearside.addon, context.globalStorageUri.fsPath);
  const sessions = new Sessions(nearside, addon, log);
  const pair = () => pairByCode(nearside);
  const pickers = new Pickers(nearside, log, context.workspaceState, pair);
  const resuming = new Resuming(nearside, sessions, context.workspaceState, log);
  const provider = new Provider(nearside, pickers, resuming, context.workspaceState);
  const view = new View(nearside, sessions);
  const rows = new ViewCommands(nearside, view);
  const explaining = new Explaining(nearside, sessions);
  const mapping = new Mapping(sessions);
  const latency = new Latency(sessions);
  const { version } = context.extension.packageJSON as { version: string };

  const commands: Record<string, (argument: never) => unknown> = {
    selectTarget: async () => {
      const target = await pickers.target(vscode.workspace.workspaceFolders?.[0]?.uri.fsPath);
      if (target !== undefined) await useTarget(target);
    },
    pair,
    convertConfiguration: () => convertConfiguration(pickers),
    devcontainer: () => pickers.devcontainer(vscode.workspace.workspaceFolders?.[0]?.uri.fsPath),
    pickProcess: (configuration) => pickProcess(nearside, configuration),
    explainBreakpoint: (place) => explaining.show(place),
    mapPath: (place) => mapping.map(place),
    showLatency: () => latency.show(),
    collectDiagnostics: () => collectDiagnostics(nearside, sessions, version),
    showLog: () => {
      log.show();
    },
    showStatus: () => showStatus(sessions),
    retryNow: () => {
      retryNow(sessions);
    },
    stop: () => stop(sessions),
    refresh: () => {
      view.refresh();
    },
    debugHere: (row) => rows.debugHere(row),
    forgetTarget: (row) => rows.forgetTarget(row),
    resumeSession: (row) => rows.resume(row),
    endSession: (row) => rows.end(row),
    keepRule: (row) => rows.keep(row),
    editRule: (row) => rows.edit(row),
    forgetRule: (row) => rows.forget(row),
    showInlineValues: () =>
      vscode.workspace.getConfiguration('debug').update('inlineValues', 'on', vscode.ConfigurationTarget.Global),
  };
  context.subscriptions.push(
    log,
    sessions,
    view,
    new StatusBar(nearside, sessions),
    ...Object.entries(commands).map(([name, run]) => vscode.commands.registerCommand(`nearside.${name}`, run)),
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
    vscode.workspace.registerTextDocumentContentProvider(scheme, explaining),
    vscode.languages.registerCodeActionsProvider({ scheme: 'file' }, mapping, {
      providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
    }),
    vscode.languages.registerCodeLensProvider(Mapping.farFiles, mapping),
  );
  leave = async () => {
    await sessions.leave();
    addon.leave();
  };
  void resuming.takeUp();
}

export function deactivate(): Promise<void> {
  return leave();
}
