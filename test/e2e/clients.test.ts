// What a client may do to its own session, and who may be a client at all. Bad bytes are answered in words and never harm another
// session; only processes of the same user get in, and nothing that a browser could send.
import assert from 'node:assert/strict';
import { chmodSync, statSync } from 'node:fs';
import net from 'node:net';
import { describe, test } from 'node:test';
import { spawnSync } from 'node:child_process';
import { DapClient, patience } from './dap/client.ts';
import { frame } from './dap/port.ts';
import { connectListen, connectStdio, nearside, status } from './places/nearside.ts';
import { fixtures } from './places/programs.ts';
import { pairedPlace } from './places/routes.ts';
import { scratchFor, type Scratch } from './places/scratch.ts';

const limit = { timeout: 60_000 * patience };
const echo = `stdio:/usr/bin/python3 ${fixtures}/adapters/misbehaving.py echo`;

async function listener(scratch: Scratch, listen?: string) {
  const { agent, state } = await pairedPlace(scratch);
  return connectListen(scratch, {
    target: agent.address,
    adapter: echo,
    state,
    ...(listen === undefined ? {} : { listen }),
  });
}

/** Sends bytes on a new connection; gives what came back until it was closed or fell silent after an answer. */
async function send(port: number, bytes: string | Buffer): Promise<string> {
  const socket = net.connect(port, '127.0.0.1');
  let text = '';
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      socket.destroy();
      reject(new Error(`the connection stays open; it said: ${text}`));
    }, 20_000 * patience);
    socket.setEncoding('utf8').on('data', (more: string) => (text += more));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(late);
      resolve(text);
    });
    socket.on('connect', () => socket.write(bytes));
  });
}

describe('bytes of a client that are no DAP get an answer in words and end only its own session', () => {
  const body = (text: string) => frame(text);
  const cases: [string, string | Buffer][] = [
    ['a negative length', 'Content-Length: -1\r\n\r\n{}'],
    ['a huge length', 'Content-Length: 99999999999999999999\r\n\r\n'],
    ['a length above the limit', 'Content-Length: 1073741824\r\n\r\n'],
    ['no length', 'Content-Type: json\r\n\r\n{}'],
    ['a header without end', 'X: ' + 'y'.repeat(20_000)],
    ['too many header fields', 'A: b\r\n'.repeat(100) + 'Content-Length: 2\r\n\r\n{}'],
    ['zeros', Buffer.alloc(1000)],
  ];
  for (const [name, bytes] of cases) {
    test(name, limit, async (t) => {
      const scratch = scratchFor(t);
      const near = await listener(scratch);
      const bystander = new DapClient(await near.client());
      assert.ok((await bystander.ask('initialize', { adapterID: 'test' })).success);
      const answer = await send(near.port, bytes);
      assert.match(answer, /"type":"event"|"type":"response"/, 'it is told before it is let go');
      assert.ok((await bystander.ask('threads')).success);
      await bystander.close();
    });
  }

  const bodies: [string, Buffer][] = [
    ['a body that is not JSON', body('hello')],
    ['a body that is not an object', body('[]')],
    ['a body without a type', body('{"seq":1}')],
    ['a body without seq', body('{"type":"request","command":"threads"}')],
    [
      'a body that is not UTF-8',
      Buffer.concat([Buffer.from('Content-Length: 4\r\n\r\n'), Buffer.from([0x22, 0xff, 0xfe, 0x22])]),
    ],
    [
      'a body nested 100,000 deep',
      body(`{"seq":1,"type":"request","command":"x","arguments":${'['.repeat(100_000)}${']'.repeat(100_000)}}`),
    ],
  ];
  for (const [name, bytes] of bodies) {
    test(name, limit, async (t) => {
      const scratch = scratchFor(t);
      const near = await listener(scratch);
      // The session goes on after a bad body: its frame was whole. `disconnect` then ends it.
      const after = frame('{"seq":2,"type":"request","command":"disconnect","arguments":{}}');
      const answer = await send(near.port, Buffer.concat([bytes, after]));
      assert.match(answer, /"command": ?"disconnect"/);
      assert.match(answer, /"type":"event"|"success":false|"command":"x"/);
    });
  }
});

