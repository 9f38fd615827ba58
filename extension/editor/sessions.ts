// The sessions of this window: each has its near end, the state of its link, and what was last measured of it. Who shows any of
// this listens to `onDidChange`. It starts the near end where settings and last time's experience say.
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { LinkState, NearEndOptions } from '../native.d.ts';
import { childNearEnd } from '../pure/child_near_end.ts';
import { connectArguments, delveTool, nearEndOptions, type Configuration, type Json } from '../pure/configuration.ts';
import type { NearEndEvents, RunningNearEnd } from '../pure/near_end.ts';
import { reports, type SessionReport } from '../pure/report.ts';
import { l10n } from '../pure/words.ts';
import { Adapter } from './adapter.ts';
import type { Addon } from './addon.ts';
import { logMessage, type Log } from './log.ts';
import type { Nearside } from './nearside.ts';
import { Terminals } from './terminals.ts';

export interface LiveSession {
  readonly session: vscode.DebugSession;
  readonly configuration: Configuration;
  readonly options: NearEndOptions;
  readonly adapter: Adapter;
  link: LinkState;
  /** When `link` was told, as performance.now(): `nextTry` counts from there. */
  linkSince: number;
  /** The program stands. */
  stopped: boolean;
  /** Its name over there, once that is known. */
  farName?: string;
  /** Its end was said, by the user or by the program. */
  over: boolean;
}

export class Sessions implements vscode.DebugAdapterDescriptorFactory, vscode.Disposable {
  private readonly live = new Map<string, LiveSession>();
  private readonly changed = new vscode.EventEmitter<LiveSession>();
  readonly onDidChange = this.changed.event;
  private warned = false;
  private readonly terminals = new Terminals();

  private readonly nearside: Nearside;
  private readonly addon: Addon;
  private readonly log: Log;

  constructor(nearside: Nearside, addon: Addon, log: Log) {
    this.nearside = nearside;
    this.addon = addon;
    this.log = log;
  }

  list(): LiveSession[] {
    return [...this.live.values()];
  }

  /** The one that is in front of the user, else any. */
  current(): LiveSession | undefined {
    const active = vscode.debug.activeDebugSession;
    return (active === undefined ? undefined : this.live.get(active.id)) ?? this.list().at(-1);
  }

  createDebugAdapterDescriptor(session: vscode.DebugSession): vscode.DebugAdapterDescriptor {
    const configuration = session.configuration;
    // People see the first words in lists; the rest tells this session from others when it is taken up again.
    const client = `VS Code ${randomBytes(4).toString('hex')}`;
    const options = nearEndOptions(configuration, this.nearside.surroundings(session.workspaceFolder, client));
    const live = {
      session,
      configuration,
      options,
      linkSince: performance.now(),
      stopped: false,
      over: false,
    } as unknown as LiveSession;
    live.link = { kind: 'connecting', target: options.target, detail: '', security: '', attempt: 0, nextTry: 0 };
    const adapter = new Adapter(
      configuration,
      {
        onState: (state) => {
          this.log.info(
            `${options.target}: ${state.kind}${state.detail === '' ? '' : `: ${state.detail}`}${state.security === '' ? '' : ` (${state.security})`}`,
          );
          live.link = state;
          live.linkSince = performance.now();
          this.changed.fire(live);
        },
        onLine: (line) => {
          this.log.info(`${options.target}: ${line}`);
        },
        onMessage: (way, message) => {
          logMessage(this.log, way, message);
          this.watch(live, message);
        },
        onTerminal: (event) => {
          this.terminals.take(session, event, (use) => {
            live.adapter.useTerminal(event.terminal, use);
          });
        },
        onClosed: (reason) => {
          this.terminals.ended(session);
          if (reason !== undefined) {
            this.log.error(`${options.target}: ${reason}`);
            live.over = true;
          }
          this.live.delete(session.id);
          this.changed.fire(live);
        },
      },
      (events) => this.start(options, delveTool(configuration), events),
    );
    Object.assign(live, { adapter });
    this.live.set(session.id, live);
    void vscode.commands.executeCommand('setContext', 'nearside.used', true);
    this.log.info(
      `${session.name}: ${options.session === undefined ? (options.adapter ?? '') : `session ${options.session}`} at ${options.target}, ${adapter.nearEnd.kind}, process ${adapter.nearEnd.pid}`,
    );
    this.changed.fire(live);
    return new vscode.DebugAdapterInlineImplementation(adapter);
  }

