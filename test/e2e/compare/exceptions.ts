// Every place where what a client hears through Nearside differs on purpose from what the adapter says. Keep it short: each line
// is something that a client could notice.
import type { DebugProtocol as Dap } from '@vscode/debugprotocol';
import type { Message } from '../dap/client.ts';
import type { Debugger } from '../debuggers/debugger.ts';
import type { Run } from '../scenarios/run.ts';
import type { Exception } from './compare.ts';
import { add, told, type Json, type Told } from './told.ts';

/** What Nearside itself says to the user, as `output` events. */
export const ownWords: { words: RegExp; reason: string }[] = [
  {
    words: /^debugpy's adapter opens two ports of its own on the far side's loopback address/,
    reason: 'other users of the far machine can reach them, and only Nearside knows that this matters',
  },
];

const ownIds =
  "breakpoint ids are the session's own, and one is given to a breakpoint that the adapter (dlv) gives none";

export const exceptions: Exception[] = [
  ...[
    'answers.setBreakpoints.*.body.breakpoints.*.id',
    'answers.setFunctionBreakpoints.*.body.breakpoints.*.id',
    'answers.setExceptionBreakpoints.*.body.breakpoints.*.id',
    'answers.setDataBreakpoints.*.body.breakpoints.*.id',
    'answers.setInstructionBreakpoints.*.body.breakpoints.*.id',
    'events.breakpoint.*.body.breakpoint.id',
    'events.stopped.*.body.hitBreakpointIds.*',
  ].map((place) => ({ place, reason: ownIds })),
  {
    place: 'answers.noSuchRequest.*.body.error.format',
    reason: 'Delve names the number of the request, and the far end has asked it for its sources before',
  },
  {
    place: 'events.terminated.*.statistics.*',
    reason: 'lldb counts its commands and what it has loaded, and the far end asks it for sources and reads ahead',
  },
  {
    place: 'answers.stackTrace.*.body.totalFrames',
    reason:
      'a part of a stack that is known already is cut out of it, with the total that came with it; Delve guesses one',
  },
  {
    place: 'answers.initialize.*.body.supportTerminateDebuggee',
    allows: true,
    reason:
      'declared for every adapter: VS Code then tells Stop from a window reload, and the session knows what to end',
  },
  {
    place: 'answers.initialize.*.body.supportSuspendDebuggee',
    allows: true,
    reason: 'declared for every adapter that runs here: where it cannot leave a program suspended, the agent does',
  },
];

/** What varies by its nature, and agrees in a few runs only by chance. */
export const neverTheSame: Exception[] = [
  { place: 'events.terminated.*.statistics.memory', reason: "the size of lldb's own pool of strings" },
];

/**
 * What a direct run tells a user, with the one thing made equal that a direct client cannot hear: the program's own output,
 * where it leaves on the adapter's stdout and stderr, which Nearside turns into `output` events.
 */
export function directlyTold(run: Run, kit: Debugger): Told {
  const transcript = run.transcript.filter(({ message }) => !isAtReading(message));
  const result = told({ ...run, transcript }, kit.racesAtLeaving);
  if (kit.words.stdout === 'adapter') {
    add(result.output, 'stdout', run.said.out);
    add(result.output, 'stderr', run.said.err);
  }
  return comparable(result, kit);
}

export function toldThroughNearside(run: Run, kit: Debugger): Told {
  const transcript = run.transcript.filter(({ message }) => !isOwn(message) && !isAtReading(message));
  return comparable(told({ ...run, transcript }, kit.racesAtLeaving), kit);
}

/** What lldb prints of a watchpoint when it is asked of the stop at once, and mostly not when that is a moment later. */
const watchpointReport = /\nWatchpoint \d+ hit:\nold value: .*\nnew value: .*\n/g;

/** What lldb says of odd debug information when it first reads a value: reading ahead makes it say so where nobody else reads. */
function isAtReading(message: Message): boolean {
  const event = message as Dap.OutputEvent;
  return (
    event.type === 'event' &&
    event.event === 'output' &&
    /^error: \S+ 0x[0-9a-f]+: DW_TAG_member .* extends beyond the bounds of 0x[0-9a-f]+\n$/.test(event.body.output)
  );
}

function isOwn(message: Message): boolean {
  const event = message as Dap.OutputEvent;
  return (
    event.type === 'event' && event.event === 'output' && ownWords.some(({ words }) => words.test(event.body.output))
  );
}

// Adapters count references up with every question, and Nearside asks for what the client will ask, and not twice for the same.
// lldb-dap's variables have an `id` besides, and its complaints the number of the expression.
function withoutReferences(answer: Json, command: string): Json {
  const text = JSON.stringify(answer)
    .replaceAll(/("variablesReference":)[1-9]\d*/g, '$1"one"')
    .replaceAll(/<user expression \d+>/g, '<user expression>');
  const counted = ['stackTrace', 'variables'].includes(command);
  return JSON.parse(counted ? text.replaceAll(/("id":)\d+/g, '$1"one"') : text) as Json;
}

/** lldb compiles code of its own to read some values, and lists it: once more when they were read ahead. */
function withoutOwnCode(answer: Json): Json {
  const { body, ...rest } = answer as unknown as { body?: { modules?: Dap.Module[] } };
  const modules = body?.modules?.filter(({ name }) => name !== '__lldb_caller_function');
  return { ...rest, body: { ...body, ...(modules === undefined ? {} : { modules }) } } as unknown as Json;
}

/** Told when something took long: whether it did is the machine's doing. */
const timed = ['progressStart', 'progressUpdate', 'progressEnd'];

// Delve has no output events for the program's output: the kinds of its output cannot be compared, and how its log points and the
// program's lines follow each other is known through Nearside only. Scenarios assert the order of the lines themselves. Which
// goroutines there are beside the first, and in which function each of them stands, are races inside the program.
function comparable(result: Told, kit: Debugger): Told {
  for (const [command, answers] of Object.entries(result.answers))
    result.answers[command] = answers.map((answer) => withoutReferences(answer, command));
  result.answers.modules = (result.answers.modules ?? []).map(withoutOwnCode);
  result.events = Object.fromEntries(Object.entries(result.events).filter(([event]) => !timed.includes(event)));
  for (const [category, text] of Object.entries(result.output)) {
    result.output[category] = text.replaceAll(watchpointReport, '');
  }
  if (kit.words.stdout === 'events') return result;
  delete result.events['kinds of output'];
  for (const [category, text] of Object.entries(result.output)) {
    result.output[category] = text.split('\n').sort().join('\n');
  }
  result.answers.threads = (result.answers.threads ?? []).map((answer) => {
    const { body, ...rest } = answer as unknown as { body?: { threads: Dap.Thread[] } };
    return { ...rest, threads: body?.threads.map(({ name }) => name).filter((name) => name.includes('[Go 1] ')) ?? [] };
  });
  return result;
}
