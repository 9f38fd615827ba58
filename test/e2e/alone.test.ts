// The one executable runs where there is nothing but a kernel: no C library, no shell, no /etc. A whole session goes through an
// agent in there, whose adapter it finds by a name that nothing of the machine resolves for it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import { test } from 'node:test';
import { DapClient, patience, refusalText } from './dap/client.ts';
import { connectStdio, nearsideBinary } from './places/nearside.ts';
import { fixtures } from './places/programs.ts';
import { scratchFor, type Scratch } from './places/scratch.ts';

const limit = { timeout: 60_000 * patience };

/** What runs a program in a place that has only this executable, the kernel's own folders, and these files. */
function nowhere(files: Record<string, string> = {}): string[] {
  const kernel = ['--proc', '/proc', '--dev', '/dev', '--perms', '1777', '--tmpfs', '/tmp'];
  const more = Object.entries(files).flatMap(([inside, file]) => ['--ro-bind', file, inside]);
  // What it leaves running goes with it.
  return ['bwrap', '--unshare-pid', ...kernel, '--ro-bind', nearsideBinary, '/nearside', ...more, '--clearenv', '--'];
}

async function inside(scratch: Scratch, words: string[]): Promise<string> {
  const [program = '', ...args] = words;
  const child = spawn(program, args, { env: scratch.env, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (out += text));
  const [code] = (await once(child, 'close')) as [number | null];
  assert.equal(code, 0, out);
  return out;
}

/** An adapter that listens on this machine's loopback; gives its port. */
async function listeningAdapter(scratch: Scratch): Promise<number> {
  const server = net.createServer((socket) => {
    const adapter = spawn('/usr/bin/python3', [`${fixtures}/adapters/misbehaving.py`, 'echo'], {
      env: scratch.env,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    socket.pipe(adapter.stdin);
    adapter.stdout.pipe(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => adapter.kill());
    adapter.stdin.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  scratch.after(() => server.close());
  return (server.address() as net.AddressInfo).port;
}

async function works(scratch: Scratch, place: string[], adapter: string): Promise<void> {
  const target = `exec:exec ${[...place, '/nearside', 'agent', '--stdio'].map((word) => `'${word}'`).join(' ')}`;
  const client = new DapClient(
    connectStdio(scratch, { target, adapter, env: scratch.env, state: scratch.file('near') }),
  );
  const answer = await client.ask('initialize', { adapterID: 'test' });
  assert.ok(answer.success, refusalText(answer));
  await client.ask('disconnect');
  await client.close();
}

/** Without a user's entry in /etc/passwd, the home folder is told by the environment. */
const withHome = (place: string[]) => [...place.slice(0, -1), '--setenv', 'HOME', '/tmp/home', '--'];

test('in an empty place: the executable runs, and a whole session goes through it', limit, async (t) => {
  const scratch = scratchFor(t);
  assert.match(await inside(scratch, [...nowhere(), '/nearside', '--version']), /^nearside \d/);
  const port = await listeningAdapter(scratch);
  await works(scratch, withHome(nowhere()), `tcp:localhost:${port}`);
});

test('names of the place are known without anything that resolves them', limit, async (t) => {
  const scratch = scratchFor(t);
  const hosts = scratch.file('hosts');
  writeFileSync(hosts, '127.0.0.1 adapter-box\n');
  const port = await listeningAdapter(scratch);
  await works(scratch, withHome(nowhere({ '/etc/hosts': hosts })), `tcp:adapter-box:${port}`);
});

test('the user is known by /etc/passwd alone, and without it by the environment', limit, async (t) => {
  const scratch = scratchFor(t);
  const passwd = scratch.file('passwd');
  const user = os.userInfo().uid;
  writeFileSync(passwd, `ada:x:${user}:${user}::/tmp/ada:/nonexistent\n`);
  const identity = ['/nearside', 'identity'];
  assert.match(
    await inside(scratch, [...nowhere({ '/etc/passwd': passwd }), ...identity]),
    / \/tmp\/ada\/\.local\/state\//,
  );
  assert.match(await inside(scratch, [...withHome(nowhere()), ...identity]), / \/tmp\/home\/\.local\/state\//);
});
