// Nothing outlives its session: not the program's children, not those in a session of their own that ignore SIGTERM, and not when
// agent, keeper or adapter are killed with -9. What the user chose to leave running is left.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DapClient, patience } from './dap/client.ts';
import { debuggers } from './debuggers/all.ts';
import type { Debugger } from './debuggers/debugger.ts';
import { connectStdio, statusUntil, type Agent } from './places/nearside.ts';
import { pairedPlace } from './places/routes.ts';
import { descendants, gone, isAlive, scratchFor, type Living, type Scratch } from './places/scratch.ts';
import { Session } from './scenarios/session.ts';

const limit = { timeout: 120_000 * patience };

interface Family {
  agent: Agent;
  session: Session;
  keeper: Living;
  /** The adapter's process id, by the agent's own account. */
  adapter: number;
  /** The two children that the program left behind. */
  children: number[];
  /** Everything below the agent. */
  everybody: Living[];
}

/** A session whose program has started two children and goes on running. */
async function family(scratch: Scratch, kit: Debugger): Promise<Family> {
  const { agent, state } = await pairedPlace(scratch, ['--linger-left', '0']);
  const port = connectStdio(scratch, { target: agent.address, adapter: kit.name, state });
  const session = new Session(new DapClient(port), kit, scratch);
  await session.launch('offspring', [], { args: ['stay'] });
  const text = await session.printedWith(/children started/);
  const children = [...text.matchAll(/child (?:plain|stubborn) (\d+)/g)].map((match) => Number(match[1]));
  assert.equal(children.length, 2);
  assert.ok(children.every(isAlive));
  const { sessions } = await statusUntil(scratch, agent.state, (now) => now.sessions.length === 1);
  const everybody = descendants(agent.pid);
  const keeper = everybody.find(({ command }) => / keeper\b/.test(command));
  assert.ok(keeper, `a keeper among ${everybody.map(({ command }) => command).join('; ')}`);
  return { agent, session, keeper, adapter: sessions[0]?.pid ?? 0, children, everybody };
}

/** Says `disconnect`. debugpy answers it, and sends `terminated`, only once its program's children have closed their output. */
async function goodbye(session: Session): Promise<void> {
  const answered = session.client.ask('disconnect', { restart: false, terminateDebuggee: true });
  if (session.kit.name === 'debugpy') answered.catch(() => undefined);
  else assert.ok((await answered).success);
}

async function allGone(who: Living[]): Promise<void> {
  for (const { pid } of who) await gone(pid);
}

for (const kit of debuggers) {
  describe(`${kit.name}: nothing is left`, () => {
    test('after disconnect', limit, async (t) => {
      const scratch = scratchFor(t);
      const { agent, session, everybody } = await family(scratch, kit);
      await goodbye(session);
      await session.client.close();
      await allGone(everybody);
      await statusUntil(scratch, agent.state, (now) => now.sessions.length === 0);
    });

    test('after the client vanished', limit, async (t) => {
      const scratch = scratchFor(t);
      const { session, everybody } = await family(scratch, kit);
      await session.client.close();
      await allGone(everybody);
    });

    test('after kill -9 of the adapter, and the client is told', limit, async (t) => {
      const scratch = scratchFor(t);
      const { agent, session, adapter, everybody } = await family(scratch, kit);
      process.kill(adapter, 'SIGKILL');
      await session.client.event('terminated');
      assert.match(session.client.output(), /SIGKILL|signal 9|killed/i);
      await allGone(everybody);
      assert.ok(isAlive(agent.pid), 'the agent goes on');
      await session.client.close();
    });

    test('after kill -9 of the keeper, and the client is told', limit, async (t) => {
      const scratch = scratchFor(t);
      const { agent, session, keeper, everybody } = await family(scratch, kit);
      process.kill(keeper.pid, 'SIGKILL');
      await session.client.event('terminated');
      await allGone(everybody);
      assert.ok(isAlive(agent.pid), 'the agent goes on');
      await session.client.close();
    });

    test('after kill -9 of the agent, and the client is told', limit, async (t) => {
      const scratch = scratchFor(t);
      const { agent, session, everybody } = await family(scratch, kit);
      process.kill(agent.pid, 'SIGKILL');
      await allGone(everybody);
      await session.client.outputWith(/The link to tls:\S+ is down \(/);
      await session.client.close();
    });

    test('after SIGTERM to the agent', limit, async (t) => {
      const scratch = scratchFor(t);
      const { agent, session, everybody } = await family(scratch, kit);
      const { code } = await agent.end('SIGTERM');
      assert.equal(code, 0);
      await allGone(everybody);
      await session.client.event('terminated');
      await session.client.close();
    });
  });
}

test('a program that ended by itself leaves no children either', limit, async (t) => {
  const scratch = scratchFor(t);
  const { agent, state } = await pairedPlace(scratch);
  for (const kit of debuggers) {
    const port = connectStdio(scratch, { target: agent.address, adapter: kit.name, state });
    const session = new Session(new DapClient(port), kit, scratch);
    await session.launch('offspring');
    const text = await session.printedWith(/children started/);
    if (kit.name !== 'debugpy') await session.client.event('terminated');
    await goodbye(session);
    await session.client.close();
    for (const [, pid] of text.matchAll(/child \w+ (\d+)/g)) await gone(Number(pid));
  }
});
