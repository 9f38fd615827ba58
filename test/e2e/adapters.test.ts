// Adapters that are missing or misbehave. Each time the client is told, as an error response or as output, what was wrong; and
// the link and other sessions go on.
import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { describe, test } from 'node:test';
import type { DebugProtocol as Dap } from '@vscode/debugprotocol';
import { DapClient, patience, refusalText } from './dap/client.ts';
import { connectListen, connectStdio, statusUntil } from './places/nearside.ts';
import { fixtures } from './places/programs.ts';
import { pairedPlace } from './places/routes.ts';
import { scratchFor, type Scratch } from './places/scratch.ts';

const limit = { timeout: 120_000 * patience };
const python = '/usr/bin/python3';

const misbehaving = (...words: string[]) =>
  `stdio:${[python, `${fixtures}/adapters/misbehaving.py`, ...words].map(quoted).join(' ')}`;
const quoted = (word: string) => (/^[\w./:-]+$/.test(word) ? word : `'${word}'`);

async function clientOf(scratch: Scratch, adapter: string): Promise<DapClient> {
  const { agent, state } = await pairedPlace(scratch);
  return new DapClient(connectStdio(scratch, { target: agent.address, adapter, state }));
}

/** Everything that the user is shown: refusals and output. */
function shown(client: DapClient): string {
  const refusals = client.transcript
    .map(({ message }) => message)
    .filter((message): message is Dap.Response => message.type === 'response' && !(message as Dap.Response).success)
    .map(refusalText);
  return [...refusals, client.output()].join('\n');
}

async function initialize(client: DapClient): Promise<Dap.Response> {
  return client.ask('initialize', { adapterID: 'test' });
}

describe('an adapter that cannot be started is refused, and the words name it', () => {
  const notExecutable = (scratch: Scratch) => {
    const file = scratch.file('not-executable');
    writeFileSync(file, '#!/bin/sh\n');
    chmodSync(file, 0o644);
    return file;
  };
  const cases: [string, (scratch: Scratch) => string, RegExp][] = [
    ['a name that is not known', () => 'gdb-9000', /gdb-9000/],
    ['a program that is not there', () => 'stdio:/no/such/adapter --flag', /\/no\/such\/adapter/],
    ['a program that is not on PATH', () => 'stdio:no-such-adapter-anywhere', /no-such-adapter-anywhere/],
    [
      'a file that is not executable',
      (scratch) => `stdio:${notExecutable(scratch)}`,
      /not-executable.*(permission|execut)/is,
    ],
    ['an empty command', () => 'stdio:', /stdio:/],
    ['an address that is no address', () => 'tcp:nonsense', /nonsense/],
    ['a port where nothing listens', () => 'tcp:127.0.0.1:1', /127\.0\.0\.1:1/],
  ];
  for (const [name, adapter, words] of cases) {
    test(name, limit, async (t) => {
      const scratch = scratchFor(t);
      const client = await clientOf(scratch, adapter(scratch));
      const answer = await initialize(client).catch(() => undefined);
      assert.ok(!answer?.success);
      const text = shown(client) + client.beside();
      assert.match(text, words);
      await client.close();
    });
  }
});

test('an adapter that ends at once is told with its exit code and its last words', limit, async (t) => {
  const scratch = scratchFor(t);
  const client = await clientOf(scratch, misbehaving('exits', '3'));
  const answer = await initialize(client);
  assert.ok(!answer.success);
  assert.match(shown(client), /cannot open the license file/);
  assert.match(shown(client), /\b3\b/);
  await client.close();
});

test(
  'an adapter that dies later answers what was asked with its end, and the client hears terminated',
  limit,
  async (t) => {
    const scratch = scratchFor(t);
    const client = await clientOf(scratch, misbehaving('exits-later', '7'));
    assert.ok((await initialize(client)).success);
    const answer = await client.ask('threads');
    assert.ok(!answer.success);
    await client.event('terminated');
    assert.match(shown(client), /out of cheese/);
    assert.match(shown(client), /\b7\b/);
    const late = await client.ask('threads').catch(() => undefined);
    assert.ok(!late?.success, 'a late request is refused too');
    await client.close();
  },
);

test('an adapter that was killed is told by its signal', limit, async (t) => {
  const scratch = scratchFor(t);
  const client = await clientOf(scratch, misbehaving('silent'));
  const asked = initialize(client);
  const { agent } = await pairedPlace(scratch);
  const { sessions } = await statusUntil(scratch, agent.state, (now) => (now.sessions[0]?.pid ?? 0) > 0);
  process.kill(sessions[0]?.pid ?? 0, 'SIGKILL');
  assert.ok(!(await asked).success);
  assert.match(shown(client), /SIGKILL|signal 9|killed/i);
  await client.close();
});

