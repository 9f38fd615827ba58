// The far end brings itself over: to a real sshd's home folder where no Nearside was before, and through a stand-in for docker
// into a place that has little more than a shell. It is there whole or not at all, whatever happens on the way.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { DapClient, patience, refusalText, waitLimit } from './dap/client.ts';
import { dlv } from './debuggers/dlv.ts';
import { executable, withPath } from './places/far_nearside.ts';
import { connectStdio, nearside, nearsideBinary, nearsideOk } from './places/nearside.ts';
import { fixtures, root } from './places/programs.ts';
import { scratchFor, type Scratch } from './places/scratch.ts';
import { startSshd } from './places/sshd.ts';
import { Session } from './scenarios/session.ts';

const limit = { timeout: 120_000 * patience };
const echo = `stdio:/usr/bin/python3 ${fixtures}/adapters/misbehaving.py echo`;
const { version } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as { version: string };

interface Fresh {
  home: string;
  bin: string;
  env: Record<string, string>;
}

/** A home folder over there that has no Nearside, and the state of an agent in it. */
function freshHome(scratch: Scratch): Fresh {
  const home = scratch.file('home with a blank');
  mkdirSync(home);
  const env = { HOME: home, XDG_STATE_HOME: scratch.file('far') };
  mkdirSync(scratch.file('far-tmp'), { mode: 0o1777 });
  scratch.after(() => {
    const [program = '', ...args] = elsewhere(scratch);
    execFileSync(program, [...args, 'sh', '-c', `'${nearsideBinary}' agent stop || [ $? -eq 3 ]`], {
      env: { ...scratch.env, ...env },
      stdio: 'pipe',
    });
  });
  return { home, bin: `${home}/.nearside/bin/${version}`, env };
}

/** Words that run a program where /tmp, and so the socket of the user's own agent, is another one. */
function elsewhere(scratch: Scratch): string[] {
  const { dir } = scratch;
  return ['bwrap', '--dev-bind', '/', '/', '--bind', `${dir}/far-tmp`, '/tmp', '--bind', dir, dir, '--'];
}

const sha256 = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');

function isWhole(bin: string): void {
  assert.deepEqual(readdirSync(bin), ['nearside']);
  assert.equal(sha256(`${bin}/nearside`), sha256(nearsideBinary));
  assert.equal(statSync(`${bin}/nearside`).mode & 0o777, 0o755);
}

interface Near {
  target: string;
  env: NodeJS.ProcessEnv;
  name?: string;
}

function connect(scratch: Scratch, { target, env, name = 'near' }: Near, adapter = echo): DapClient {
  return new DapClient(connectStdio(scratch, { target, adapter, env, state: scratch.file(name) }));
}

/** A whole session; gives what stood on stderr. */
async function works(scratch: Scratch, near: Near): Promise<string> {
  const client = connect(scratch, near);
  const answer = await client.ask('initialize', { adapterID: 'test' }, 3 * waitLimit);
  assert.ok(answer.success, refusalText(answer));
  await client.ask('disconnect');
  await client.close();
  return client.beside();
}

async function refusal(scratch: Scratch, near: Near): Promise<string> {
  const client = connect(scratch, near);
  const answer = await client.ask('initialize', { adapterID: 'test' }, 3 * waitLimit);
  assert.ok(!answer.success, 'it was not refused');
  await client.close();
  return refusalText(answer);
}

/** A `docker` whose container has these programs (name to script; an empty one is the machine's own) and no others. */
function container(
  scratch: Scratch,
  env: Record<string, string>,
  programs: Record<string, string> = {},
): NodeJS.ProcessEnv {
  const inside = scratch.file('inside');
  mkdirSync(inside, { recursive: true });
  const usual = ['uname', 'grep', 'head', 'mkdir', 'cat', 'chmod', 'mv', 'rm', 'dash'];
  for (const name of usual) if (!(name in programs) && !existsSync(`${inside}/${name}`)) link(name);
  for (const [name, script] of Object.entries(programs)) if (script !== '') executable(inside, name, script);
  const bin = scratch.file('docker-bin');
  const words = Object.entries({ ...env, PATH: inside }).map(([name, value]) => `${name}='${value}'`);
  // As with docker, what runs in there hears of a killed client by the end of its stdin.
  const place = `setsid ${elsewhere(scratch).join(' ')} env ${words.join(' ')}`;
  const input = `${scratch.file('stdin')}-$$`;
  executable(
    bin,
    'docker',
    `shift $(($# - 1)); exec 3<&0; mkfifo "${input}"; /bin/cat <&3 >"${input}" & carrier=$!
     ${place} /bin/dash -c "$1" <"${input}"; status=$?; kill $carrier 2>/dev/null; exit $status`,
  );
  return withPath(scratch, bin);

  function link(name: string): void {
    symlinkSync(existsSync(`/bin/${name}`) ? `/bin/${name}` : `/usr/bin/${name}`, `${inside}/${name}`);
  }
}

test('ssh: a whole session on a machine where no Nearside was; the next one brings nothing', limit, async (t) => {
  const scratch = scratchFor(t);
  const { bin, env } = freshHome(scratch);
  const sshd = await startSshd(scratch, { path: [], env, inside: elsewhere(scratch) });
  const near = { target: `ssh:${sshd.host}`, env: withPath(scratch, sshd.bin) };
  const client = connect(scratch, near, 'dlv');
  const session = new Session(client, dlv, scratch);
  const program = await session.launch('orders', [{ at: 'loop' }]);
  const stop = await session.stop('breakpoint');
  session.standsAt(stop, program, 'loop');
  await session.breakpoints(program, []);
  await session.resume(stop);
  await session.finish();
  await client.close();
  assert.match(client.output('console'), /Bringing nearside/);
  assert.match(
    client.beside(),
    new RegExp(`ssh:build-box: Bringing nearside ${version} \\(linux-\\w+\\) there: [\\d.]+ of [\\d.]+ MB`),
  );
  isWhole(bin);
  assert.doesNotMatch(await works(scratch, near), /Bringing/);
});

