// Five real debugging sessions at once over one link, each at its own pace; one of them leaves early, and the others do not feel it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DapClient, patience } from './dap/client.ts';
import { debuggers } from './debuggers/all.ts';
import { connectListen, status, statusUntil } from './places/nearside.ts';
import { pairedPlace } from './places/routes.ts';
import { scratchFor } from './places/scratch.ts';
import { Session } from './scenarios/session.ts';

const limit = { timeout: 180_000 * patience };

for (const kit of debuggers) {
  test(`five sessions of ${kit.name} over one link`, limit, async (t) => {
    const scratch = scratchFor(t);
    const { agent, state } = await pairedPlace(scratch);
    const near = await connectListen(scratch, { target: agent.address, adapter: kit.name, state });
    const sessions = await Promise.all(
      [0, 1, 2, 3, 4].map(async () => new Session(new DapClient(await near.client()), kit, scratch)),
    );
    const programs = await Promise.all(sessions.map((s) => s.launch('orders', [{ at: 'loop' }])));
    const now = await status(scratch, agent.state);
    assert.equal(now.sessions.length, 5);
    assert.equal(now.links.filter((link) => link.channels === 5).length, 1, JSON.stringify(now.links));
    await Promise.all(
      sessions.map(async (s, which) => {
        const program = programs[which];
        assert.ok(program);
        for (let pass = 0; pass < 5; ++pass) {
          const stop = await s.stop('breakpoint');
          s.standsAt(stop, program, 'loop');
          assert.equal(await s.evaluate('i', stop.top), String(pass));
          if (which === 0 && pass === 2) return s.leave({ terminateDebuggee: true });
          await s.resume(stop);
        }
        return s.finish();
      }),
    );
    await Promise.all(sessions.map((s) => s.client.close()));
    await statusUntil(scratch, agent.state, (later) => later.sessions.length === 0);
  });
}
