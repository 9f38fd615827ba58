// What was set in a session outlives its agent: real dlv, an agent that is killed, and clients that ask for what was stored.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { DapClient, patience } from './dap/client.ts';
import { dlv } from './debuggers/dlv.ts';
import { connectStdio, nearsideOk, startAgent, type Agent } from './places/nearside.ts';
import type { Program } from './places/programs.ts';
import { scratchFor, type Scratch } from './places/scratch.ts';
import { Session } from './scenarios/session.ts';

const limit = { timeout: 120_000 * patience };
const rounds = ['10', '4', '10'];

function connect(scratch: Scratch, agent: Agent, args: string[] = []): Session {
  const port = connectStdio(scratch, { target: 'local', adapter: dlv.name, state: agent.state, args });
  const session = new Session(new DapClient(port), dlv, scratch);
  scratch.after(() => session.client.close());
  return session;
}

/** Stops in the fourth round and logs at the end; leaves the session there. */
async function setSome(session: Session): Promise<Program> {
  const program = await session.launch(
    'steps',
    [
      { at: 'loop', condition: 'i == 3' },
      { at: 'walked', log: 'walked to {sum}' },
    ],
    { args: rounds },
  );
  const stop = await session.stop('breakpoint');
  await session.client.request('evaluate', { expression: 'sum', context: 'watch', frameId: stop.top.id });
  return program;
}

test('kill -9 of the agent: the next session has the breakpoints with --restore, and says so', limit, async (t) => {
  const scratch = scratchFor(t);
  const killed = await startAgent(scratch);
  const program = await setSome(connect(scratch, killed));
  await killed.end('SIGKILL');

  const agent = await startAgent(scratch);
  const listed = await nearsideOk(scratch, ['breakpoints', '--state', agent.state]);
  assert.match(listed, /main\.go:\d+, if i == 3\n/);
  assert.match(listed, /main\.go:\d+, log "walked to \{sum\}"\n/);
  assert.match(listed, /watch sum\n/);

  const session = connect(scratch, agent, ['--restore']);
  await session.launch('steps', [], { args: rounds });
  const shown = [await session.client.event('breakpoint'), await session.client.event('breakpoint')];
  assert.deepEqual(
    shown.map(({ body }) => [body.reason, body.breakpoint.source?.path, body.breakpoint.line]),
    [
      ['new', program.source, program.line('loop')],
      ['new', program.source, program.line('walked')],
    ],
  );
  await session.client.outputWith(/Restored 2 breakpoints of \d\d:\d\d\.\n/);
  const stop = await session.stop('breakpoint');
  session.standsAt(stop, program, 'loop');
  assert.deepEqual(stop.event.body.hitBreakpointIds, [shown[0]?.body.breakpoint.id]);
  assert.equal((await session.variable(await session.scope(stop.top), 'i')).value, '3');
  await session.resume(stop);
  await session.client.outputWith(/walked to 285/);
  await session.client.event('terminated');
});

test('without --restore nothing is set, and a client that sets nothing loses nothing', limit, async (t) => {
  const scratch = scratchFor(t);
  const agent = await startAgent(scratch);
  const first = connect(scratch, agent);
  await setSome(first);
  await first.leave({ terminateDebuggee: true });

  const session = connect(scratch, agent);
  await session.launch('steps', [], { args: rounds });
  await session.client.event('terminated');
  assert.equal(session.client.events('stopped').length, 0);
  assert.match(await nearsideOk(scratch, ['breakpoints', '--state', agent.state]), /if i == 3\n/);
});

test(
  'what a client sets itself for a file replaces what was stored for it; changes are told by revision',
  limit,
  async (t) => {
    const scratch = scratchFor(t);
    const agent = await startAgent(scratch);
    const first = connect(scratch, agent);
    const program = await setSome(first);
    await first.leave({ terminateDebuggee: true });
    const list = async (...more: string[]) =>
      (await nearsideOk(scratch, ['breakpoints', '--json', '--state', agent.state, ...more]))
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { place?: string; content?: unknown; revision: number; whole?: boolean });
    const revision = String((await list()).at(-1)?.revision);
    assert.equal((await list('--since', revision)).length, 1, 'nothing has changed');

    const session = connect(scratch, agent, ['--restore']);
    await session.launch('steps', [{ at: 'loop', condition: 'i == 5' }], { args: rounds });
    const stop = await session.stop('breakpoint');
    assert.equal((await session.variable(await session.scope(stop.top), 'i')).value, '5');
    assert.equal(session.client.events('breakpoint').length, 0);
    const [changed, end] = await list('--since', revision);
    assert.equal(changed?.place, program.source);
    assert.deepEqual(changed.content, { breakpoints: [{ condition: 'i == 5', line: program.line('loop') }] });
    assert.equal(end?.whole, false);

    assert.match(
      await nearsideOk(scratch, ['breakpoints', 'forget', '--state', agent.state]),
      /Forgotten: \d lists?\./,
    );
    assert.match(await nearsideOk(scratch, ['breakpoints', '--state', agent.state]), /Nothing is stored\./);
  },
);

test('what cannot be set is named with its reason', limit, async (t) => {
  const scratch = scratchFor(t);
  const agent = await startAgent(scratch);
  const first = connect(scratch, agent);
  const program = await setSome(first);
  // A comment: dlv has no code there.
  await first.client.request('setBreakpoints', {
    source: { path: program.source },
    breakpoints: [{ line: 1 }, { line: program.line('loop') }],
  });
  await first.leave({ terminateDebuggee: true });

  const session = connect(scratch, agent, ['--restore']);
  await session.launch('steps', [], { args: rounds });
  await session.client.outputWith(/Restored 1 breakpoint of \d\d:\d\d; 1 could not be set: main\.go:1 \(.+\)\.\n/);
  await session.stop('breakpoint');
});

test('a store that is damaged is set aside, said so, and in nobody’s way', limit, async (t) => {
  const scratch = scratchFor(t);
  const first = await startAgent(scratch);
  await setSome(connect(scratch, first));
  await first.end('SIGKILL');
  const store = path.join(first.state, 'breakpoints.db');
  assert.ok(existsSync(store));
  rmSync(`${store}-wal`, { force: true }); // what the killed agent left would mend it
  writeFileSync(store, 'nonsense '.repeat(1_000));

  const agent = await startAgent(scratch);
  await setSome(connect(scratch, agent, ['--restore']));
  const trouble = await agent.event('breakpoints-trouble');
  assert.match(String(trouble.message), /were damaged and have been set aside as .*breakpoints\.db\.corrupt-\d+/);
  assert.ok(readdirSync(agent.state).some((name) => name.startsWith('breakpoints.db.corrupt-')));
  assert.match(await nearsideOk(scratch, ['breakpoints', '--state', agent.state]), /if i == 3\n/);
});
