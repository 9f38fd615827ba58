// Lists to choose from: targets, programs. What is slow to list (docker, kubectl, wsl) joins the list when it has answered; a
// program that fails is a line in the log and no error, for nobody asked for it by name.
import * as vscode from 'vscode';
import { Recent } from '../pure/recent.ts';
import { sshHosts } from '../pure/ssh_hosts.ts';
import {
  containers,
  devcontainerOf,
  distributions,
  iconOf,
  kindOf,
  pairedAgents,
  pods,
  shortName,
  thisMachine,
  type Target,
} from '../pure/targets.ts';
import { l10n, reasonOf } from '../pure/words.ts';
import type { Log } from './log.ts';
import type { Nearside } from './nearside.ts';
import { isOnPath, run } from './tool.ts';

const listContainers = ['ps', '--format', '{{json .}}'];
/** Longer nobody looks at a list that is not whole. */
const listingLimit = 5000;

interface TargetItem extends vscode.QuickPickItem {
  target?: Target;
  action?: 'pair' | 'other';
}

export class Pickers {
  private readonly recent: Recent<Target>;

  private readonly nearside: Nearside;
  private readonly log: Log;
  private readonly pair: () => Promise<string | undefined>;

  constructor(nearside: Nearside, log: Log, memory: vscode.Memento, pair: () => Promise<string | undefined>) {
    this.nearside = nearside;
    this.log = log;
    this.pair = pair;
    this.recent = new Recent(memory, 'targets', ({ address }) => address);
  }

  /** Each source as it answers. */
  sources(folder?: string): Promise<Target[]>[] {
    const listing = (what: string, list: () => Promise<Target[]>) =>
      list().catch((error: unknown) => {
        this.log.debug(`${what}: ${String(error)}`);
        return [];
      });
    const of = (program: string, args: string[], read: (out: Buffer) => Target[]) =>
      isOnPath(program)
        ? [
            listing(program, async () =>
              read(await run(program, args, { limit: listingLimit, env: { WSL_UTF8: '1' } })),
            ),
          ]
        : [];
    return [
      Promise.resolve([thisMachine()]),
      listing('peers', async () =>
        pairedAgents(await this.nearside.ask(['peers', '--json'])).map(({ target }) => target),
      ),
      listing('ssh', () => Promise.resolve(sshHosts())),
      ...of('docker', listContainers, (out) => containers(out.toString('utf8'), folder)),
      ...of('kubectl', ['get', 'pods', '--all-namespaces', '-o', 'json', '--request-timeout=4s'], (out) =>
        pods(out.toString('utf8')),
      ),
      ...of('wsl.exe', ['--list', '--quiet'], distributions),
    ];
  }

  /** `${command:devcontainer}`: the container that this folder is opened in, by its name; undefined, and said: there is none. */
  async devcontainer(folder: string | undefined): Promise<string | undefined> {
    try {
      const out = await run('docker', listContainers, { limit: listingLimit });
      const name = devcontainerOf(out.toString('utf8'), folder ?? '');
      if (name !== undefined) return name;
      void vscode.window.showErrorMessage(
        l10n.t(
          'No dev container of this folder runs. Start it (Dev Containers: Reopen in Container), or choose a target.',
        ),
      );
    } catch (error) {
      void vscode.window.showErrorMessage(reasonOf(error));
    }
    return undefined;
  }

  /** Undefined: cancelled. */
  async target(folder?: string): Promise<string | undefined> {
    const quick = vscode.window.createQuickPick<TargetItem>();
    quick.title = l10n.t('Where does the program run?');
    quick.placeholder = l10n.t('Choose a target, or type its address, such as ssh:build-box');
    quick.matchOnDescription = true;
    quick.busy = true;
    let found: Target[] = [];
    const show = () => {
      const active = quick.activeItems[0]?.target?.address;
      quick.items = this.items(found, quick.value);
      const again = quick.items.find((item) => item.target?.address === active);
      if (again !== undefined) quick.activeItems = [again];
    };
    const sources = this.sources(folder);
    for (const source of sources) {
      void source.then((targets) => {
        found = [...found, ...targets];
        show();
      });
    }
    void Promise.all(sources).then(() => (quick.busy = false));
    quick.onDidChangeValue(show);
    show();
    try {
      const chosen = await new Promise<TargetItem | undefined>((resolve) => {
        quick.onDidAccept(() => {
          resolve(quick.activeItems[0]);
        });
        quick.onDidHide(() => {
          resolve(undefined);
        });
        quick.show();
      });
      if (chosen?.action === 'pair') return await this.pair();
      if (chosen?.target !== undefined) await this.recent.use(chosen.target);
      return chosen?.target?.address;
    } finally {
      quick.dispose();
    }
  }

  private items(found: readonly Target[], typed: string): TargetItem[] {
    const known = [
      ...found,
      ...this.recent.list().filter(({ address }) => !found.some((each) => each.address === address)),
    ];
    const items: TargetItem[] = this.recent.first(known).map((target) => ({
      label: `$(${iconOf(target.kind)}) ${target.label}`,
      description: target.address === 'local' ? '' : target.address,
      detail: target.detail,
      target,
    }));
    const address = typed.trim();
    if (
      /^(tls|ssh|docker|kubectl|wsl|exec|reverse):./.test(address) &&
      !known.some((each) => each.address === address)
    ) {
      const target: Target = { address, kind: kindOf(address), label: shortName(address), detail: '' };
      items.unshift({
        label: `$(${iconOf(target.kind)}) ${address}`,
        detail: l10n.t('As typed'),
        alwaysShow: true,
        target,
      });
    }
    return [
      ...items,
      { label: '', kind: vscode.QuickPickItemKind.Separator },
      {
        label: `$(key) ${l10n.t('Pair With an Agent…')}`,
        detail: l10n.t('Paste the code that `nearside agent pair` has shown over there'),
        alwaysShow: true,
        action: 'pair',
      },
    ];
  }
}
