// `${command:pickProcess}`: the processes of the target that the configuration names, the youngest first.
import * as vscode from 'vscode';
import type { Json } from '../pure/configuration.ts';
import { ago, type FarProcess } from '../pure/processes.ts';
import { shortName } from '../pure/targets.ts';
import { l10n, reasonOf } from '../pure/words.ts';
import type { Nearside } from './nearside.ts';

/** The first answer of a target may have to start the way to it. */
const listingLimit = 30_000;

/** Its number, as VS Code puts it into a configuration; undefined: cancelled. */
export async function pickProcess(nearside: Nearside, configuration: Json | undefined): Promise<string | undefined> {
  const target = typeof configuration?.target === 'string' ? configuration.target : 'local';
  const listing = async () => {
    const all = await nearside.askTarget(['processes'], target, { limit: listingLimit });
    const now = Date.now() / 1000;
    return (all as FarProcess[])
      .filter(({ command }) => !command.startsWith(`${nearside.executable} processes`))
      .sort((a, b) => b.since - a.since || b.pid - a.pid)
      .map(({ pid, name, command, user, since }) => ({
        label: name,
        description: `${pid} · ${user} · ${ago(since, now)}`,
        detail: command,
        pid,
      }));
  };
  try {
    const options = {
      title: l10n.t('Attach to which process of {0}?', shortName(target)),
      matchOnDescription: true,
      matchOnDetail: true,
    };
    return (await vscode.window.showQuickPick(listing(), options))?.pid.toString();
  } catch (error) {
    void vscode.window.showErrorMessage(
      l10n.t('The processes of {0} could not be listed. {1}', target, reasonOf(error)),
    );
    return undefined;
  }
}
