// Quick stepping: a key press every 50 ms. As in VS Code a press counts only when the program is known to stand and its frame is
// known; what is fetched ahead after each step must not slow the next one.
import { dlv } from '../../e2e/debuggers/dlv.ts';
import type { Scratch } from '../../e2e/places/scratch.ts';
import { quantile } from '../hop/statistics.ts';
import { habits, type Seat, type Way } from './ways.ts';

const pressEvery = 50;
const pressesOfABurst = 20;

export interface Quick {
  roundTrip: number;
  way: Way['name'];
  /** From `next` to the frame, in milliseconds. */
  median: number;
  worst: number;
  steps: number;
  presses: number;
}

export async function quick(scratch: Scratch, ways: Way[], bursts: number, lengths: number[]): Promise<Quick[]> {
  const program = dlv.program(scratch, 'steps');
  const result: Quick[] = [];
  for (const roundTrip of lengths) {
    const seats: (Seat & { way: Way; samples: number[] })[] = [];
    for (const way of ways) {
      const opened = await way.open(dlv, habits, roundTrip);
      const { editor } = opened;
      await Promise.all([editor.look(), editor.start(program, ['loop'], ['100000'])]);
      await editor.breakpoints(program, []);
      // Habits are learned at looks, before anybody hurries.
      for (let stop = 0; stop < 4; ++stop) await Promise.all([editor.look(), editor.next(1)]);
      seats.push({ ...opened, way, samples: [] });
    }
    for (let round = 0; round < bursts; ++round) {
      for (const { editor, samples } of seats) {
        await burst(editor, samples);
        // Rest, so that the walk of the last step is no load on the next way's turn.
        await Promise.all([editor.look(), editor.next(1)]);
      }
    }
    for (const { editor, way, samples } of seats) {
      await editor.leave();
      const presses = bursts * pressesOfABurst;
      const [median, worst] = [quantile(samples, 0.5), quantile(samples, 0.99)];
      result.push({ roundTrip, way: way.name, median, worst, steps: samples.length, presses });
    }
  }
  return result;
}

async function burst(editor: Seat['editor'], samples: number[]): Promise<void> {
  let step: Promise<void> | undefined;
  const begun = performance.now();
  for (let press = 0; press < pressesOfABurst; ++press) {
    await new Promise((resolve) => setTimeout(resolve, begun + press * pressEvery - performance.now()));
    if (step !== undefined) continue;
    const pressed = performance.now();
    step = Promise.all([editor.glance(), editor.next(1)]).then(() => {
      samples.push(performance.now() - pressed);
      step = undefined;
    });
  }
  await step;
}
