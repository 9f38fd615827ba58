// What Nearside costs where there is no distance: all ways stop in turn, each in a session of its own that stands open beside the
// others', so that a busy moment of the machine hits them alike.
import type { Debugger } from '../../e2e/debuggers/debugger.ts';
import type { Look } from '../../e2e/dap/editor.ts';
import type { Scratch } from '../../e2e/places/scratch.ts';
import { quantile } from '../hop/statistics.ts';
import { habits, type Way } from './ways.ts';

export const nearLegs = ['hit', 'stack', 'locals', 'all', 'step'] as const;
export type NearLeg = (typeof nearLegs)[number];

export const nearLegNames: Record<NearLeg, string> = {
  hit: "a breakpoint's hit to the stack",
  stack: '`stopped` to the stack',
  locals: '`stopped` to the locals',
  all: '`stopped` to all of it',
  step: '`next` to the locals',
};

export interface Near {
  debugger: Debugger['name'];
  way: Way['name'];
  /** In milliseconds. */
  medians: Record<NearLeg, number>;
  rounds: number;
}

/** Rounds that are not counted: habits are learned. */
const learning = 3;

export async function near(scratch: Scratch, ways: Way[], kits: Debugger[], rounds: number): Promise<Near[]> {
  const result: Near[] = [];
  for (const kit of kits) {
    const program = kit.program(scratch, 'steps');
    const seats = [];
    for (const way of ways) {
      const { editor } = await way.open(kit, habits);
      const [first] = await Promise.all([editor.look(), editor.start(program, ['loop'], ['100000'])]);
      const samples: Record<NearLeg, number[]> = { hit: [], stack: [], locals: [], all: [], step: [] };
      seats.push({ way, editor, thread: first.thread, samples });
    }
    for (let round = -learning; round < rounds; ++round) {
      for (const { editor, thread, samples } of seats) {
        const [hit] = await Promise.all([editor.look(), editor.resume(thread)]);
        const pressed = performance.now();
        const [stepped] = await Promise.all([editor.look(), editor.next(thread)]);
        if (round < 0) continue;
        samples.hit.push(performance.timeOrigin + hit.at + hit.times.stack - hitTime(hit));
        for (const leg of ['stack', 'locals', 'all'] as const) samples[leg].push(hit.times[leg], stepped.times[leg]);
        samples.step.push(stepped.at + stepped.times.locals - pressed);
      }
    }
    for (const { way, editor, samples } of seats) {
      await editor.leave();
      const medians = Object.fromEntries(nearLegs.map((leg) => [leg, quantile(samples[leg], 0.5)])) as Near['medians'];
      result.push({ debugger: kit.name, way: way.name, medians, rounds });
    }
  }
  return result;
}

/** When the program came by, in milliseconds: it writes the time down on the line before the breakpoint. */
function hitTime(look: Look): number {
  return Number(look.locals.find(({ name }) => name === 'hit')?.value) / 1000;
}
