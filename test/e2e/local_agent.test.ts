// The user's own agent on this machine: started when it is needed, one however many ask at once, gone when nothing needs it; and
// what it says where its folder, its key or its port are not as they should be.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { DapClient, patience } from './dap/client.ts';
import {
  connectStdio,
  nearside,
  nearsideBinary,
  nearsideOk,
  startAgent,
  status,
  statusUntil,
  stopAgentOf,
} from './places/nearside.ts';
import { fixtures } from './places/programs.ts';
import { gone, isAlive, scratchFor, type Scratch } from './places/scratch.ts';

const limit = { timeout: 60_000 * patience };
const asRoot = { ...limit, skip: process.getuid?.() === 0 ? false : 'needs root' };
const echo = `stdio:/usr/bin/python3 ${fixtures}/adapters/misbehaving.py echo`;

async function localClient(scratch: Scratch, state: string): Promise<DapClient> {
  const client = new DapClient(connectStdio(scratch, { target: 'local', adapter: echo, state }));
  assert.ok((await client.ask('initialize', { adapterID: 'test' })).success);
  return client;
}

test('the first session starts an agent, the next ones use it, and `agent stop` ends it', limit, async (t) => {
  const scratch = scratchFor(t);
  const state = scratch.file('state');
  scratch.after(() => stopAgentOf(scratch, state));
  assert.deepEqual(await status(scratch, state), { running: false, nearEnds: [] });
  const first = await localClient(scratch, state);
  const { pid } = await status(scratch, state);
  const second = await localClient(scratch, state);
  assert.equal((await status(scratch, state)).pid, pid);
  await first.close();
  await second.close();
  assert.ok(isAlive(pid), 'it outlives the near ends that started it');
  await nearsideOk(scratch, ['agent', 'stop', '--state', state]);
  await gone(pid);
  const none = await nearside(scratch, ['status', '--state', state]);
  assert.equal(none.code, 3);
});

test('ten near ends that start it at the same moment get one agent', limit, async (t) => {
  const scratch = scratchFor(t);
  const state = scratch.file('state');
  scratch.after(() => stopAgentOf(scratch, state));
  const clients = await Promise.all(Array.from({ length: 10 }, () => localClient(scratch, state)));
  const now = await status(scratch, state);
  assert.equal(now.sessions.length, 10);
  const agents = scratch.living().filter(({ command }) => / agent\b/.test(command));
  assert.equal(agents.length, 1, agents.map(({ command }) => command).join('; '));
  await Promise.all(clients.map((client) => client.close()));
});

test('an agent that was started on demand ends when nothing has needed it', limit, async (t) => {
  const scratch = scratchFor(t);
  const agent = await startAgent(scratch, { listen: null, args: ['--idle-limit', '1'] });
  const client = await localClient(scratch, agent.state);
  const asked = await client.ask('evaluate', { expression: 'still here' });
  assert.ok(asked.success);
  await client.close();
  await gone(agent.pid);
});

test('a second agent for the same state says that there is one', limit, async (t) => {
  const scratch = scratchFor(t);
  const agent = await startAgent(scratch);
  const second = await nearside(scratch, ['agent', '--state', agent.state]);
  assert.equal(second.code, 1);
  assert.match(second.err, /agent/);
  assert.match(second.err, /already|another|runs/i);
});

test('a port in use is named', limit, async (t) => {
  const scratch = scratchFor(t);
  const agent = await startAgent(scratch);
  const second = await nearside(scratch, ['agent', '--state', scratch.file('other'), '--listen', agent.address]);
  assert.equal(second.code, 1);
  assert.match(second.err, new RegExp(`${agent.port}.*in use`, 'is'));
});

test('a key that others can read is not used, and the words say what to do', limit, async (t) => {
  const scratch = scratchFor(t);
  const state = scratch.file('state');
  await nearsideOk(scratch, ['identity', '--state', state]);
  const key = readdirSync(state)
    .map((name) => path.join(state, name))
    .find(
      (file) =>
        statSync(file).isFile() && spawnSync('cat', [file], { encoding: 'utf8' }).stdout.includes('PRIVATE KEY'),
    );
  assert.ok(key);
  chmodSync(key, 0o644);
  const result = await nearside(scratch, ['agent', '--state', state]);
  assert.equal(result.code, 1);
  assert.ok(result.err.includes(path.basename(key)), result.err);
  assert.match(result.err, /chmod|600|permission|others/i);
});

test('a state folder that others can write is not used', limit, async (t) => {
  const scratch = scratchFor(t);
  const state = scratch.file('state');
  mkdirSync(state);
  chmodSync(state, 0o777);
  const result = await nearside(scratch, ['agent', '--state', state]);
  assert.equal(result.code, 1);
  assert.ok(result.err.includes(state), result.err);
});

test('a state folder that is a file, and a key that is none, are told', limit, async (t) => {
  const scratch = scratchFor(t);
  writeFileSync(scratch.file('file'), '');
  const file = await nearside(scratch, ['identity', '--state', scratch.file('file')]);
  assert.equal(file.code, 1);
  assert.ok(file.err.includes(scratch.file('file')), file.err);
});

test('a state folder that cannot be written is told', asRoot, (t) => {
  const scratch = scratchFor(t);
  chmodSync(scratch.dir, 0o755);
  mkdirSync(scratch.file('theirs'), { mode: 0o755 });
  // Root writes anywhere, so this is tried as nobody, in a folder that is root's.
  const result = spawnSync(
    'setpriv',
    [
      '--reuid=65534',
      '--regid=65534',
      '--clear-groups',
      nearsideBinary,
      'agent',
      '--state',
      scratch.file('theirs', 'state'),
    ],
    { encoding: 'utf8', env: { PATH: process.env.PATH, HOME: '/' } },
  );
  assert.equal(result.status, 1, result.stderr);
  assert.ok(result.stderr.includes(scratch.file('theirs')), result.stderr);
});

test('the agent’s socket refuses another user', asRoot, async (t) => {
  const scratch = scratchFor(t);
  chmodSync(scratch.dir, 0o755);
  const agent = await startAgent(scratch);
  assert.equal(statSync(agent.socket).mode & 0o077, 0);
  // Even where the folder would let somebody in, the peer's uid is checked.
  chmodSync(path.dirname(agent.socket), 0o755);
  chmodSync(agent.socket, 0o666);
  const result = spawnSync(
    'setpriv',
    [
      '--reuid=65534',
      '--regid=65534',
      '--clear-groups',
      'timeout',
      '10',
      'socat',
      '-t5',
      '-',
      `UNIX-CONNECT:${agent.socket}`,
    ],
    { input: 'anything', encoding: 'utf8' },
  );
  assert.ok(result.stdout.length < 200, 'no more than a refusal');
  chmodSync(path.dirname(agent.socket), 0o700);
  chmodSync(agent.socket, 0o600);
  await statusUntil(scratch, agent.state, (now) => now.running);
  assert.ok(!agent.events.some((event) => event.event === 'link-opened' && event.peer !== 'local'));
});
