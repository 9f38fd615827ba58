// `Nearside: Convert a Launch Configuration…`: takes one of another extension from launch.json, and puts ours beside it. The
// other one stays; what was left out is told, not hidden.
import * as vscode from 'vscode';
import type { Json } from '../pure/configuration.ts';
import { convert, isConvertible } from '../pure/convert.ts';
import { l10n } from '../pure/words.ts';
import type { Pickers } from './pickers.ts';

export async function convertConfiguration(pickers: Pickers): Promise<void> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const found = folders.flatMap((folder) => {
    const all = vscode.workspace.getConfiguration('launch', folder.uri).get<Json[]>('configurations') ?? [];
    return all.filter(({ type }) => isConvertible(type)).map((configuration) => ({ folder, configuration }));
  });
  if (found.length === 0) {
    void vscode.window.showInformationMessage(
      l10n.t('No launch configuration of type go, lldb, lldb-dap, cppdbg or debugpy is in launch.json.'),
    );
    return;
  }
  const items = found.map((one) => ({
    label: String(one.configuration.name),
    description: String(one.configuration.type),
    ...one,
  }));
  const picked = await vscode.window.showQuickPick(items, { title: l10n.t('Which configuration?') });
  if (picked === undefined) return;
  const { configuration, notes } = convert(picked.configuration);
  const target = configuration.target ?? (await pickers.target(picked.folder.uri.fsPath));
  if (target === undefined) return;
  const made = { ...configuration, name: l10n.t('{0} (Nearside)', configuration.name), target };
  const launch = vscode.workspace.getConfiguration('launch', picked.folder.uri);
  const all = launch.get<Json[]>('configurations') ?? [];
  await launch.update(
    'configurations',
    [...all.filter(({ name }) => name !== made.name), made],
    vscode.ConfigurationTarget.WorkspaceFolder,
  );
  await vscode.window.showTextDocument(vscode.Uri.joinPath(picked.folder.uri, '.vscode/launch.json'));
  if (notes.length > 0)
    await vscode.window.showWarningMessage(l10n.t('“{0}” is there. Not all of it could be carried over.', made.name), {
      modal: true,
      detail: notes.join('\n'),
    });
}
