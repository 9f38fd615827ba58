// A window that was reloaded takes up its sessions again. What runs is noted in the workspace's memory until its end was said;
// what is still noted when the window opens waits over there without a client, and is started as what it was. Nobody is asked:
// the user has not ended it. One that is gone over there is forgotten, and said so once.
import * as vscode from 'vscode';
import { resumeMember, type Configuration } from '../pure/configuration.ts';
import { l10n } from '../pure/words.ts';
import type { Log } from './log.ts';
import type { Nearside } from './nearside.ts';
import type { LiveSession, Sessions } from './sessions.ts';

const key = 'running';
/** The window that went has to be noticed over there first; a link that is down may take longer than anybody waits. */
const waitingLimit = 20_000;
const pause = 250;

interface Noted {
  client: string;
  /** Its name over there, once it was known. */
  session?: string;
  configuration: Configuration;
  folder?: string;
}

/** Of `nearside sessions --json`. */
export interface FarSession {
  id: string;
  adapter: string;
  client: string;
  program: string;
  phase: string;
  state: 'live' | 'away' | 'orphaned';
  stateSince: number;
  endsAt: number | null;
  since: number;
}

export class Resuming {
  private readonly nearside: Nearside;
  private readonly memory: vscode.Memento;
  private readonly log: Log;
  private readonly sessions: Sessions;

  constructor(nearside: Nearside, sessions: Sessions, memory: vscode.Memento, log: Log) {
    this.nearside = nearside;
    this.memory = memory;
    this.log = log;
    this.sessions = sessions;
    sessions.onDidChange((live) => {
      this.note(live);
    });
  }

  /** At activation; costs nothing where nothing waits. */
  async takeUp(): Promise<void> {
    const noted = this.noted();
    if (noted.length === 0) return;
    if (!vscode.workspace.getConfiguration('nearside').get<boolean>('resumeAfterReload', true)) return;
    await this.memory.update(key, []);
    await Promise.all(noted.map((one) => this.takeUpOne(one)));
  }

  /** A session of this configuration that was left and waits: its name over there. */
  async orphanOf(configuration: Configuration): Promise<string | undefined> {
    const noted = this.noted().find((each) => isSame(each.configuration, configuration) && !this.isOurs(each.client));
    if (noted === undefined) return undefined;
    const target = String(configuration.target);
    const all = await this.nearside.askTarget(['sessions'], target).catch(() => []);
    return (all as FarSession[]).find((each) => isIt(each, noted) && each.state !== 'live')?.id;
  }

  /** The user has decided about it: it is taken up, or `ended` is to be ended. */
  async settled(configuration: Configuration, ended?: string): Promise<void> {
    await this.memory.update(
      key,
      this.noted().filter((each) => !isSame(each.configuration, configuration)),
    );
    if (ended !== undefined)
      await this.nearside.ask(['sessions', 'end', ended, '--target', String(configuration.target)]);
  }

  private async takeUpOne(noted: Noted): Promise<void> {
    const { configuration, folder } = noted;
    const target = String(configuration.target);
    const found = await this.waiting(target, noted);
    if (found === undefined) {
      this.log.warn(l10n.t('{0} at {1} is not there any more and was not taken up again.', configuration.name, target));
      return;
    }
    this.log.info(`${configuration.name}: session ${found} at ${target} is taken up again`);
    const where = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.toString() === folder);
    await vscode.debug.startDebugging(where, { ...configuration, [resumeMember]: found });
  }

  private async waiting(target: string, noted: Noted): Promise<string | undefined> {
    const deadline = performance.now() + waitingLimit;
    while (performance.now() < deadline) {
      const all = await this.nearside.askTarget(['sessions'], target).catch((error: unknown) => {
        this.log.debug(String(error));
        return undefined;
      });
      const mine = (all as FarSession[] | undefined)?.find((each) => isIt(each, noted));
      if (all !== undefined && mine === undefined) return undefined;
      if (mine !== undefined && mine.state !== 'live') return mine.id;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
    return undefined;
  }

  private isOurs(client: string): boolean {
    return this.sessions.list().some(({ options }) => options.client === client);
  }

  private noted(): Noted[] {
    return this.memory.get<Noted[]>(key) ?? [];
  }

  private note(live: LiveSession): void {
    const { client = '' } = live.options;
    const rest = this.noted().filter((each) => each.client !== client);
    const isKept = !live.over && live.link.kind !== 'lost';
    const before = this.noted().find((each) => each.client === client);
    if (isKept ? before !== undefined && before.session === live.farName : before === undefined) return;
    const folder = live.session.workspaceFolder?.uri.toString();
    const { [resumeMember]: _, ...configuration } = live.configuration;
    const one: Noted = {
      client,
      configuration: configuration,
      ...(folder === undefined ? {} : { folder }),
      ...(live.farName === undefined ? {} : { session: live.farName }),
    };
    void this.memory.update(key, isKept ? [...rest, one] : rest);
  }
}

const isIt = (far: FarSession, noted: Noted): boolean => far.id === noted.session || far.client === noted.client;

const isSame = (a: Configuration, b: Configuration): boolean =>
  a.name === b.name && a.target === b.target && a.request === b.request;
