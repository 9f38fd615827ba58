// Terminals at the far end, as the near end speaks of them (native/core/session/wire.hpp, kTerminalName): an event tells that one is
// there, what it has printed, that it has ended; a request says what its user does. VS Code hears of neither.
import type { Json } from './configuration.ts';

export const terminalName = 'nearside.terminal';

export interface TerminalEvent {
  terminal: number;
  /** With `process`: it is there. */
  title?: string;
  process?: number;
  output?: string;
  ended?: boolean;
}

export type TerminalUse = { input: string } | { columns: number; rows: number } | { close: true };

/** Of an event that is about a terminal; undefined: another, or one that says no number. */
export function terminalEvent(message: Json): TerminalEvent | undefined {
  if (message.type !== 'event' || message.event !== terminalName) return undefined;
  const body = message.body as Partial<TerminalEvent> | undefined;
  return typeof body?.terminal === 'number' ? (body as TerminalEvent) : undefined;
}

export const isTerminalAnswer = (message: Json): boolean =>
  message.type === 'response' && message.command === terminalName;

/** Whether the adapter is told to run the program in a terminal: debugpy's word for it, and lldb-dap's. */
export function wantsTerminal({ console, runInTerminal }: Json): boolean {
  return console === 'integratedTerminal' || console === 'externalTerminal' || runInTerminal === true;
}

/** `initialize` of a client that shows terminals; any other message as it is. */
export function showingTerminals(message: Json): Json {
  if (message.type !== 'request' || message.command !== 'initialize') return message;
  return { ...message, arguments: { ...(message.arguments as Json | undefined), nearside: { terminals: true } } };
}
