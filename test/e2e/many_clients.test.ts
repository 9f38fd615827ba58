// One session and several clients, with real debuggers: two that steer and one that looks, over one agent. Who steps moves the
// others, breakpoints of one file are everybody's, and the session is there for who leaves and comes back.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DapClient, patience, waitLimit } from './dap/client.ts';
import { debuggers } from './debuggers/all.ts';
import type { Debugger } from './debuggers/debugger.ts';
import { dlv } from './debuggers/dlv.ts';
import { connectStdio, nearsideOk, startAgent, statusUntil, type Agent } from './places/nearside.ts';
import type { Program } from './places/programs.ts';
import { scratchFor, type Scratch } from './places/scratch.ts';
import { Session } from './scenarios/session.ts';

const limit = { timeout: 180_000 * patience };

interface Shared {
  agent: Agent;
  owner: Session;
  program: Program;
  id: string;
}

function connected(
  scratch: Scratch,
  kit: Debugger,
  agent: Agent,
  what: { session?: string; args?: string[] },
): Session {
  const port = connectStdio(scratch, { target: 'local', adapter: kit.name, state: agent.state, ...what });
  const session = new Session(new DapClient(port), kit, scratch);
  scratch.after(() => session.client.close());
  return session;
}

/** Launched and stopped in its loop. */
async function shared(scratch: Scratch, kit: Debugger): Promise<Shared> {
  const agent = await startAgent(scratch, { listen: null });
  const owner = connected(scratch, kit, agent, {});
  const program = await owner.launch('steps', [{ at: 'loop' }], { args: ['100000', '4', '10'] });
  owner.standsAt(await owner.stop(), program, 'loop');
  const { sessions } = await statusUntil(scratch, agent.state, (now) => now.sessions.length === 1);
  return { agent, owner, program, id: sessions[0]?.id ?? '' };
}

/** Another client of that session; it is shown where the program stands. */
async function joined(scratch: Scratch, here: Shared, role?: string): Promise<Session> {
  const args = role === undefined ? [] : ['--role', role];
  const session = connected(scratch, here.owner.kit, here.agent, { session: here.id, args });
  await session.initialize();
  await session.begin('attach', {});
  await session.client.request('configurationDone', {});
  return session;
}

/** Waits until a client has been told of breakpoints of others at these markers, and at no more. */
async function showing(session: Session, program: Program, marks: string[]): Promise<void> {
  const wanted = marks.map((mark) => program.line(mark)).sort();
  const deadline = performance.now() + waitLimit;
  for (;;) {
    const lines = new Map<number, number>();
    for (const { body } of session.client.events('breakpoint')) {
      const { id, line } = body.breakpoint;
      if (id !== undefined && body.reason === 'new' && line !== undefined) lines.set(id, line);
      if (id !== undefined && body.reason === 'removed') lines.delete(id);
    }
    const shown = [...lines.values()].sort();
    if (JSON.stringify(shown) === JSON.stringify(wanted)) return;
    assert.ok(performance.now() < deadline, `shows ${shown.join()}, not ${wanted.join()}\n${session.client.story()}`);
    await session.client.event('breakpoint', undefined, Math.max(1, deadline - performance.now()));
  }
}

describe('Two that steer and one that looks', () => {
  for (const kit of debuggers) {
    test(`step the same program with ${kit.name}, each seeing what the others do`, limit, async (t) => {
      const scratch = scratchFor(t);
      const here = await shared(scratch, kit);
      const { owner, program } = here;
      const second = await joined(scratch, here);
      second.standsAt(await second.stop(), program, 'loop');
      const observer = await joined(scratch, here, 'observer');
      const seen = await observer.stop();
      observer.standsAt(seen, program, 'loop');

      const refused = await observer.client.ask('next', { threadId: seen.thread });
      assert.equal(refused.success, false);
      assert.match(refused.message ?? '', /observers/);
      assert.ok((await observer.variables(await observer.scope(seen.top))).length > 0);

      await second.client.request('next', { threadId: seen.thread });
      for (const session of [owner, observer]) await session.client.event('continued');
      const stops = await Promise.all([owner, second, observer].map((session) => session.stop()));
      assert.equal(new Set(stops.map((stop) => stop.top.line)).size, 1);
      assert.notEqual(stops[0]?.top.line, program.line('loop'));

      // The one that the second sends back is the owner's; the other is its own.
      await second.breakpoints(program, [{ at: 'loop' }, { at: 'walked' }]);
      await showing(owner, program, ['walked']);
      // Left out by who set it, it is gone for both.
      await owner.breakpoints(program, [{ at: 'walked' }]);
      await showing(second, program, []);
      await second.breakpoints(program, [{ at: 'loop' }, { at: 'walked' }]);
      await showing(owner, program, ['loop', 'walked']);
      const last = stops[1];
      assert.ok(last);
      await owner.client.request('continue', { threadId: last.thread });
      for (const session of [second, observer]) await session.client.event('continued');
      for (const session of [owner, second, observer]) session.standsAt(await session.stop(), program, 'loop');

      await second.leave({ terminateDebuggee: true });
      const { sessions } = await statusUntil(scratch, here.agent.state, ({ sessions: [first] }) => {
        return (first as unknown as { clients: unknown[] }).clients.length === 2;
      });
      assert.equal(sessions[0]?.id, here.id);
      await observer.leave({});
      await owner.leave({ terminateDebuggee: true });
      await statusUntil(scratch, here.agent.state, (now) => now.sessions.length === 0);
    });
  }
});

test('the owner leaves and comes back, and owns it again when it is handed over', limit, async (t) => {
  const scratch = scratchFor(t);
  const here = await shared(scratch, dlv);
  const second = await joined(scratch, here);
  await second.stop();
  await here.owner.leave({});
  await statusUntil(scratch, here.agent.state, ({ sessions: [first] }) => {
    return (first as unknown as { clients: unknown[] }).clients.length === 1;
  });
  const back = await joined(scratch, here);
  back.standsAt(await back.stop(), here.program, 'loop');
  const clients = await nearsideOk(scratch, ['sessions', 'clients', here.id, '--state', here.agent.state]);
  assert.match(clients, /^2 .*controller/m);
  assert.match(clients, /^3 .*owner/m);
  await nearsideOk(scratch, ['sessions', 'role', here.id, '2', 'owner', '--state', here.agent.state]);
  await second.client.outputWith('You own this debug session now.');
  await back.client.outputWith('You are a controller of this debug session now.');
  await nearsideOk(scratch, ['sessions', 'drop', here.id, '3', '--state', here.agent.state]);
  await back.client.outputWith(/dropped from this session/);
  await second.leave({ terminateDebuggee: true });
  await statusUntil(scratch, here.agent.state, (now) => now.sessions.length === 0);
});
