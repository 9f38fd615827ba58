// Bytes on the wire a stop: all that crosses the network from a resume until everything on the screen is answered and the line is
// silent, for a program with few goroutines and one with a thousand. A byte counts where the relay sees it, so Nearside's
// include TLS, framing, acknowledgements and what was fetched for nothing. VS Code's own timers are left in: they decide what is asked
// for before it can have come.
import { dlv } from '../../e2e/debuggers/dlv.ts';
import type { Carried } from '../../e2e/places/relay.ts';
import type { Scratch } from '../../e2e/places/scratch.ts';
import { quantile } from '../hop/statistics.ts';
import { habits, type Way } from './ways.ts';

/** How long the line is silent when a stop is over: longer than anything that an end waits for on its own. */
const silence = 150;

/** In milliseconds: far enough that what is pushed is there before an editor's next question could be. */
const roundTrip = 50;

export interface Wire {
  goroutines: number;
  way: Way['name'];
  /** `again`: the breakpoint that stopped before; `step`: the next line. Bytes from and to the editor. */
  stops: Record<'first' | 'again' | 'step', { up: number; down: number }>;
  samples: number;
}

export async function wire(scratch: Scratch, ways: Way[], stops: number, crowds = [5, 1000]): Promise<Wire[]> {
  const program = dlv.program(scratch, 'steps');
  const result: Wire[] = [];
  for (const goroutines of crowds) {
    for (const way of ways) {
      const { editor, relay } = await way.open(dlv, { ...habits, timers: true }, roundTrip);
      if (relay === undefined) throw new Error('the way has no network');
      const counted = async (act: () => Promise<unknown>): Promise<Carried> => {
        await relay.quiet(silence);
        const before = relay.carried();
        await Promise.all([editor.look(), act()]);
        await relay.quiet(silence);
        const after = relay.carried();
        return { out: after.out - before.out, back: after.back - before.back };
      };
      // The main goroutine is one of them.
      const first = await counted(() => editor.start(program, ['loop'], ['1000', `${goroutines - 1}`]));
      const again: Carried[] = [];
      const step: Carried[] = [];
      for (let stop = 0; stop < stops; ++stop) {
        again.push(await counted(() => editor.resume(1)));
        step.push(await counted(() => editor.next(1)));
      }
      await editor.leave();
      // Stops that only teach: after two of each kind everything has been seen.
      const late = { again: again.slice(2), step: step.slice(2) };
      result.push({
        goroutines,
        way: way.name,
        stops: { first: middle([first]), again: middle(late.again), step: middle(late.step) },
        samples: late.again.length,
      });
    }
  }
  return result;
}

function middle(carried: Carried[]): { up: number; down: number } {
  const of = (way: keyof Carried) =>
    quantile(
      carried.map((each) => each[way]),
      0.5,
    );
  return { up: of('out'), down: of('back') };
}
