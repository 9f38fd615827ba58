// Targets that are reached by a command: ssh to a real sshd, another network namespace, and stand-ins for docker, wsl.exe and
// kubectl, which run what they are given. What leads nowhere is told with the command's own words.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, readlinkSync, symlinkSync } from 'node:fs';
import net from 'node:net';
import { test } from 'node:test';
import { DapClient, patience, refusalText } from './dap/client.ts';
import { dlv } from './debuggers/dlv.ts';
import { executable, farNearside, withPath } from './places/far_nearside.ts';
import { connectListen, connectStdio, nearsideBinary, status, statusUntil } from './places/nearside.ts';
import { twoNetworks } from './places/networks.ts';
import { fixtures } from './places/programs.ts';
import { gone, isAlive, scratchFor, type Scratch } from './places/scratch.ts';
import { startSshd } from './places/sshd.ts';
import { Session } from './scenarios/session.ts';

const limit = { timeout: 120_000 * patience };
const echo = `stdio:/usr/bin/python3 ${fixtures}/adapters/misbehaving.py echo`;

interface Way {
  target: string;
  env: NodeJS.ProcessEnv;
  adapter?: string;
}

function clientOf(scratch: Scratch, { target, env, adapter = echo }: Way): DapClient {
  return new DapClient(connectStdio(scratch, { target, adapter, env, state: scratch.file('near') }));
}

/** What a user is told when a session on this target begins. */
async function refusal(scratch: Scratch, way: Way): Promise<string> {
  const client = clientOf(scratch, way);
  const answer = await client.ask('initialize', { adapterID: 'test' }, 60_000 * patience);
  assert.ok(!answer.success, 'it was not refused');
  await client.close();
  return refusalText(answer);
}

async function works(scratch: Scratch, way: Way): Promise<void> {
  const client = clientOf(scratch, way);
  const answer = await client.ask('initialize', { adapterID: 'test' });
  assert.ok(answer.success, refusalText(answer));
  await client.ask('disconnect');
  await client.close();
}

/** Kills what runs with such a command line; gives how many that were. */
function killCommands(scratch: Scratch, line: RegExp): number {
  const found = scratch.living().filter(({ command }) => line.test(command));
  for (const { pid } of found) process.kill(pid, 'SIGKILL');
  return found.length;
}

async function debugOrders(scratch: Scratch, way: Way): Promise<void> {
  const client = clientOf(scratch, { ...way, adapter: 'dlv' });
  const session = new Session(client, dlv, scratch);
  const program = await session.launch('orders', [{ at: 'loop' }]);
  const stop = await session.stop('breakpoint');
  session.standsAt(stop, program, 'loop');
  assert.equal((await session.variable(await session.scope(stop.top), 'grand')).value, '0');
  await client.request('next', { threadId: stop.thread });
  const next = await session.stop('step');
  await session.breakpoints(program, []);
  await session.resume(next);
  await session.finish();
  await client.close();
  assert.match(session.printed(), /stdout: total/);
}

test('ssh: a whole session, and the agent over there outlives the ssh that started it', limit, async (t) => {
  const scratch = scratchFor(t);
  const far = farNearside(scratch);
  const sshd = await startSshd(scratch, { path: [far.bin] });
  const env = withPath(scratch, sshd.bin);
  await debugOrders(scratch, { target: `ssh:${sshd.host}`, env });
  const agent = await status(scratch, far.state);
  assert.ok(agent.running && isAlive(agent.pid));
  const session = /^\d+ \(.*\) \S \d+ \d+ (\d+)/.exec(readFileSync(`/proc/${agent.pid}/stat`, 'utf8'))?.[1];
  assert.equal(Number(session), agent.pid, 'it leads a session of its own');
  const ssh = () => scratch.living().filter(({ command }) => /(^|\/)ssh /.test(command));
  for (const { pid } of ssh()) await gone(pid);
  await works(scratch, { target: `ssh:${sshd.host}`, env });
  assert.equal((await status(scratch, far.state)).pid, agent.pid, 'the next session uses it');
});

test('ssh: when the ssh process is killed, it is run again and the session goes on', limit, async (t) => {
  const scratch = scratchFor(t);
  const far = farNearside(scratch);
  const sshd = await startSshd(scratch, { path: [far.bin] });
  const way = { target: `ssh:${sshd.host}`, env: withPath(scratch, sshd.bin) };
  const client = clientOf(scratch, { ...way, adapter: 'dlv' });
  const session = new Session(client, dlv, scratch);
  await session.launch('orders', [{ at: 'loop' }]);
  const stop = await session.stop('breakpoint');
  const killed = killCommands(scratch, /(^|\/)ssh /);
  assert.ok(killed > 0, 'there was an ssh');
  await client.request('next', { threadId: stop.thread });
  const next = await session.stop('step');
  assert.ok(killCommands(scratch, /(^|\/)ssh /) > 0, 'there is one again');
  assert.equal((await session.variable(await session.scope(next.top), 'grand')).name, 'grand');
  await session.leave({ terminateDebuggee: true });
  await client.close();
});

