// Every place where what a client hears through Nearside differs on purpose from what the adapter says. Keep it short: each line
// is something that a client could notice.
import type { Debugger } from '../debuggers/debugger.ts';
import type { Run } from '../scenarios/run.ts';
import type { Exception } from './compare.ts';
import { add, told, type Told } from './told.ts';

export const exceptions: Exception[] = [
  {
    place: 'answers.initialize.*.body.supportTerminateDebuggee',
    allows: true,
    reason:
      'declared for every adapter: VS Code then tells Stop from a window reload, and the session knows what to end',
  },
];

/** What varies by its nature, and agrees in a few runs only by chance. */
export const neverTheSame: Exception[] = [
  { place: 'events.terminated.*.statistics.memory', reason: "the size of lldb's own pool of strings" },
  {
    place: 'answers.threads.*.body.threads.*.name',
    alike: /\[Go \d+\] runtime\./,
    reason: "where Go's own goroutines stand is a race inside the program",
  },
];

/**
 * What a direct run tells a user, with the one thing made equal that a direct client cannot hear: the program's own output,
 * where it leaves on the adapter's stdout and stderr, which Nearside turns into `output` events.
 */
export function directlyTold(run: Run, kit: Debugger): Told {
  const result = told(run);
  if (run.said.out !== '') add(result.output, 'stdout', run.said.out);
  if (run.said.err !== '') add(result.output, 'stderr', run.said.err);
  return comparable(result, kit);
}

export function toldThroughNearside(run: Run, kit: Debugger): Told {
  return comparable(told(run), kit);
}

// Delve has no output events for the program's output: the kinds of its output cannot be compared, and how its log points and the
// program's lines follow each other is known through Nearside only. Scenarios assert the order of the lines themselves.
function comparable(result: Told, kit: Debugger): Told {
  if (kit.words.stdout === 'events') return result;
  delete result.events['kinds of output'];
  for (const [category, text] of Object.entries(result.output)) {
    result.output[category] = text.split('\n').sort().join('\n');
  }
  return result;
}