test('text before the first frame is quoted in the refusal', limit, async (t) => {
  const scratch = scratchFor(t);
  const client = await clientOf(scratch, misbehaving('rubbish-first'));
  assert.ok(!(await initialize(client)).success);
  assert.match(shown(client), /Welcome to the debugger!/);
  await client.close();
});

test('an adapter that prints nothing but rubbish is given up', limit, async (t) => {
  const scratch = scratchFor(t);
  const client = await clientOf(scratch, misbehaving('rubbish-only'));
  const answer = await initialize(client);
  assert.ok(!answer.success);
  assert.match(shown(client), /no frame/);
  await client.close();
});

test('an adapter that closes its output half-way is given up, though it lives', limit, async (t) => {
  const scratch = scratchFor(t);
  const client = await clientOf(scratch, misbehaving('half-closes'));
  assert.ok((await initialize(client)).success);
  const answer = await client.ask('threads');
  assert.ok(!answer.success);
  await client.event('terminated');
  await client.close();
});

test('an adapter that breaks off inside a frame is told so', limit, async (t) => {
  const scratch = scratchFor(t);
  const client = await clientOf(scratch, misbehaving('half-frame'));
  assert.ok((await initialize(client)).success);
  assert.ok(!(await client.ask('threads')).success);
  await client.event('terminated');
  assert.notEqual(shown(client).trim(), '');
  await client.close();
});

describe('bytes from the adapter that are no DAP end the session in words', () => {
  const cases: [string, string[]][] = [
    ['a negative length', ['frame', 'Content-Length: -5\\r\\n\\r\\n{}']],
    ['a huge length', ['frame', 'Content-Length: 99999999999999999999\\r\\n\\r\\n{}']],
    ['a length above the limit', ['frame', 'Content-Length: 1000000000\\r\\n\\r\\n{}']],
    ['a body that is not JSON', ['body', 'not json at all']],
    ['a body that is not an object', ['body', '[1,2,3]']],
    ['a message without a type', ['body', '{"seq":1}']],
    ['arrays nested 100,000 deep', ['deep', '100000']],
  ];
  for (const [name, words] of cases) {
    test(name, limit, async (t) => {
      const scratch = scratchFor(t);
      const bystander = await clientOf(scratch, misbehaving('echo'));
      assert.ok((await initialize(bystander)).success);
      const client = await clientOf(scratch, misbehaving(...words));
      await initialize(client).catch(() => undefined);
      const answer = await client.ask('threads').catch(() => undefined);
      // Deep nesting is legal JSON: it may as well arrive.
      if (words[0] !== 'deep') {
        assert.ok(!answer?.success);
        assert.notEqual(shown(client).trim() + client.beside(), '');
      }
      await client.close();
      assert.ok((await bystander.ask('threads')).success, 'another session of the agent goes on');
      await bystander.ask('disconnect');
      await bystander.close();
    });
  }
});

test('what an adapter writes to stderr reaches the user', limit, async (t) => {
  const scratch = scratchFor(t);
  const client = await clientOf(scratch, misbehaving('stderr', '500'));
  assert.ok((await initialize(client)).success);
  const text = await client.outputWith('complaint 499');
  assert.equal(text.match(/complaint \d+/g)?.length, 500);
  await client.ask('disconnect');
  await client.close();
});

test('an adapter that never answers leaves when the client does, even if it ignores SIGTERM', limit, async (t) => {
  const scratch = scratchFor(t);
  const { agent } = await pairedPlace(scratch);
  for (const mode of ['silent', 'deaf']) {
    const client = await clientOf(scratch, misbehaving(mode));
    client.ask('initialize', { adapterID: 'test' }).catch(() => undefined);
    await statusUntil(scratch, agent.state, (now) => now.sessions.length === 1);
    await client.close();
    await statusUntil(scratch, agent.state, (now) => now.sessions.length === 0);
  }
});

test('an adapter that listens on a port is reached there', limit, async (t) => {
  const scratch = scratchFor(t);
  const { agent, state } = await pairedPlace(scratch);
  // The stand-in is itself a `connect` to an echo: any DAP server on a port will do.
  const server = await connectListen(scratch, { target: agent.address, adapter: misbehaving('echo'), state });
  const client = await clientOf(scratch, `tcp:127.0.0.1:${server.port}`);
  assert.ok((await initialize(client)).success);
  assert.deepEqual((await client.ask('evaluate', { expression: 'over tcp' })).body, { expression: 'over tcp' });
  await client.ask('disconnect');
  await client.close();
});

test('a port whose server hangs up at once is told so', limit, async (t) => {
  const scratch = scratchFor(t);
  const server = net.createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { port } = server.address() as net.AddressInfo;
  const client = await clientOf(scratch, `tcp:127.0.0.1:${port}`);
  assert.ok(!(await initialize(client)).success);
  assert.match(shown(client), new RegExp(`${port}|closed|ended`));
  await client.close();
});