test('ssh: what ssh says of a key that is not known is told, and the key is offered once', limit, async (t) => {
  const scratch = scratchFor(t);
  const sshd = await startSshd(scratch, { path: [], config: ['AuthorizedKeysFile none'] });
  const words = await refusal(scratch, { target: `ssh:${sshd.host}`, env: withPath(scratch, sshd.bin) });
  assert.match(words, /Permission denied \(publickey/);
  assert.match(words, /ssh-agent/);
  const attempts = sshd.log().match(/Connection (closed|reset) by authenticating user/g) ?? [];
  assert.equal(attempts.length, 1, sshd.log());
});

/** docker, wsl.exe and kubectl that run what they are given, in a world with that PATH and HOME, and write down their words. */
function standIns(scratch: Scratch, world: { path: string; home: string }): { bin: string; words: () => string[] } {
  const bin = scratch.file('stand-ins');
  const log = scratch.file('words');
  for (const name of ['docker', 'wsl.exe', 'kubectl']) {
    executable(
      bin,
      name,
      `printf '%s\\n' ${name} "$@" >'${log}'
       while [ "$1" != -c ] || [ "$#" -gt 2 ]; do shift; done
       HOME='${world.home}' PATH='${world.path}' exec /bin/sh -c "$2"`,
    );
  }
  return { bin, words: () => readFileSync(log, 'utf8').trimEnd().split('\n') };
}

const containers: [string, string[]][] = [
  ['docker:web-1', ['docker', 'exec', '-i', 'web-1', 'sh', '-c']],
  ['wsl:Ubuntu-22.04', ['wsl.exe', '-d', 'Ubuntu-22.04', '--exec', '/bin/sh', '-c']],
  ['kubectl:prod/api-7c9', ['kubectl', 'exec', '-i', '-n', 'prod', 'api-7c9', '--', 'sh', '-c']],
  ['kubectl:prod/api-7c9/app', ['kubectl', 'exec', '-i', '-n', 'prod', 'api-7c9', '-c', 'app', '--', 'sh', '-c']],
];

test('docker, wsl and kubectl: nearside is found on the PATH over there, else in ~/.nearside/bin', limit, async (t) => {
  const scratch = scratchFor(t);
  const far = farNearside(scratch);
  const home = scratch.file('home');
  mkdirSync(`${home}/.nearside`, { recursive: true });
  symlinkSync(far.bin, `${home}/.nearside/bin`);
  for (const [target, words] of containers) {
    const onPath = standIns(scratch, { path: `${far.bin}:/usr/bin:/bin`, home: '/nonexistent' });
    await works(scratch, { target, env: withPath(scratch, onPath.bin) });
    assert.deepEqual(onPath.words().slice(0, -1), words);
    const atHome = standIns(scratch, { path: '/usr/bin:/bin', home });
    await works(scratch, { target, env: withPath(scratch, atHome.bin) });
  }
});

test('exec: a place without nearside says so, how to get it, and is not asked again and again', limit, async (t) => {
  const scratch = scratchFor(t);
  const begun = performance.now();
  const words = await refusal(scratch, { target: 'exec:exec /nonexistent/nearside agent --stdio', env: scratch.env });
  assert.match(words, /exited with code 127/);
  assert.match(words, /Put the executable `nearside`/);
  assert.ok(performance.now() - begun < 10_000 * patience);
});

test('exec: what a shell writes before nearside does no harm; what is not nearside is told', limit, async (t) => {
  const scratch = scratchFor(t);
  const far = farNearside(scratch);
  const env = scratch.env;
  await works(scratch, { target: `exec:echo Welcome!; echo Motd >&2; exec ${far.command}`, env });
  const other = await refusal(scratch, { target: `exec:printf 'red\\033[31m no such box\\n' >&2; exit 126`, env });
  assert.match(other, /exited with code 126/);
  assert.ok(other.includes('red no such box'), other);
  const endless = await refusal(scratch, { target: 'exec:yes I am not nearside', env });
  assert.match(endless, /something else than nearside.*I am not nearside/s);
});

test('exec: a command that is missing here is told at once', limit, async (t) => {
  const scratch = scratchFor(t);
  const words = await refusal(scratch, { target: 'ssh:box', env: { ...scratch.env, PATH: '/nonexistent' } });
  assert.match(words, /"ssh" was not found; looked in \/nonexistent/);
});

test('a command goes with its whole process group, also when it does not want to', limit, async (t) => {
  const scratch = scratchFor(t);
  const far = farNearside(scratch);
  const stubborn = scratch.file('stubborn');
  executable(stubborn, 'stay', `trap '' TERM HUP; while :; do sleep 0.2; done`);
  const target = `exec:trap '' TERM HUP; ${stubborn}/stay & ${far.command}; while :; do sleep 0.2; done`;
  const port = connectStdio(scratch, { target, adapter: echo, env: scratch.env, state: scratch.file('near') });
  const client = new DapClient(port);
  assert.ok((await client.ask('initialize', { adapterID: 'test' })).success);
  const stays = scratch.living().filter(({ command }) => command.includes('/stay'));
  assert.ok(stays.length > 1);
  await client.ask('disconnect');
  port.process.stdin?.end();
  assert.equal(await port.exited, 'exit 0');
  for (const { pid } of stays) assert.ok(!isAlive(pid), 'they went before the near end did');
});

test('exec: into another network namespace, whose loopback nothing else reaches', limit, async (t) => {
  const scratch = scratchFor(t);
  const networks = await twoNetworks(scratch);
  const far = farNearside(scratch);
  const server = `import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1], flush=True)
c, _ = s.accept()
import os; [os.dup2(c.fileno(), d) for d in (0, 1)]
os.execv("/usr/bin/python3", ["python3", "${fixtures}/adapters/misbehaving.py", "echo"])`;
  const words: string[] = [...networks.far, '/usr/bin/python3', '-c', server];
  const adapter = spawn(words[0] ?? '', words.slice(1), { env: scratch.env, stdio: ['ignore', 'pipe', 'inherit'] });
  scratch.after(() => adapter.kill());
  const port = Number(((await once(adapter.stdout.setEncoding('utf8'), 'data')) as [string])[0]);
  const outside = net.connect(port, '127.0.0.1');
  const [error] = (await once(outside, 'error')) as [NodeJS.ErrnoException];
  assert.equal(error.code, 'ECONNREFUSED', 'from here nobody reaches it');
  const target = `exec:${networks.far.join(' ')} ${far.command}`;
  const env = scratch.env;
  await works(scratch, { target, env, adapter: `tcp:127.0.0.1:${port}` });
  const { pid } = await status(scratch, far.state);
  assert.notEqual(readlinkSync(`/proc/${pid}/ns/net`), readlinkSync('/proc/self/ns/net'), 'the agent lives over there');
  await debugOrders(scratch, { target, env });
});

test('the relay writes nothing but its greeting before the link, and ends when its input does', limit, async (t) => {
  const scratch = scratchFor(t);
  const far = farNearside(scratch);
  const relay = spawn(`${far.bin}/nearside`, ['agent', '--stdio'], { env: scratch.env, stdio: 'pipe' });
  const closed = once(relay, 'close');
  let out = '';
  let err = '';
  relay.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  await new Promise<void>((resolve) => {
    relay.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      if (out.includes('\n')) resolve();
    });
  });
  assert.equal(out, 'nearside agent on stdio, link 1\n');
  const { pid } = await status(scratch, far.state);
  relay.stdin.end();
  const [code] = (await closed) as [number];
  assert.equal(code, 0, err);
  assert.equal(err, '');
  assert.ok(isAlive(pid), 'the agent stays');
  for (const descriptor of ['0', '1', '2'])
    assert.doesNotMatch(readlinkSync(`/proc/${pid}/fd/${descriptor}`), /^pipe:/, 'and holds nothing of the relay');
});

