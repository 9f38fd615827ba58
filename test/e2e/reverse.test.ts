// `nearside agent --reverse`: an agent that nobody can reach dials to a near end that listens. Both keys are checked as always;
// a stranger on the port gets nothing and is in nobody's way.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { test } from 'node:test';
import { DapClient, patience, refusalText } from './dap/client.ts';
import { dlv } from './debuggers/dlv.ts';
import { connectStdio, nearside, nearsideOk, startAgent, type Agent } from './places/nearside.ts';
import { twoNetworks } from './places/networks.ts';
import { fixtures } from './places/programs.ts';
import { scratchFor, type Scratch } from './places/scratch.ts';
import { Session } from './scenarios/session.ts';

const limit = { timeout: 120_000 * patience };
const echo = `stdio:/usr/bin/python3 ${fixtures}/adapters/misbehaving.py echo`;

async function fingerprintOf(scratch: Scratch, state: string): Promise<string> {
  const said = await nearsideOk(scratch, ['identity', '--state', state]);
  return /SHA256:\S+/.exec(said)?.[0] ?? '';
}

/** Each end learns the other's fingerprint, by hand. Gives the near end's state folder. */
async function introduced(scratch: Scratch, agent: Agent, target: string): Promise<string> {
  const near = scratch.file('near');
  const ours = await fingerprintOf(scratch, near);
  await nearsideOk(scratch, ['authorize', agent.fingerprint, '--as', 'agent', '--name', target, '--state', near]);
  await nearsideOk(scratch, ['authorize', ours, '--name', 'laptop', '--state', agent.state]);
  return near;
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

test('an agent in another network namespace dials in, and a whole session runs', limit, async (t) => {
  const scratch = scratchFor(t);
  const networks = await twoNetworks(scratch);
  const target = `reverse:${networks.nearAddress}:4711`;
  const args = ['--reverse', `${networks.nearAddress}:4711`];
  const agent = await startAgent(scratch, { inside: networks.far, listen: null, args });
  assert.deepEqual(agent.events[0]?.addresses, [], 'it listens to nobody');
  assert.deepEqual(agent.events[0].reverse, [`${networks.nearAddress}:4711`]);
  const state = await introduced(scratch, agent, target);
  const client = new DapClient(connectStdio(scratch, { inside: networks.near, target, adapter: 'dlv', state }));
  const session = new Session(client, dlv, scratch);
  const program = await session.launch('orders', [{ at: 'end' }]);
  const stop = await session.stop('breakpoint');
  session.standsAt(stop, program, 'end');
  await session.resume(stop);
  await session.finish();
  await client.close();
  const opened = await agent.event('link-opened');
  assert.equal(opened.transport, `reverse:${networks.nearAddress}:4711`);
  assert.equal(opened.peer, await fingerprintOf(scratch, state));
});

test(
  'the next session of another near end gets its link too, and the port is open only until then',
  limit,
  async (t) => {
    const scratch = scratchFor(t);
    const port = await freePort();
    const agent = await startAgent(scratch, { listen: null, args: ['--reverse', `127.0.0.1:${port}`] });
    await agent.event('dial-failed');
    const state = await introduced(scratch, agent, `reverse:${port}`);
    for (const round of [1, 2]) {
      const client = new DapClient(connectStdio(scratch, { target: `reverse:${port}`, adapter: echo, state }));
      assert.ok((await client.ask('initialize', { adapterID: 'test' }, 40_000 * patience)).success, `round ${round}`);
      const late = net.connect(port, '127.0.0.1');
      const [error] = (await once(late, 'error')) as [NodeJS.ErrnoException];
      assert.equal(error.code, 'ECONNREFUSED');
      await client.ask('disconnect');
      await client.close();
    }
  },
);

test('strangers on the port are turned away, and the agent still comes in', limit, async (t) => {
  const scratch = scratchFor(t);
  const port = await freePort();
  const target = `reverse:${port}`;
  const agent = await startAgent(scratch, { listen: null, state: scratch.file('far') });
  const state = await introduced(scratch, agent, target);
  const client = new DapClient(connectStdio(scratch, { target, adapter: echo, state }));
  const answered = client.ask('initialize', { adapterID: 'test' }, 40_000 * patience);
  const silent: net.Socket[] = [];
  scratch.after(() => {
    for (const socket of silent) socket.destroy();
  });
  for (let count = 0; count < 200;) {
    const socket = net.connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    const up = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    if (!up) continue; // it does not listen yet
    if (count % 2 === 0) socket.write('GET / HTTP/1.1\r\n\r\n');
    silent.push(socket);
    count += 1;
  }
  const stranger = await startAgent(scratch, {
    listen: null,
    state: scratch.file('stranger'),
    args: ['--reverse', `127.0.0.1:${port}`],
  });
  await stranger.event('peer-refused');
  await agent.end();
  await startAgent(scratch, { listen: null, state: agent.state, args: ['--reverse', `127.0.0.1:${port}`] });
  const answer = await answered;
  assert.ok(answer.success, refusalText(answer));
  await client.close();
});

test('an agent that was not authorized for this target is not waited for', limit, async (t) => {
  const scratch = scratchFor(t);
  const agent = await startAgent(scratch, { listen: null });
  const state = await introduced(scratch, agent, 'reverse:4711');
  for (const [target, words] of [
    ['reverse:4712', /nearside authorize FINGERPRINT --as agent --name reverse:127\.0\.0\.1:4712/],
    ['reverse:127.0.0.2:4711', /No agent/],
  ] as const) {
    const client = new DapClient(connectStdio(scratch, { target, adapter: echo, state }));
    const answer = await client.ask('initialize', { adapterID: 'test' });
    assert.ok(!answer.success);
    assert.match(refusalText(answer), words);
    await client.close();
  }
});

test('a near end that the agent does not know is refused in words', limit, async (t) => {
  const scratch = scratchFor(t);
  const port = await freePort();
  const agent = await startAgent(scratch, { listen: null, args: ['--reverse', `127.0.0.1:${port}`] });
  const near = scratch.file('near');
  const name = ['--name', `reverse:${port}`];
  await nearsideOk(scratch, ['authorize', agent.fingerprint, '--as', 'agent', ...name, '--state', near]);
  const client = new DapClient(connectStdio(scratch, { target: `reverse:${port}`, adapter: echo, state: near }));
  const answer = await client.ask('initialize', { adapterID: 'test' }, 40_000 * patience);
  assert.ok(!answer.success);
  assert.match(refusalText(answer), /nearside (authorize|pair)/);
  await client.close();
});

test('whom either side revokes is cut off at once', limit, async (t) => {
  const scratch = scratchFor(t);
  const port = await freePort();
  const agent = await startAgent(scratch, { listen: null, args: ['--reverse', `127.0.0.1:${port}`] });
  const target = `reverse:${port}`;
  for (const side of ['near', 'far'] as const) {
    const state = await introduced(scratch, agent, target);
    const client = new DapClient(connectStdio(scratch, { target, adapter: echo, state }));
    assert.ok((await client.ask('initialize', { adapterID: 'test' }, 40_000 * patience)).success);
    const revoked = side === 'near' ? agent.fingerprint : await fingerprintOf(scratch, state);
    const where = side === 'near' ? state : agent.state;
    await nearsideOk(scratch, ['revoke', revoked, '--state', where]);
    await client.event('terminated');
    const answer = await client.ask('evaluate', { expression: 'still here?' });
    assert.ok(!answer.success);
    assert.match(refusalText(answer), /revoked|no longer/);
    await client.close();
  }
});

test('options that make no sense together are named', limit, async (t) => {
  const scratch = scratchFor(t);
  for (const [args, words] of [
    [['agent', '--stdio', '--listen', 'tls://127.0.0.1:0'], /--stdio.*--listen/],
    [['agent', '--stdio', '--json'], /--stdio.*--json/],
    [['agent', '--reverse', '127.0.0.1:0'], /port 0/],
    [['agent', '--reverse', 'box'], /port is missing/],
  ] as const) {
    const result = await nearside(scratch, [...args]);
    assert.equal(result.code, 2);
    assert.match(result.err, words);
    assert.equal(result.out, '');
  }
});
