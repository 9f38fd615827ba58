// What an adapter asks to have run in a terminal runs at the far end, on a pty there; here it is a terminal of VS Code. What is typed
// goes over there, and so does the size; closing it hangs up. One that has ended stays to be read, until a key is pressed in it or
// the same is started again.
import * as vscode from 'vscode';
import type { TerminalEvent, TerminalUse } from '../pure/far_terminals.ts';
import { l10n } from '../pure/words.ts';

type Use = (use: TerminalUse) => void;

class FarTerminal implements vscode.Pseudoterminal {
  private readonly writing = new vscode.EventEmitter<string>();
  private readonly closing = new vscode.EventEmitter<void>();
  readonly onDidWrite = this.writing.event;
  readonly onDidClose = this.closing.event;
  private readonly use: Use;
  /** Until VS Code has opened it: it takes nothing before. */
  private early: string | undefined = '';
  isOver = false;

  constructor(use: Use) {
    this.use = use;
  }

  open(size: vscode.TerminalDimensions | undefined): void {
    const text = this.early ?? '';
    this.early = undefined;
    if (size !== undefined) this.setDimensions(size);
    if (text !== '') this.writing.fire(text);
  }

  close(): void {
    if (!this.isOver) this.use({ close: true });
    this.isOver = true;
  }

  handleInput(input: string): void {
    if (this.isOver) this.closing.fire();
    else this.use({ input });
  }

  setDimensions({ columns, rows }: vscode.TerminalDimensions): void {
    if (!this.isOver) this.use({ columns, rows });
  }

  write(text: string): void {
    if (this.early === undefined) this.writing.fire(text);
    else this.early += text;
  }

  end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.write(`\r\n\x1b[2m${l10n.t('What ran here has ended. Press any key to close the terminal.')}\x1b[0m\r\n`);
  }
}

interface Shown {
  session: string;
  number: number;
  name: string;
  far: FarTerminal;
  terminal: vscode.Terminal;
}

export class Terminals implements vscode.Disposable {
  private shown: Shown[] = [];
  private readonly listening: vscode.Disposable;

  constructor() {
    this.listening = vscode.window.onDidCloseTerminal((closed) => {
      this.shown = this.shown.filter(({ terminal }) => terminal !== closed);
    });
  }

  dispose(): void {
    this.listening.dispose();
    for (const { terminal } of this.shown) terminal.dispose();
  }

  take(session: vscode.DebugSession, event: TerminalEvent, use: Use): void {
    const known = this.shown.find((each) => each.session === session.id && each.number === event.terminal);
    if (event.output !== undefined) known?.far.write(event.output);
    else if (event.ended === true) known?.far.end();
    else if (known === undefined) this.show(session, event, use);
  }

  /** The session is over, and whatever ran in its terminals is no longer this window's. */
  ended(session: vscode.DebugSession): void {
    for (const { far } of this.shown.filter((each) => each.session === session.id)) far.end();
  }

  private show(session: vscode.DebugSession, { terminal: number, title = '' }: TerminalEvent, use: Use): void {
    const name = title === '' ? session.name : title;
    for (const each of this.shown) if (each.name === name && each.far.isOver) each.terminal.dispose();
    const far = new FarTerminal(use);
    const iconPath = new vscode.ThemeIcon('debug-alt');
    const terminal = vscode.window.createTerminal({ name, pty: far, iconPath });
    this.shown.push({ session: session.id, number, name, far, terminal });
    terminal.show(true);
  }
}