  /** What is measured of the sessions of this window now. */
  async measure(): Promise<Map<LiveSession, SessionReport>> {
    const found = new Map<LiveSession, SessionReport>();
    if (this.live.size === 0) return found;
    const all = reports(await this.nearside.status());
    for (const live of this.live.values()) {
      const { kind, pid } = live.adapter.nearEnd;
      // A process has one session; this one may have several.
      const report = all.find(
        (each) => each.pid === pid && (kind === 'childProcess' || each.client === live.options.client),
      );
      if (report === undefined) continue;
      found.set(live, report);
      this.heard(live, report);
    }
    return found;
  }

  private heard(live: LiveSession, { id }: SessionReport): void {
    if (id === '' || id === live.farName) return;
    live.farName = id;
    this.changed.fire(live);
  }

  ended(session: vscode.DebugSession): void {
    const live = this.live.get(session.id);
    this.live.delete(session.id);
    this.terminals.ended(session);
    if (live !== undefined) this.changed.fire(live);
  }

  /** At the end of the extension host: sessions are let go, not ended, and wait for the next window. */
  async leave(): Promise<void> {
    await Promise.all(this.list().map(({ adapter }) => adapter.nearEnd.close()));
  }

  dispose(): void {
    this.terminals.dispose();
    this.changed.dispose();
  }

  private start(options: NearEndOptions, delve: string | undefined, events: NearEndEvents): RunningNearEnd {
    // Its name goes to the agent with the environment, and that of this process is everybody's.
    const environment = delve === undefined ? {} : { NEARSIDE_DLV: delve };
    if (delve === undefined && this.nearside.setting('nearEnd') !== 'childProcess') {
      const trouble = this.addon.trouble();
      if (trouble === undefined) return this.addon.start(options, events);
      this.log.warn(`${trouble} The near end runs as a process of its own.`);
      if (!this.warned) void this.tell(trouble);
      this.warned = true;
    }
    return childNearEnd(options.executable ?? this.nearside.executable, connectArguments(options), events, environment);
  }

  private async tell(trouble: string): Promise<void> {
    const keep = l10n.t('Always Use a Process');
    const text = l10n.t('{0} This session runs as a process of its own; debugging works as before.', trouble);
    if ((await vscode.window.showWarningMessage(text, keep)) === keep) {
      await vscode.workspace
        .getConfiguration('nearside')
        .update('nearEnd', 'childProcess', vscode.ConfigurationTarget.Global);
    }
  }

  private watch(live: LiveSession, message: Json): void {
    const before = live.stopped;
    if (message.type === 'event') {
      if (message.event === 'stopped') live.stopped = true;
      else if (message.event === 'continued') live.stopped = false;
      else if (message.event === 'terminated' || message.event === 'exited') live.over = true;
    } else if (message.type === 'request' && message.command === 'disconnect') {
      // VS Code says `terminateDebuggee` for Stop, and nothing of it when its window is reloaded.
      const given = message.arguments as Json | undefined;
      if (given?.terminateDebuggee !== undefined || given?.restart === true) live.over = true;
    } else if (
      message.type === 'request' &&
      ['continue', 'next', 'stepIn', 'stepOut'].includes(String(message.command))
    )
      live.stopped = false;
    if (live.stopped !== before || live.over) this.changed.fire(live);
  }
}
