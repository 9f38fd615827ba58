// One session's debug adapter, as VS Code sees it: messages go to the near end without what is ours in them, and come back as
// they are. It owns its near end and closes it. A session that ended by itself is told to VS Code as `terminated`, with the
// reason in the console, so that no request is left without an answer for ever.
import * as vscode from 'vscode';
import type { LinkState } from '../native.d.ts';
import { forAdapter, forClient, quiet, type Configuration, type Json } from '../pure/configuration.ts';
import {
  isTerminalAnswer,
  showingTerminals,
  terminalEvent,
  terminalName,
  type TerminalEvent,
  type TerminalUse,
} from '../pure/far_terminals.ts';
import type { NearEndEvents, RunningNearEnd } from '../pure/near_end.ts';

export interface AdapterEvents {
  onState(state: LinkState): void;
  onLine(line: string): void;
  onMessage(way: 'toAdapter' | 'toClient', message: Json): void;
  onTerminal(event: TerminalEvent): void;
  onClosed(reason: string | undefined): void;
}

export class Adapter extends vscode.Disposable implements vscode.DebugAdapter {
  private readonly sending = new vscode.EventEmitter<vscode.DebugProtocolMessage>();
  readonly onDidSendMessage = this.sending.event;
  readonly nearEnd: RunningNearEnd;
  private seq = 1_000_000_000; // above every number that an adapter counts up to
  private ownSeq = 2_000_000_000; // above every number of VS Code's requests
  private readonly waiting = new Map<number, string>();
  private closed = false;
  private leaving = false;

  private readonly configuration: Configuration;
  private readonly events: AdapterEvents;

  constructor(configuration: Configuration, events: AdapterEvents, start: (events: NearEndEvents) => RunningNearEnd) {
    super(() => undefined);
    this.configuration = configuration;
    this.events = events;
    this.nearEnd = start({
      onMessage: (json) => {
        this.take(JSON.parse(json) as Json);
      },
      onState: (state) => {
        events.onState(state);
      },
      onLine: (line) => {
        events.onLine(line);
      },
      onClosed: (fault) => {
        this.end(fault?.message);
      },
    });
  }

  handleMessage(message: vscode.DebugProtocolMessage): void {
    const json = message as unknown as Json;
    this.events.onMessage('toAdapter', json);
    if (json.command === 'disconnect' || json.command === 'terminate') this.leaving = true;
    if (json.type === 'request') this.waiting.set(json.seq as number, json.command as string);
    if (this.closed) this.refuse('');
    else this.nearEnd.send(JSON.stringify(showingTerminals(forAdapter(json))));
  }

  /** What the user does with a terminal of this session. */
  useTerminal(terminal: number, use: TerminalUse): void {
    if (this.closed) return;
    const request = { seq: this.ownSeq++, type: 'request', command: terminalName, arguments: { terminal, ...use } };
    this.nearEnd.send(JSON.stringify(request));
  }

  override dispose(): void {
    void this.nearEnd.close();
    this.sending.dispose();
  }

  private take(message: Json): void {
    const terminal = terminalEvent(message);
    if (terminal !== undefined) {
      this.events.onTerminal(terminal);
      return;
    }
    if (isTerminalAnswer(message)) {
      if (message.success === false) this.events.onLine(String(message.message));
      return;
    }
    if (message.type === 'response') this.waiting.delete(message.request_seq as number);
    this.events.onMessage('toClient', message);
    // What was under way when the user left failed by his own wish: that is nothing to show him.
    const shown = this.leaving ? quiet(message) : message;
    this.sending.fire(forClient(shown, this.configuration));
  }

  private end(reason: string | undefined): void {
    if (this.closed) return;
    this.closed = true;
    this.events.onClosed(reason);
    this.refuse(reason ?? '');
    this.sending.fire({
      type: 'event',
      seq: this.seq++,
      event: 'terminated',
    });
  }

  private refuse(reason: string): void {
    for (const [request_seq, command] of this.waiting) {
      const body = reason === '' ? {} : { body: { error: { id: 1, format: reason, showUser: true } } };
      const answer = {
        type: 'response',
        seq: this.seq++,
        request_seq,
        command,
        success: command === 'disconnect',
        message: reason,
      };
      this.sending.fire({ ...answer, ...body });
    }
    this.waiting.clear();
  }
}
