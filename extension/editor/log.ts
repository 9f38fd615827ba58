// The Output channel "Nearside", with VS Code's own levels: info is what happened, debug what was decided and why, trace every
// message's kind. No values of the program are written, whatever the level.
import * as vscode from 'vscode';
import type { Json } from '../pure/configuration.ts';

export type Log = vscode.LogOutputChannel;

export const makeLog = (): Log => vscode.window.createOutputChannel('Nearside', { log: true });

/** `request 12 setBreakpoints`, `event stopped`. */
export function logMessage(log: Log, way: 'toAdapter' | 'toClient', message: Json): void {
  if (log.logLevel !== vscode.LogLevel.Trace) return;
  const kind = String(message.type);
  const what = kind === 'event' ? String(message.event) : String(message.command);
  const number = kind === 'response' ? String(message.request_seq) : String(message.seq);
  const outcome = kind === 'response' && message.success === false ? ' failed' : '';
  log.trace(`${way === 'toAdapter' ? '→' : '←'} ${kind} ${number} ${what}${outcome}`);
}
