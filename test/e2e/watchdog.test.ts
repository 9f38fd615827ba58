// A real dlv that stops answering, frozen with SIGSTOP: the user is told what is seen, Stop works all the same, and a slow
// start shows that it goes on.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { DapClient, patience } from './dap/client.ts';
import { dlv } from './debuggers/dlv.ts';
import { connectStdio, startAgent, status, statusUntil, type Agent } from './places/nearside.ts';
import { descendants, gone, isAlive, scratchFor, type Scratch } from './places/scratch.ts';
import { Session, type Stop } from './scenarios/session.ts';

const limit = { timeout: 90_000 * patience };

interface Seat {
  agent: Agent;
  session: Session;
}

/** A client at an agent of its own, over its Unix socket. */
async function seat(scratch: Scratch): Promise<Seat> {
  const agent = await startAgent(scratch, { listen: null, args: ['--watchdog', '2'] });
  const port = connectStdio(scratch, { target: 'local', adapter: dlv.name, state: agent.state });
  const session = new Session(new DapClient(port), dlv, scratch);
  scratch.after(() => session.client.close());
  return { agent, session };
}

async function adapterOf(scratch: Scratch, { agent }: Seat): Promise<number> {
  const { sessions } = await status(scratch, agent.state);
  const pid = sessions[0]?.pid ?? 0;
  assert.ok(pid > 0);
  // A test that fails must not leave it where it can be killed only by force.
  scratch.after(() => {
    if (descendants(agent.pid).some((each) => each.pid === pid)) process.kill(pid, 'SIGCONT');
  });
  return pid;
}

async function atLoop({ session }: Seat): Promise<Stop> {
  await session.launch('steps', [{ at: 'loop' }], { args: ['1000', '4', '10'] });
  return session.stop();
}

/** What only the adapter can answer. */
const question = (stop: Stop) => ({ expression: 'i', context: 'repl', frameId: stop.top.id });

test('a dlv that is frozen at a stop is named, with what it takes to go on; thawed, it does', limit, async (t) => {
  const scratch = scratchFor(t);
  const here = await seat(scratch);
  const { client } = here.session;
  const stop = await atLoop(here);
  const pid = await adapterOf(scratch, here);
  process.kill(pid, 'SIGSTOP');
  const answer = client.request('evaluate', question(stop));
  const said = await client.outputWith(/has not answered/, ['important']);
  assert.match(
    said,
    new RegExp(
      `dlv \\(process ${pid}\\) has not answered \`evaluate\` for 2 s\\. It is stopped by a signal \\(SIGSTOP\\): ` +
        `\`kill -CONT ${pid}\` lets it go on\\. The last it said was the answer to \`\\w+\`, \\d+ s ago\\.`,
    ),
  );
  process.kill(pid, 'SIGCONT');
  assert.match((await answer).body.result, /^\d+$/);
  await client.outputWith(/`evaluate` was answered after \d+ s\./, ['important']);
  await here.session.resume(stop);
  await here.session.stop('breakpoint');
  await here.session.leave();
});

test('Stop ends a session whose dlv is frozen, and leaves nothing', limit, async (t) => {
  const scratch = scratchFor(t);
  const here = await seat(scratch);
  const { client } = here.session;
  await atLoop(here);
  const pid = await adapterOf(scratch, here);
  const all = descendants(here.agent.pid);
  assert.ok(all.length >= 3, 'keeper, dlv, program');
  process.kill(pid, 'SIGSTOP');
  await here.session.leave({ terminateDebuggee: true });
  await client.event('terminated');
  assert.match(client.output('important'), /has not answered `disconnect` for 5 s\. .* It is ended by force\./);
  await statusUntil(scratch, here.agent.state, ({ sessions }) => sessions.length === 0);
  for (const each of all) await gone(each.pid);
});

test('a frozen dlv that is attached lets its program go when the client leaves', limit, async (t) => {
  const scratch = scratchFor(t);
  const here = await seat(scratch);
  const { client } = here.session;
  const running = await dlv.waiter(scratch);
  await here.session.initialize();
  await here.session.begin('attach', running.arguments);
  await client.request('configurationDone', {});
  const pid = await adapterOf(scratch, here);
  process.kill(pid, 'SIGSTOP');
  await here.session.leave({ terminateDebuggee: false });
  await client.event('terminated');
  await gone(pid);
  assert.ok(isAlive(running.pid), 'the program goes on');
  assert.match(readFileSync(`/proc/${running.pid}/status`, 'utf8'), /^State:\s+S[\s\S]*^TracerPid:\s+0$/m);
});

test('a launch that takes long shows progress, and is not ended', limit, async (t) => {
  const scratch = scratchFor(t);
  const here = await seat(scratch);
  const { client } = here.session;
  const program = here.session.program('steps');
  await here.session.initialize();
  const pid = await adapterOf(scratch, here);
  process.kill(pid, 'SIGSTOP');
  const begun = here.session.begin('launch', dlv.launch(program, { args: ['10', '4', '10'] }));
  const { body: start } = await client.event('progressStart');
  assert.match(start.progressId, /^nearside-/);
  assert.match(start.message ?? '', /^dlv is stopped by a signal: \d+ s, 0 % CPU, \d+ MiB memory, \d+ MiB read$/);
  const { body: update } = await client.event('progressUpdate');
  assert.equal(update.progressId, start.progressId);
  process.kill(pid, 'SIGCONT');
  await begun;
  assert.equal((await client.event('progressEnd')).body.progressId, start.progressId);
  await here.session.configure(program, [{ at: 'loop' }]);
  await here.session.stop('breakpoint');
  await here.session.leave();
});
