// A session survives its network: real dlv, a TLS link over a relay that breaks as networks break, and a client that notices
// nothing but a line in its console. Then clients that go: what stays, who may take it up, what becomes of it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { DebugProtocol as Dap } from '@vscode/debugprotocol';
import { DapClient, patience, waitLimit } from './dap/client.ts';
import { dlv } from './debuggers/dlv.ts';
import { distantNearEnd, type Distant } from './places/distant.ts';
import { connectStdio, nearside, nearsideOk, startAgent, status, statusUntil, type Agent } from './places/nearside.ts';
import type { Program } from './places/programs.ts';
import { gone, scratchFor, type Scratch } from './places/scratch.ts';
import { Session, type Stop } from './scenarios/session.ts';

const limit = { timeout: 120_000 * patience };
/** Longer than the silence after which a link is taken for dead. */
const deadLink = 4_500;

interface Seat extends Distant {
  agent: Agent;
  session: Session;
}

async function seat(scratch: Scratch, args: string[] = [], agentArgs: string[] = []): Promise<Seat> {
  const agent = await startAgent(scratch, { args: agentArgs });
  const distant = await distantNearEnd(scratch, agent, 'near', { adapter: dlv.name, args });
  const session = new Session(new DapClient(await distant.listener.client()), dlv, scratch);
  scratch.after(() => session.client.close());
  return { ...distant, agent, session };
}

async function atLoop({ session }: Seat, elements = 10): Promise<{ program: Program; stop: Stop }> {
  const program = await session.launch('steps', [{ at: 'loop' }], { args: ['100000', '4', String(elements)] });
  return { program, stop: await session.stop() };
}

async function valueOfI(session: Session, stop: Stop): Promise<number> {
  return Number((await session.variable(await session.scope(stop.top), 'i')).value);
}

/** One round of the loop: `i` is one more, whatever the network did meanwhile. */
async function nextRound(session: Session, stop: Stop): Promise<Stop> {
  const before = await valueOfI(session, stop);
  await session.resume(stop);
  const next = await session.stop('breakpoint');
  assert.equal(await valueOfI(session, next), before + 1);
  return next;
}

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function linkIsBack(session: Session): Promise<void> {
  await session.client.outputWith(
    /The link to tls:\S+ is down \(.+\)\. It is tried again; the session goes on over there\./,
  );
  await session.client.outputWith(/The link to tls:\S+ is back/);
}

const faults: { name: string; strike: (seat: Seat) => Promise<void> }[] = [
  {
    name: 'is cut',
    strike: ({ relay }) => {
      relay.cut();
      return Promise.resolve();
    },
  },
  {
    name: 'is silent until both ends have given it up',
    strike: async ({ relay }) => {
      relay.frozen = true;
      await sleep(deadLink);
      relay.frozen = false;
    },
  },
  {
    name: 'cannot be made again for a while',
    strike: async ({ relay }) => {
      relay.setDown(true);
      await sleep(1_500);
      relay.setDown(false);
    },
  },
];

