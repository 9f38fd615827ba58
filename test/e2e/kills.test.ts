// kill -9 of anybody, at any moment: near end, agent, adapter or debuggee, while the link is made, while the program runs or stands,
// in a replay, in the middle of a step, while breakpoints are stored. Whatever the round: no process is left over, no request goes
// unanswered, the client is told a reason, and what is on disk can be used by the next. NEARSIDE_KILLS=N rounds (default 12;
// `npm run soak`: 200); a failure names its seed, and NEARSIDE_SEED=N begins with it.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { DapClient, patience } from './dap/client.ts';
import { dlv } from './debuggers/dlv.ts';
import { connectStdio, nearsideOk, startAgent, statusUntil, type Agent } from './places/nearside.ts';
import { delayRelay, type Relay } from './places/relay.ts';
import { descendants, gone, makeScratch, type Scratch } from './places/scratch.ts';
import { Session } from './scenarios/session.ts';

const rounds = Number(process.env.NEARSIDE_KILLS ?? '12');
const firstSeed = Number(process.env.NEARSIDE_SEED ?? Math.floor(Math.random() * 1e6));

const victims = ['near end', 'agent', 'adapter', 'debuggee'] as const;
const moments = ['handshake', 'running', 'stopped', 'replay', 'step', 'writing'] as const;
type Victim = (typeof victims)[number];
type Moment = (typeof moments)[number];

/** Numbers from 0 to 1 that a seed repeats (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

interface Round {
  scratch: Scratch;
  agent: Agent;
  relay: Relay;
  session: Session;
  nearEnd: number;
  random: () => number;
}

/** The victim's process, once it is there. */
async function processOf(victim: Victim, { agent, nearEnd }: Round): Promise<number> {
  if (victim === 'near end') return nearEnd;
  if (victim === 'agent') return agent.pid;
  const deadline = performance.now() + 20_000 * patience;
  for (;;) {
    const below = descendants(agent.pid);
    const adapter = below.find(({ command }) => /\bdlv\b.* dap\b/.test(command));
    const debuggee = below.find(({ command }) => /steps\S* 100000/.test(command));
    const found = victim === 'adapter' ? adapter : debuggee;
    if (found !== undefined) return found.pid;
    assert.ok(performance.now() < deadline, `there is a ${victim}`);
    await sleep(5);
  }
}

/** Brings the session to the moment, and goes on from there while somebody is killed. Every answer counts, also a refusal. */
async function until(moment: Moment, round: Round): Promise<Promise<unknown>[]> {
  const { session, relay, random } = round;
  const { client } = session;
  if (moment === 'handshake') {
    const answer = client.ask('initialize', { adapterID: 'nearside' });
    await sleep(random() * 60);
    return [answer];
  }
  // So many rounds that it does not end by itself meanwhile.
  const program = await session.launch('steps', [{ at: 'loop' }], { args: ['1000000000', '4', '10'] });
  const stop = await session.stop();
  if (moment === 'running') {
    await session.breakpoints(program, []);
    await session.resume(stop);
    await sleep(random() * 20);
    return [client.ask('threads')];
  }
  const asked: Promise<unknown>[] = [];
  if (moment === 'step') asked.push(client.ask('next', { threadId: stop.thread }));
  if (moment === 'replay') {
    relay.cutAfter(Math.floor(random() * 400), 'back');
    asked.push(client.ask('stackTrace', { threadId: stop.thread }), client.ask('threads'));
    await sleep(random() * 30);
  }
  // What is set is stored by the agent as soon as it is answered.
  for (let turn = 0; moment === 'writing' && turn < 20; ++turn)
    asked.push(
      client.ask('setBreakpoints', {
        source: { path: program.source },
        breakpoints: [{ line: program.line('loop'), condition: `i > ${turn}` }],
      }),
    );
  if (moment === 'writing') await sleep(random() * 30);
  if (moment === 'stopped') asked.push(client.ask('scopes', { frameId: stop.top.id }));
  return asked;
}

/** What Delve makes of a debuggee that was killed while it stood: a stop, with the reason. */
async function stopsForWantOfProcess(client: DapClient): Promise<void> {
  for (;;) {
    const { body } = await client.event('stopped');
    if ((body.text ?? '').includes('no such process')) return;
  }
}

async function play(seed: number, note: (line: string) => void): Promise<void> {
  const random = randomOf(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const victim = pick(victims);
  const moment = pick(victim === 'near end' || victim === 'agent' ? moments : moments.slice(1));
  note(`seed ${seed}: ${victim}, ${moment}`);
  const scratch = makeScratch();
  try {
    const agent = await startAgent(scratch, { args: ['--linger-left', '0', '--linger-lost', '1'] });
    const relay = await delayRelay(scratch, agent.port);
    const address = `127.0.0.1:${relay.port}`;
    const state = scratch.file('near');
    const code = await nearsideOk(scratch, ['agent', 'pair', '--state', agent.state, '--address', address]);
    await nearsideOk(scratch, ['pair', '-', '--state', state], { input: code });
    const args = ['--reconnect-for', '2'];
    const port = connectStdio(scratch, { target: `tls://${address}`, adapter: dlv.name, state, args });
    const session = new Session(new DapClient(port), dlv, scratch);
    const round: Round = { scratch, agent, relay, session, nearEnd: port.process.pid ?? 0, random };
    const asked = await until(moment, round);
    const everybody = descendants(agent.pid);
    process.kill(await processOf(victim, round), 'SIGKILL');
    everybody.push(...(victim === 'agent' ? [] : descendants(agent.pid)));

    if (victim === 'near end') {
      await Promise.allSettled(asked);
    } else {
      await Promise.all(asked); // every request is answered
      // A debugger that waits for its user does not look whether the program still lives.
      if (victim === 'debuggee') await session.client.ask('continue', { threadId: 1 });
      const told = victim === 'debuggee' ? /./ : /link to|link has ended|tls:|debug adapter|dlv|killed|signal/i;
      if (moment !== 'handshake')
        await Promise.any([
          session.client.event('terminated'),
          ...(victim === 'debuggee' ? [stopsForWantOfProcess(session.client)] : []),
        ]);
      assert.match(session.client.output() + JSON.stringify(await Promise.all(asked)), told);
      const left = await session.client.ask('disconnect', { terminateDebuggee: true });
      // Delve finds that it cannot kill what is dead, and goes.
      assert.ok(left.success || victim === 'debuggee', JSON.stringify(left));
    }
    await session.client.close();
    for (const { pid } of everybody) await gone(pid);
    if (victim === 'agent') await startAgent(scratch, { state: agent.state, listen: null });
    await statusUntil(scratch, agent.state, ({ sessions }) => sessions.length === 0);
    await nearsideOk(scratch, ['peers', '--state', state]);
    await nearsideOk(scratch, ['breakpoints', '--state', agent.state]);
    const files = readdirSync(agent.state);
    assert.ok(!files.some((name) => name.includes('.corrupt-')), files.join(', '));
  } catch (error) {
    throw new Error(`seed ${seed}: ${victim} killed, ${moment}: ${String(error)}`, { cause: error });
  } finally {
    await scratch.leave();
  }
}

test(`kill -9 of anybody at any moment, ${rounds} times`, { timeout: rounds * 60_000 * patience }, async (t) => {
  for (let seed = firstSeed; seed < firstSeed + rounds; ++seed) {
    await play(seed, (line) => {
      t.diagnostic(line);
    });
  }
});