test('a relay whose agent cannot start says why on stderr, and the near end tells it', limit, async (t) => {
  const scratch = scratchFor(t);
  const state = scratch.file('locked');
  mkdirSync(state);
  chmodSync(state, 0o777);
  const target = `exec:'${nearsideBinary}' agent --stdio --state '${state}'; exit 127`;
  const words = await refusal(scratch, { target, env: scratch.env });
  assert.ok(words.includes(state), words);
});

test('relays at the same moment share one agent', limit, async (t) => {
  const scratch = scratchFor(t);
  const far = farNearside(scratch);
  const way = { target: `exec:${far.command}`, env: scratch.env };
  const clients = Array.from({ length: 5 }, () => clientOf(scratch, way));
  for (const client of clients) assert.ok((await client.ask('initialize', { adapterID: 'test' })).success);
  assert.equal((await statusUntil(scratch, far.state, (now) => now.sessions.length === 5)).links.length, 5);
  await Promise.all(clients.map((client) => client.close()));
  assert.ok(existsSync(far.state));
});

test('sessions of one near end share one command', limit, async (t) => {
  const scratch = scratchFor(t);
  const far = farNearside(scratch);
  const listener = await connectListen(scratch, {
    target: `exec:${far.command}`,
    adapter: echo,
    env: scratch.env,
    state: scratch.file('near'),
  });
  const clients = await Promise.all([1, 2, 3].map(async () => new DapClient(await listener.client())));
  for (const client of clients) assert.ok((await client.ask('initialize', { adapterID: 'test' })).success);
  assert.equal((await status(scratch, far.state)).links.length, 1);
  await Promise.all(clients.map((client) => client.close()));
});