for (const { name, strike } of faults) {
  describe(`a link that ${name}`, () => {
    test('while the program is stopped', limit, async (t) => {
      const here = await seat(scratchFor(t));
      const { stop } = await atLoop(here);
      await strike(here);
      const next = await nextRound(here.session, stop);
      await linkIsBack(here.session);
      await nextRound(here.session, next);
    });

    test('while it runs', limit, async (t) => {
      const here = await seat(scratchFor(t));
      const { session } = here;
      const { program, stop } = await atLoop(here);
      await session.breakpoints(program, []);
      await session.resume(stop);
      await strike(here);
      await session.client.outputWith('stdout: sum');
      await session.client.event('terminated');
      await linkIsBack(session);
    });

    test('during a step, whose answer and stop come all the same', limit, async (t) => {
      const here = await seat(scratchFor(t));
      const { session } = here;
      const { stop } = await atLoop(here);
      const stepped = session.client.request('next', { threadId: stop.thread });
      await Promise.all([strike(here), stepped, session.client.event('stopped')]);
      const after = await session.stack(stop.thread, stop.event);
      assert.equal(after.top.line, stop.top.line + 1);
      assert.equal(session.client.events('stopped').length, 2, 'no stop came twice');
    });

    test('in the middle of an answer of some megabytes', limit, async (t) => {
      const here = await seat(scratchFor(t));
      const { session } = here;
      const { stop } = await atLoop(here, 100_000);
      const walk = stop.frames[0];
      assert.ok(walk);
      const parameters = await session.argumentsScope(walk);
      const many = await session.variable(parameters, 'many');
      here.relay.cutAfter(40_000, 'back');
      const [answer] = await Promise.all([
        session.client.request('variables', {
          variablesReference: many.variablesReference,
          filter: 'indexed',
          start: 0,
          count: 100_000,
        }),
        strike(here),
      ]);
      const { variables } = answer.body;
      assert.ok(JSON.stringify(variables).length > 5_000_000, 'it is a large answer');
      variables.forEach((each: Dap.Variable, at: number) => {
        if (Number(each.value) !== at) assert.fail(`element ${at} is ${JSON.stringify(each)}`);
      });
    });
  });
}

/** `npm run soak` cuts more often. */
const manyCuts = Number(process.env.NEARSIDE_REAL_CUTS ?? '50');

test(`${manyCuts} cuts at random bytes of both directions, under traffic`, limit, async (t) => {
  const here = await seat(scratchFor(t));
  const { session, relay } = here;
  let { stop } = await atLoop(here);
  for (let cut = 0; cut < manyCuts; ++cut) {
    relay.cutAfter(Math.floor(Math.random() * 300), cut % 2 === 0 ? 'out' : 'back');
    stop = await nextRound(session, stop);
  }
  const { links } = (await status(session.scratch, here.agent.state)) as unknown as { links: { resumes: number }[] };
  t.diagnostic(`the link was resumed ${links[0]?.resumes ?? 0} times`);
  assert.ok((links[0]?.resumes ?? 0) > 5, 'it was cut indeed');
});

const manyFlips = Number(process.env.NEARSIDE_FLIPS ?? '4');

test(`${manyFlips} flipped bits each cost their connection, and nothing else`, limit, async (t) => {
  const here = await seat(scratchFor(t));
  const { session, relay } = here;
  let { stop } = await atLoop(here);
  for (let flip = 0; flip < manyFlips; ++flip) {
    relay.flipBit(flip % 2 === 0 ? 'out' : 'back');
    stop = await nextRound(session, stop);
  }
  await linkIsBack(session);
});

test('Stop while the link is down is answered at once, and done when the next near end comes', limit, async (t) => {
  const scratch = scratchFor(t);
  const here = await seat(scratch);
  await atLoop(here);
  here.relay.setDown(true);
  await here.session.client.outputWith(/The link to .* is down/);
  await here.session.leave({ terminateDebuggee: true });
  await here.listener.end();
  here.relay.setDown(false);
  await statusUntil(scratch, here.agent.state, ({ sessions }) => sessions.length === 1);
  const target = `tls://127.0.0.1:${here.relay.port}`;
  await nearsideOk(scratch, ['sessions', '--target', target, '--state', scratch.file('near')]);
  await statusUntil(scratch, here.agent.state, ({ sessions }) => sessions.length === 0);
});

/** Another client in the place of one that is gone. */
async function takeUp(scratch: Scratch, here: Seat, id: string): Promise<Session> {
  const target = `tls://127.0.0.1:${here.relay.port}`;
  const port = connectStdio(scratch, { target, session: id, state: scratch.file('near') });
  const session = new Session(new DapClient(port), dlv, scratch);
  scratch.after(() => session.client.close());
  await session.initialize();
  return session;
}

