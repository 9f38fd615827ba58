// What distance costs: from `stopped` to what is on the screen, from `next` to the locals, and from nothing to the first stop, over
// round trips of several lengths. The ways take turns, and within a way every length follows the other, in one run.
import { dlv } from '../../e2e/debuggers/dlv.ts';
import type { Look } from '../../e2e/dap/editor.ts';
import type { Scratch } from '../../e2e/places/scratch.ts';
import { quantile } from '../hop/statistics.ts';
import { habits, type Way } from './ways.ts';

export const roundTrips = [0, 20, 50, 100, 200];

export const legs = ['stack', 'locals', 'expanded', 'watch', 'all', 'step', 'first', 'start'] as const;
export type Leg = (typeof legs)[number];

/** Each leg's name for people. */
export const legNames: Record<Leg, string> = {
  stack: '`stopped` to the stack',
  locals: '`stopped` to the locals',
  expanded: '`stopped` to two expanded levels',
  watch: '`stopped` to the watch',
  all: '`stopped` to all of it',
  step: '`next` to the locals',
  first: '`stopped` to all of it, first stop of a session',
  start: '`initialize` to the first stop',
};

export interface Distance {
  roundTrip: number;
  way: Way['name'];
  timers: boolean;
  /** Medians in milliseconds. */
  medians: Record<Leg, number>;
  stops: number;
  sessions: number;
}

export interface Effort {
  /** Sessions of each way at each length. */
  sessions: number;
  /** Stops after the first one, in each session. */
  stops: number;
}

export async function distances(
  scratch: Scratch,
  ways: Way[],
  effort: Effort,
  lengths: number[],
  timers = false,
): Promise<Distance[]> {
  const program = dlv.program(scratch, 'steps');
  const measured = new Map<string, Record<Leg, number[]>>();
  for (let session = 0; session < effort.sessions; ++session) {
    for (const roundTrip of lengths) {
      for (const way of ways) {
        const { editor } = await way.open(dlv, { ...habits, timers }, roundTrip);
        const samples = at(measured, `${roundTrip} ${way.name}`);
        const begun = performance.now();
        const [first] = await Promise.all([editor.look(), editor.start(program, ['loop'])]);
        samples.start.push(first.at - begun);
        samples.first.push(first.times.all);
        for (let stop = 0; stop < effort.stops; ++stop) {
          const pressed = performance.now();
          const [look] = await Promise.all([editor.look(), editor.next(first.thread)]);
          note(samples, look, pressed);
        }
        await editor.leave();
      }
    }
  }
  return lengths.flatMap((roundTrip) =>
    ways.map((way) => {
      const samples = at(measured, `${roundTrip} ${way.name}`);
      const medians = Object.fromEntries(legs.map((leg) => [leg, quantile(samples[leg], 0.5)])) as Record<Leg, number>;
      return { roundTrip, way: way.name, timers, medians, stops: samples.stack.length, sessions: samples.start.length };
    }),
  );
}

function note(samples: Record<Leg, number[]>, look: Look, pressed: number): void {
  for (const leg of ['stack', 'locals', 'expanded', 'watch', 'all'] as const) samples[leg].push(look.times[leg]);
  samples.step.push(look.at + look.times.locals - pressed);
}

function at(measured: Map<string, Record<Leg, number[]>>, key: string): Record<Leg, number[]> {
  let found = measured.get(key);
  if (found === undefined) {
    found = { stack: [], locals: [], expanded: [], watch: [], all: [], step: [], first: [], start: [] };
    measured.set(key, found);
  }
  return found;
}
