// Holds a route to the debugger itself: the scenario runs directly, twice, then over the route, and what the client heard must
// be the same but for what varies by itself. Where it is not, direct runs are repeated before judgement, since a place may vary
// rarely and two runs agree by chance; and then the run over the route: what Nearside changes it changes each time, and what
// the debugger does once in a hundred runs may happen to ours.
import assert from 'node:assert/strict';
import type { Debugger } from '../debuggers/debugger.ts';
import { direct, type Route } from '../places/routes.ts';
import type { Scratch } from '../places/scratch.ts';
import { runScenario } from '../scenarios/run.ts';
import type { Scenario } from '../scenarios/scenarios.ts';
import { compare, learn, report, type Difference } from './compare.ts';
import { directlyTold, exceptions, neverTheSame, toldThroughNearside } from './exceptions.ts';
import type { Told } from './told.ts';

/** Direct runs at most. Goroutine and thread numbers agree in two runs and differ in the third now and then. */
const directRuns = 6;
/** Runs over the route at most. */
const routeRuns = 3;

export async function assertTransparent(
  scenario: Scenario,
  kit: Debugger,
  route: Route,
  scratch: Scratch,
): Promise<void> {
  const directly: Told[] = [];
  const runDirectly = async () => {
    // Each run in an environment of another size, as the far end's is another than ours: the stack begins elsewhere.
    scratch.env.NEARSIDE_TEST_PADDING = 'x'.repeat(100 * directly.length);
    directly.push(directlyTold(await runScenario(scenario, kit, direct, scratch), kit));
  };
  await runDirectly();
  await runDirectly();
  const hear = route === direct ? directlyTold : toldThroughNearside;
  const runOverRoute = async () => hear(await runScenario(scenario, kit, route, scratch), kit);
  let through = await runOverRoute();
  const judge = (): Difference[] => {
    const masks = learn(directly);
    return directly
      .map((run) => compare(run, through, masks, [...exceptions, ...neverTheSame]))
      .reduce((least, next) => (next.length < least.length ? next : least));
  };
  let found = judge();
  while (found.length > 0 && directly.length < directRuns) {
    await runDirectly();
    found = judge();
  }
  for (let runs = 1; found.length > 0 && runs < routeRuns; ++runs) {
    through = await runOverRoute();
    found = judge();
  }
  assert.equal(
    found.length,
    0,
    `${kit.name} through ${route.name} differs from ${kit.name} directly:\n${report(found)}`,
  );
}
