// The files of a folder that say what there is to debug, read once a question; big and generated folders are left out.
import * as vscode from 'vscode';
import { ignoredPattern, manifestPattern, type Manifest } from '../pure/detect.ts';

/** More programs than that nobody picks from a list. */
const mostManifests = 60;
/** What names a program stands near the top. */
const longestRead = 64 * 1024;

export async function manifestsOf(folder: vscode.WorkspaceFolder | undefined): Promise<Manifest[]> {
  if (folder === undefined) return [];
  const files = await vscode.workspace.findFiles(
    new vscode.RelativePattern(folder, manifestPattern),
    new vscode.RelativePattern(folder, ignoredPattern),
    mostManifests,
  );
  const read = async (uri: vscode.Uri): Promise<Manifest> => ({
    path: vscode.workspace.asRelativePath(uri, false),
    text: Buffer.from((await vscode.workspace.fs.readFile(uri)).slice(0, longestRead)).toString('utf8'),
  });
  const all = await Promise.allSettled(files.map(read));
  return all.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
}
