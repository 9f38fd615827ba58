// What reaches the agent's port without being a paired near end: it gets nowhere, in bounded time, and costs the others nothing.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import net from 'node:net';
import { test } from 'node:test';
import tls from 'node:tls';
import { DapClient, patience } from './dap/client.ts';
import { connectStdio, nearside, paired, startAgent, type Agent } from './places/nearside.ts';
import { fixtures } from './places/programs.ts';
import { scratchFor, type Scratch } from './places/scratch.ts';

const limit = { timeout: 90_000 * patience };
const echo = `stdio:/usr/bin/python3 ${fixtures}/adapters/misbehaving.py echo`;
/** What an agent promises: handshakes end within ten seconds. Ours is a margin above it. */
const handshakeLimit = 20_000 * patience;

/** Opens a session and asks something; other peers must never be in its way. */
async function works(scratch: Scratch, agent: Agent, state: string): Promise<void> {
  const client = new DapClient(connectStdio(scratch, { target: agent.address, adapter: echo, state }));
  const answer = await client.request('initialize', { adapterID: 'test' });
  assert.ok(answer.success);
  await client.ask('disconnect');
  await client.close();
}

/** Says something on the raw port; gives all that came back until the agent closed. */
async function say(agent: Agent, bytes: string | Buffer): Promise<Buffer> {
  const socket = net.connect(agent.port, '127.0.0.1');
  const came: Buffer[] = [];
  socket.on('data', (data) => came.push(data)).on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(bytes);
  await within(once(socket, 'close'), 'the agent to close');
  return Buffer.concat(came);
}

async function within<T>(wanted: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`waited ${handshakeLimit} ms for ${what}`));
    }, handshakeLimit);
  });
  try {
    return await Promise.race([wanted, late]);
  } finally {
    clearTimeout(timer);
  }
}

test(
  'HTTP, SSH, DAP in the clear and noise are cut off, and answered with no more than a TLS alert',
  limit,
  async (t) => {
    const scratch = scratchFor(t);
    const agent = await startAgent(scratch);
    const state = await paired(scratch, agent);
    const noise = Buffer.alloc(4096, 0xa5);
    for (const words of [
      'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n',
      'SSH-2.0-OpenSSH_9.6\r\n',
      'Content-Length: 2\r\n\r\n{}',
      noise,
    ]) {
      const answer = await say(agent, words);
      assert.ok(answer.length <= 7, `no more than an alert, and not ${answer.toString('latin1').slice(0, 60)}`);
      await works(scratch, agent, state);
    }
  },
);

test('TLS 1.2 is refused by name', limit, async (t) => {
  const scratch = scratchFor(t);
  const agent = await startAgent(scratch);
  const refused = await new Promise<string>((resolve) => {
    const socket = tls.connect({
      port: agent.port,
      host: '127.0.0.1',
      maxVersion: 'TLSv1.2',
      rejectUnauthorized: false,
    });
    socket.on('secureConnect', () => {
      resolve('connected');
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code ?? error.message);
    });
  });
  assert.match(refused, /PROTOCOL_VERSION|protocol version/i);
});

test('a peer that says nothing, and one that says a byte a second, are shown out in time', limit, async (t) => {
  const scratch = scratchFor(t);
  const agent = await startAgent(scratch);
  const state = await paired(scratch, agent);
  const silent = net.connect(agent.port, '127.0.0.1').on('error', () => undefined);
  silent.resume();
  // The beginning of a real ClientHello, slowly.
  const hello = Buffer.from('160301020001000', 'hex');
  const slow = net.connect(agent.port, '127.0.0.1').on('error', () => undefined);
  slow.resume();
  await once(slow, 'connect');
  let at = 0;
  const drip = setInterval(() => slow.write(hello.subarray(at, ++at)), 1000);
  try {
    const closed = Promise.all([once(silent, 'close'), once(slow, 'close')]);
    await works(scratch, agent, state);
    await within(closed, 'the agent to close both');
  } finally {
    clearInterval(drip);
    silent.destroy();
    slow.destroy();
  }
});

test('two hundred silent connections keep nobody out', limit, async (t) => {
  const scratch = scratchFor(t);
  const agent = await startAgent(scratch);
  const state = await paired(scratch, agent);
  const crowd = Array.from({ length: 200 }, () =>
    net
      .connect(agent.port, '127.0.0.1')
      .on('error', () => undefined)
      .resume(),
  );
  try {
    await works(scratch, agent, state);
  } finally {
    for (const socket of crowd) socket.destroy();
  }
});

test('TLS without a certificate of its own does not complete', limit, async (t) => {
  const scratch = scratchFor(t);
  const agent = await startAgent(scratch);
  const socket = tls.connect({ port: agent.port, host: '127.0.0.1', rejectUnauthorized: false });
  const got: Buffer[] = [];
  let failed = '';
  socket.on('data', (data: Buffer) => got.push(data)).on('error', (error: Error) => (failed = error.message));
  await within(new Promise((resolve) => socket.on('close', resolve)), 'the agent to close');
  assert.match(failed, /certificate required|alert/i);
  assert.equal(Buffer.concat(got).length, 0);
});

test('an unpinned near end is refused in words and reaches neither adapter nor file', limit, async (t) => {
  const scratch = scratchFor(t);
  const agent = await startAgent(scratch);
  const stranger = await paired(scratch, agent);
  await agent.end();
  // Its own side is content: it has the agent's pin. The agent has forgotten it.
  rmSync(`${agent.state}/peers.json`);
  const forgetful = await startAgent(scratch, { listen: agent.address });
  const witness = scratch.file('witness');
  const port = connectStdio(scratch, {
    target: agent.address,
    adapter: `stdio:/usr/bin/touch ${witness}`,
    state: stranger,
  });
  const client = new DapClient(port);
  const answer = await client.ask('initialize', { adapterID: 'test' });
  assert.ok(!answer.success);
  assert.match(JSON.stringify(answer.body), /pair/i, 'the words say what to do');
  await client.close();
  await forgetful.event('peer-refused');
  assert.ok(!existsSync(witness), 'no adapter was started');
});

test('frames of the link protocol from an unpinned certificate open nothing', limit, async (t) => {
  const scratch = scratchFor(t);
  const agent = await startAgent(scratch);
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
      ...['-subj', '/CN=stranger', '-keyout', scratch.file('key.pem'), '-out', scratch.file('cert.pem')],
    ],
    { stdio: 'ignore' },
  );
  const client = spawn(
    'openssl',
    [
      's_client',
      '-connect',
      `127.0.0.1:${agent.port}`,
      '-tls1_3',
      '-quiet',
      '-cert',
      scratch.file('cert.pem'),
      '-key',
      scratch.file('key.pem'),
    ],
    { env: scratch.env, stdio: ['pipe', 'pipe', 'ignore'] },
  );
  const got: Buffer[] = [];
  client.stdout.on('data', (data: Buffer) => got.push(data));
  client.stdin.on('error', () => undefined);
  client.stdin.write(Buffer.alloc(64 * 1024, 0x01));
  await within(once(client, 'close'), 'the agent to close');
  assert.ok(Buffer.concat(got).length < 2048, 'a refusal at most');
  assert.deepEqual(
    agent.events.filter((event) => event.event === 'link-opened' || event.event === 'session-opened'),
    [],
  );
  const mine = await nearside(scratch, ['peers', '--state', agent.state]);
  assert.doesNotMatch(mine.out, /stranger/);
});
