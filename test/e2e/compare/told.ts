// What a run told its client, in the shape in which two runs are compared: each answer by its request (the nth of that
// command), the events of each kind in order, and the output of each category as one text, since how output is cut into
// events differs by itself. Only received messages count, and those up to the answer to `disconnect`: whoever has left does not
// listen on (Delve says `terminated` once more then, and lldb-dap 19 aborts with a stack dump).
import type { DebugProtocol as Dap } from '@vscode/debugprotocol';
import type { Run } from '../scenarios/run.ts';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export interface Told {
  [part: string]: Json;
  answers: Record<string, Json[]>;
  events: Record<string, Json[]>;
  output: Record<string, string>;
}

/** `untilLeaving`: events count only up to the `disconnect` request, for adapters that race there. */
export function told(run: Run, untilLeaving = false): Told {
  const result: Told = { answers: {}, events: {}, output: {} };
  const commands = new Map<number, string>();
  let hasLeft = false;
  for (const { way, message } of run.transcript) {
    if (way === 'sent') {
      if (message.type !== 'request') continue;
      const { command } = message as Dap.Request;
      commands.set(message.seq, command);
      hasLeft ||= untilLeaving && command === 'disconnect';
      continue;
    }
    // seq and request_seq number the messages of one connection; they say nothing to compare.
    const rest = { ...message, seq: 0 } as Dap.Response & Dap.Event & Record<string, Json>;
    if (rest.type === 'response') {
      const { request_seq, ...answer } = rest;
      const command = commands.get(request_seq) ?? 'unasked';
      (result.answers[command] ??= []).push(answer);
      if (command === 'disconnect') break;
    } else if (hasLeft) {
      continue;
    } else if (rest.type === 'event' && rest.event === 'output') {
      const { output, category, ...attributes } = (message as Dap.OutputEvent).body;
      add(result.output, category ?? 'console', output);
      const kind = JSON.stringify({ category, ...attributes });
      const kinds = (result.events['kinds of output'] ??= []);
      if (!kinds.includes(kind)) kinds.push(kind);
    } else {
      (result.events[rest.type === 'event' ? rest.event : `request ${(message as Dap.Request).command}`] ??= []).push(
        rest,
      );
    }
  }
  // Output of two categories is concurrent: which came first says nothing.
  result.events['kinds of output']?.sort();
  // Threads are, too: which of them begins or ends first is the machine's to say.
  result.events.thread?.sort((one, other) => JSON.stringify(one).localeCompare(JSON.stringify(other)));
  return result;
}

export function add(output: Told['output'], category: string, text: string): void {
  if (text !== '') output[category] = (output[category] ?? '') + text;
}
