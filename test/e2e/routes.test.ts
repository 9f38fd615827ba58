// The other ways to an agent: every scenario through the addon, and the main ones through each form of `nearside connect`. That
// what arrives is what the adapter said is transparent.test.ts's business; here the scenarios' own assertions speak.
import { describe, test } from 'node:test';
import { debuggers } from './debuggers/all.ts';
import { addonTls, localStdio, localUnix, tlsListen, type Route } from './places/routes.ts';
import { scratchFor } from './places/scratch.ts';
import { runScenario, scenarioLimit } from './scenarios/run.ts';
import { scenarios } from './scenarios/scenarios.ts';

/** What a way could break: a stop and its values, an end by itself, a pause, an attach with a detach, much output. */
const main = /breakpoint stops|ends by itself|is paused|attaching|prints a lot/;

const ways: [Route, RegExp][] = [
  [addonTls, /./],
  [tlsListen, main],
  [localUnix, main],
  [localStdio, main],
];

for (const [route, wanted] of ways) {
  for (const kit of debuggers) {
    describe(`${kit.name} through ${route.name}`, () => {
      for (const scenario of scenarios) {
        if (scenario.only?.includes(kit.name) === false || !wanted.test(scenario.name)) continue;
        test(scenario.name, { timeout: scenarioLimit }, async (t) => {
          await runScenario(scenario, kit, route, scratchFor(t));
        });
      }
    });
  }
}