async function onlySession(scratch: Scratch, here: Seat, state: string): Promise<string> {
  const { sessions } = await statusUntil(scratch, here.agent.state, (now) => {
    const [first] = now.sessions as unknown as { state: string }[];
    return first?.state === state;
  });
  return sessions[0]?.id ?? '';
}

test('a session whose client has gone is taken up by the next one, where it stands', limit, async (t) => {
  const scratch = scratchFor(t);
  const here = await seat(scratch);
  const { program, stop } = await atLoop(here);
  const i = await valueOfI(here.session, stop);
  await here.session.client.close();
  const id = await onlySession(scratch, here, 'orphaned');
  const listed = await nearsideOk(scratch, ['sessions', '--state', here.agent.state]);
  assert.match(listed, new RegExp(`${id}.*orphaned \\d+ s, ends in \\d+ (s|min)`));

  const session = await takeUp(scratch, here, id);
  await session.begin('attach', {});
  await session.configure(program, [{ at: 'loop' }]);
  const found = await session.stop('breakpoint');
  session.standsAt(found, program, 'loop');
  assert.equal(await valueOfI(session, found), i);
  await nextRound(session, found);
  await session.leave({ terminateDebuggee: true });
  await statusUntil(scratch, here.agent.state, ({ sessions }) => sessions.length === 0);
});

test('kill -9 of the near end: the session is away, and another near end takes it up', limit, async (t) => {
  const scratch = scratchFor(t);
  const here = await seat(scratch);
  const { program } = await atLoop(here);
  here.listener.process.kill('SIGKILL');
  const id = await onlySession(scratch, here, 'away');
  const session = await takeUp(scratch, here, id);
  await session.begin('attach', {});
  await session.configure(program, [{ at: 'loop' }]);
  await nextRound(session, await session.stop('breakpoint'));
});

test('nobody takes it up: it ends after its time, as it was started', limit, async (t) => {
  const scratch = scratchFor(t);
  const here = await seat(scratch, [], ['--linger-left', '1']);
  await atLoop(here);
  const { sessions } = await status(scratch, here.agent.state);
  await here.session.client.close();
  const closed = await here.agent.event('session-closed');
  assert.match(String(closed.reason), /its client left without ending it, and nobody took it up in time/);
  await gone(sessions[0]?.pid ?? 0);
});

test('a session is of who opened it: another near end neither sees nor gets it', limit, async (t) => {
  const scratch = scratchFor(t);
  const here = await seat(scratch);
  await atLoop(here);
  const { sessions } = await status(scratch, here.agent.state);
  const stranger = scratch.file('stranger');
  const address = `127.0.0.1:${here.agent.port}`;
  const code = await nearsideOk(scratch, ['agent', 'pair', '--state', here.agent.state, '--address', address]);
  await nearsideOk(scratch, ['pair', '-', '--state', stranger], { input: code });
  const target = `tls://${address}`;
  assert.equal(await nearsideOk(scratch, ['sessions', '--target', target, '--state', stranger]), 'No sessions.\n');
  const refused = await nearside(scratch, [
    'sessions',
    'end',
    sessions[0]?.id ?? '',
    '--target',
    target,
    '--state',
    stranger,
  ]);
  assert.equal(refused.code, 1);
  assert.match(refused.err, /The agent has no session "?\w+"? for you/);
});

test(
  'an agent that was killed and started anew: the client hears that its session is gone, and why',
  limit,
  async (t) => {
    const scratch = scratchFor(t);
    const here = await seat(scratch);
    await atLoop(here);
    await here.agent.end('SIGKILL');
    await here.session.client.outputWith(/The link to .* is down/);
    await startAgent(scratch, { state: here.agent.state, listen: `tls://127.0.0.1:${here.agent.port}` });
    await here.session.client.event('terminated', undefined, waitLimit + 10_000);
    assert.match(here.session.client.output(), /The agent no longer has this link: it was started anew/);
  },
);