test('a container with little more than a shell: the copy tells its digest itself', limit, async (t) => {
  const scratch = scratchFor(t);
  const { bin, env } = freshHome(scratch);
  const near = { target: 'docker:web-1', env: container(scratch, env) };
  assert.match(await works(scratch, near), /Bringing nearside/);
  isWhole(bin);
});

test('two near ends that bring it at once both get there', limit, async (t) => {
  const scratch = scratchFor(t);
  const { bin, env } = freshHome(scratch);
  const dockerEnv = container(scratch, env);
  const two = ['near', 'other'].map((name) => works(scratch, { target: 'docker:web-1', env: dockerEnv, name }));
  await Promise.all(two);
  isWhole(bin);
});

test('a nearside of another version stays where it is, and ours is brought', limit, async (t) => {
  const scratch = scratchFor(t);
  const { home, bin, env } = freshHome(scratch);
  executable(`${home}/.nearside/bin`, 'nearside', 'echo nearside 0.0.1');
  const near = { target: 'docker:web-1', env: container(scratch, env, { nearside: 'echo nearside 0.0.2' }) };
  assert.match(await works(scratch, near), /Bringing nearside/);
  isWhole(bin);
  assert.match(readFileSync(`${home}/.nearside/bin/nearside`, 'utf8'), /0\.0\.1/);
});

test('what is cut on the way is not taken for the whole, and nothing of it is left', limit, async (t) => {
  const scratch = scratchFor(t);
  const { bin, env } = freshHome(scratch);
  // Over there the stream ends early, as when the connection breaks.
  const cut = container(scratch, env, { cat: 'exec /usr/bin/head -c 1000000' });
  const words = await refusal(scratch, { target: 'docker:web-1', env: cut });
  assert.match(words, new RegExp(`nearside ${version} could not be brought to docker:web-1`));
  assert.match(words, /docker exec -i web-1 sh -c '/, 'the command itself');
  assert.deepEqual(readdirSync(bin), []);
});

test('what arrives changed is refused over there', limit, async (t) => {
  const scratch = scratchFor(t);
  const { bin, env } = freshHome(scratch);
  const changed = container(scratch, env, { cat: "/bin/cat; printf 'x'", sha256sum: 'exec /usr/bin/sha256sum "$@"' });
  const words = await refusal(scratch, { target: 'docker:web-1', env: changed });
  assert.match(words, /what has arrived is not what was sent/);
  assert.deepEqual(readdirSync(bin), []);
});

test('a client that goes away in the middle ends it, and nothing of it is left', limit, async (t) => {
  const scratch = scratchFor(t);
  const { bin, env } = freshHome(scratch);
  // It takes some of it, and then nothing for so long that the client is gone before.
  const slow = container(scratch, env, { cat: '/usr/bin/head -c 100000; exec /bin/sleep 5' });
  const client = connect(scratch, { target: 'docker:web-1', env: slow });
  const asked = client.ask('initialize', { adapterID: 'test' }, 3 * waitLimit).catch(() => undefined);
  await until(() => existsSync(bin) && readdirSync(bin).length > 0);
  await client.close();
  await asked;
  await until(() => readdirSync(bin).length === 0);
});

test('a home folder that cannot be written is told in the words of over there', limit, async (t) => {
  const scratch = scratchFor(t);
  const { env } = freshHome(scratch);
  const near = { target: 'docker:web-1', env: container(scratch, { ...env, HOME: '/proc' }) };
  const words = await refusal(scratch, near);
  assert.match(words, /exited with code 73/);
  assert.match(words, /mkdir: /);
});

test('a system for which there is no executable is refused by its name', limit, async (t) => {
  const scratch = scratchFor(t);
  const { env, home } = freshHome(scratch);
  const far = { uname: '[ "$1" = -m ] && echo x86_64 || echo MINGW64_NT-10.0' };
  const words = await refusal(scratch, { target: 'docker:web-1', env: container(scratch, env, far) });
  assert.match(words, /Over there is Windows \(MINGW64_NT-10\.0\)/);
  assert.ok(!existsSync(`${home}/.nearside`));
});

test('one of another version is used where there is none to bring', limit, async (t) => {
  const scratch = scratchFor(t);
  const { env } = freshHome(scratch);
  const own = `[ "$1" != --version ] || { echo nearside 0.0.9; exit; }; exec '${nearsideBinary}' "$@"`;
  const far = { uname: '[ "$1" = -m ] && echo riscv64 || echo Linux', nearside: own };
  assert.doesNotMatch(await works(scratch, { target: 'docker:web-1', env: container(scratch, env, far) }), /Bringing/);
});

test('nearside digest says what sha256sum says', limit, async (t) => {
  const scratch = scratchFor(t);
  const file = scratch.file('some file');
  writeFileSync(file, 'some bytes');
  assert.equal(await nearsideOk(scratch, ['digest', file]), `${sha256(file)}  ${file}\n`);
  assert.equal((await nearside(scratch, ['digest', scratch.file('none')])).code, 1);
});

async function until(done: () => boolean): Promise<void> {
  const deadline = performance.now() + waitLimit;
  while (!done()) {
    assert.ok(performance.now() < deadline, 'it did not come to pass');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
