// What a client receives through Nearside is what it receives from the adapter directly: every scenario, every debugger, over
// loopback TLS, with answers kept and pushed. Each scenario's first two runs are direct ones; a failure says which way it was.
import { describe, test } from 'node:test';
import { assertTransparent } from './compare/transparent.ts';
import { debuggers } from './debuggers/all.ts';
import { tlsStdioAhead } from './places/routes.ts';
import { scratchFor } from './places/scratch.ts';
import { scenarioLimit } from './scenarios/run.ts';
import { scenarios } from './scenarios/scenarios.ts';

for (const kit of debuggers) {
  describe(`${kit.name} through ${tlsStdioAhead.name}`, () => {
    for (const scenario of scenarios) {
      if (scenario.only?.includes(kit.name) === false) continue;
      test(scenario.name, { timeout: 10 * scenarioLimit }, async (t) => {
        await assertTransparent(scenario, kit, tlsStdioAhead, scratchFor(t));
      });
    }
  });
}
