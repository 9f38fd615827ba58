// The scenarios against the debuggers themselves, without Nearside: what fails here is the debugger's doing or the scenario's,
// and need not be looked for in ours. NEARSIDE_ONLY narrows by a word of the test's name.
import { describe, test } from 'node:test';
import { debuggers } from './debuggers/all.ts';
import { direct } from './places/routes.ts';
import { scratchFor } from './places/scratch.ts';
import { runScenario, scenarioLimit } from './scenarios/run.ts';
import { scenarios } from './scenarios/scenarios.ts';

for (const kit of debuggers) {
  describe(`${kit.name} directly`, () => {
    for (const scenario of scenarios) {
      if (scenario.only?.includes(kit.name) === false) continue;
      test(scenario.name, { timeout: scenarioLimit }, async (t) => {
        await runScenario(scenario, kit, direct, scratchFor(t));
      });
    }
  });
}