describe('what a browser or a stranger could send to the port is refused', () => {
  const requests: [string, string][] = [
    ['GET', 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'],
    [
      'POST with a DAP body',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 30\r\n\r\n{"seq":1,"type":"request","command":"initialize"}',
    ],
    ['a WebSocket upgrade', 'GET / HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'],
    ['OPTIONS', 'OPTIONS / HTTP/1.1\r\n\r\n'],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ];
  for (const [name, text] of requests) {
    test(name, limit, async (t) => {
      const scratch = scratchFor(t);
      const near = await listener(scratch);
      const answer = await send(near.port, text);
      assert.doesNotMatch(answer, /"command":"initialize"/);
      await near.logged(/HTTP/);
    });
  }

  test('a process of another user', { ...limit, skip: process.getuid?.() === 0 ? false : 'needs root' }, async (t) => {
    const scratch = scratchFor(t);
    chmodSync(scratch.dir, 0o755);
    const near = await listener(scratch);
    const said = spawnSync(
      'setpriv',
      [
        '--reuid=65534',
        '--regid=65534',
        '--clear-groups',
        'bash',
        '-c',
        `exec 3<>/dev/tcp/127.0.0.1/${near.port}; printf 'Content-Length: 62\\r\\n\\r\\n{"seq":1,"type":"request","command":"initialize","arguments":{}}' >&3; timeout 10 cat <&3`,
      ],
      { encoding: 'utf8', env: { PATH: process.env.PATH } },
    );
    assert.doesNotMatch(said.stdout, /"success":true/);
    await near.logged(/refused a process of another user \(65534\)/);
    const own = new DapClient(await near.client());
    assert.ok((await own.ask('initialize', { adapterID: 'test' })).success, 'its own user gets in');
    await own.close();
  });

  test('a Unix socket is its owner’s alone', limit, async (t) => {
    const scratch = scratchFor(t);
    const near = await listener(scratch, `unix:${scratch.file('dap.sock')}`);
    assert.equal(statSync(scratch.file('dap.sock')).mode & 0o777, 0o600);
    const client = new DapClient(await near.client());
    assert.ok((await client.ask('initialize', { adapterID: 'test' })).success);
    await client.close();
  });
});

test(
  'a port in use, an address that is not ours and one that is not loopback are refused in words',
  limit,
  async (t) => {
    const scratch = scratchFor(t);
    const { agent, state } = await pairedPlace(scratch);
    const connect = (listen: string) =>
      nearside(scratch, [
        'connect',
        '--target',
        agent.address,
        '--adapter',
        'dlv',
        '--state',
        state,
        '--listen',
        listen,
      ]);
    const used = await connect(`127.0.0.1:${agent.port}`);
    assert.equal(used.code, 1);
    assert.match(used.err, new RegExp(`${agent.port}.*in use`, 'is'));
    const wide = await connect('0.0.0.0:0');
    assert.equal(wide.code, 2);
    assert.match(wide.err, /loopback|127\.0\.0\.1/);
    const nonsense = await connect('nonsense');
    assert.equal(nonsense.code, 2);
  },
);

test('an agent that cannot be reached is told to the client, with the address', limit, async (t) => {
  const scratch = scratchFor(t);
  const { agent, state } = await pairedPlace(scratch);
  await agent.end();
  const client = new DapClient(connectStdio(scratch, { target: agent.address, adapter: 'dlv', state }));
  const answer = await client.ask('initialize', { adapterID: 'test' });
  assert.ok(!answer.success);
  assert.ok(JSON.stringify(answer.body).includes(`127.0.0.1:${agent.port}`), JSON.stringify(answer));
  await client.close();
});

test('five sessions at once over one link do not mix', limit, async (t) => {
  const scratch = scratchFor(t);
  const near = await listener(scratch);
  const clients = await Promise.all(Array.from({ length: 5 }, async () => new DapClient(await near.client())));
  await Promise.all(clients.map((client) => client.request('initialize', { adapterID: 'test' })));
  await Promise.all(
    clients.map(async (client, which) => {
      for (let turn = 0; turn < 50; ++turn) {
        const answer = await client.ask('evaluate', { which, turn, filler: 'x'.repeat(which * 4000) });
        assert.equal((answer.body as { which: number }).which, which);
        assert.equal((answer.body as { turn: number }).turn, turn);
      }
    }),
  );
  const { agent } = await pairedPlace(scratch);
  const now = await status(scratch, agent.state);
  assert.equal(now.sessions.length, 5);
  assert.equal(
    now.links.filter((link) => link.transport.includes('tls') || link.transport.includes('127.0.0.1')).length,
    1,
  );
  await Promise.all(clients.map((client) => client.close()));
});
