// `suspendDebuggee` in `disconnect`: the program stays suspended when its debugger has gone, and goes on with SIGCONT. None of
// these adapters can do it, so the agent does.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { DapClient, patience } from './dap/client.ts';
import { debuggers } from './debuggers/all.ts';
import type { Debugger } from './debuggers/debugger.ts';
import { connectStdio, statusUntil } from './places/nearside.ts';
import { pairedPlace } from './places/routes.ts';
import { gone, isAlive, scratchFor, type Scratch } from './places/scratch.ts';
import { Session } from './scenarios/session.ts';

const limit = { timeout: 60_000 * patience };

const facts = (pid: number) => readFileSync(`/proc/${pid}/status`, 'utf8');
const isSuspended = (pid: number) => /^State:\s+T/m.test(facts(pid)) && /^TracerPid:\s+0$/m.test(facts(pid));
const cpu = (pid: number) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ').slice(13, 15).join('+');

async function open(scratch: Scratch, kit: Debugger) {
  const { agent, state } = await pairedPlace(scratch);
  const port = connectStdio(scratch, { target: agent.address, adapter: kit.name, state });
  return { agent, session: new Session(new DapClient(port), kit, scratch) };
}

/** The program is there, stands, is nobody's, and goes on when it is told to. */
async function goesOnAfterwards(pid: number): Promise<void> {
  assert.ok(isAlive(pid), 'the program was not ended');
  assert.ok(isSuspended(pid), facts(pid));
  const before = cpu(pid);
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.ok(isSuspended(pid), 'it stays so');
  assert.equal(cpu(pid), before);
  process.kill(pid, 'SIGCONT');
  const deadline = performance.now() + 5_000 * patience;
  while (isSuspended(pid) && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.ok(isAlive(pid) && !isSuspended(pid), facts(pid));
}

for (const kit of debuggers) {
  describe(`${kit.name}: disconnect with suspendDebuggee`, () => {
    for (const stands of [true, false])
      test(`leaves a program suspended that was attached to while it ${stands ? 'stood' : 'ran'}`, limit, async (t) => {
        const scratch = scratchFor(t);
        const { agent, session } = await open(scratch, kit);
        const running = await kit.waiter(scratch);
        const program = session.program('waiter');
        await session.initialize();
        assert.equal(session.capabilities.supportSuspendDebuggee, true);
        await session.begin('attach', running.arguments);
        await session.configure(program, [{ at: 'tick' }]);
        const stop = await session.stopAtAttach(program);
        if (!stands) {
          await session.breakpoints(program, []);
          await session.resume(stop);
        }
        await session.leave({ suspendDebuggee: true, terminateDebuggee: false });
        assert.match(session.client.output(), new RegExp(`Suspended: .*\`kill -CONT ${running.pid}\` lets it go on`));
        await session.client.close();
        await statusUntil(scratch, agent.state, (now) => now.sessions.length === 0);
        await goesOnAfterwards(running.pid);
        await running.end();
      });

    const keeps = kit.name === 'lldb-dap';
    test(keeps ? 'leaves a launched program suspended' : 'says that what was launched ends', limit, async (t) => {
      const scratch = scratchFor(t);
      const { agent, session } = await open(scratch, kit);
      const program = await session.launch('waiter', [{ at: 'tick' }]);
      const pid = await session.waiterPid();
      session.standsAt(await session.stop('breakpoint'), program, 'tick');
      await session.leave({ suspendDebuggee: true });
      const words = keeps ? new RegExp(`\`kill -CONT ${pid}\``) : /this debugger ends what it has launched/;
      assert.match(session.client.output(), words);
      await session.client.close();
      await statusUntil(scratch, agent.state, (now) => now.sessions.length === 0);
      if (keeps) {
        await goesOnAfterwards(pid);
        process.kill(pid, 'SIGKILL');
      }
      await gone(pid);
    });
  });
}
