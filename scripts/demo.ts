// The demo: an agent and a near end on loopback TLS in a temporary folder, paired before your eyes, and a small DAP client that
// debugs a Go program through them. It owns its folder and its processes and removes both however it ends: done, failed (exit 1),
// or interrupted (exit 130, 143).
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { styleText } from 'node:util';
import type { DebugProtocol as Dap } from '@vscode/debugprotocol';
import { DapClient } from '../test/e2e/dap/client.ts';
import { stdioPort } from '../test/e2e/dap/port.ts';

const root = path.resolve(import.meta.dirname, '..');
const nearside = process.env.NEARSIDE_BINARY ?? path.join(root, 'build/Release/nearside');
const source = path.join(root, 'test/fixtures/programs/go/orders/main.go');
/** How long a process may take to end when asked; then it is killed. */
const endLimit = 5_000;

// ---- what is shown --------------------------------------------------------------------------------------------------

const colours = process.stdout.isTTY && process.env.NO_COLOR === undefined;
type Style = Parameters<typeof styleText>[0];
const paint = (style: Style, text: string) => (colours ? styleText(style, text) : text);
const width = process.stdout.isTTY ? Math.min(process.stdout.columns, 110) : 110;

function fit(text: string, room: number): string {
  const line = text.replaceAll('\n', '⏎');
  return line.length <= room ? line : `${line.slice(0, room - 1)}…`;
}

function heading(text: string): void {
  console.log(`\n${paint('bold', text)}`);
}

function line(label: string, text: string, took?: number): void {
  const time = took === undefined ? '' : `${took < 10 ? took.toFixed(1) : took.toFixed(0)} ms`;
  const room = width - 12 - 10;
  const shown = fit(text, room);
  console.log(
    `  ${paint('cyan', label.padEnd(10))}${shown}${time === '' ? '' : ' '.repeat(room - shown.length) + paint('dim', time.padStart(9))}`,
  );
}

function more(text: string, style: Style = 'dim'): void {
  console.log(`${' '.repeat(12)}${paint(style, fit(text, width - 12))}`);
}

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const begun = performance.now();
  const result = await work();
  return [result, performance.now() - begun];
}

const sourceLines = readFileSync(source, 'utf8').split('\n');
/** A line of the program without the marker that tests find it by. */
const codeAt = (number: number) =>
  (sourceLines[number - 1] ?? '').replace(/\s*\/\/ BREAK: \w+$/, '').replaceAll('\t', '  ');
const lineOf = (marker: string) => sourceLines.findIndex((text) => text.endsWith(`BREAK: ${marker}`)) + 1;

function showSource(at: number): void {
  for (let number = at - 2; number <= at + 1; ++number) {
    const text = `${number === at ? '▶' : ' '} ${String(number).padStart(3)} │ ${codeAt(number)}`;
    more(text, number === at ? ['yellow', 'bold'] : 'dim');
  }
}

function showVariables(variables: Dap.Variable[]): void {
  const widest = Math.max(...variables.map(({ name }) => name.length));
  for (const { name, value } of variables) more(`${name.padEnd(widest)} = ${value}`, 'reset');
}

// ---- what must be tidied --------------------------------------------------------------------------------------------

const folder = mkdtempSync(path.join(os.tmpdir(), 'nearside-demo-'));
const children: ChildProcess[] = [];

let tidying: Promise<void> | undefined;
let interrupted = false as boolean;

/** What is started while we tidy up would outlive it, and what that writes would come back after the folder has gone. */
function refuseToStartLate(): void {
  if (tidying !== undefined) throw new Error('interrupted');
}

/** Starts a process outside the terminal's group: Ctrl+C reaches us alone, and we end the others in order. */
function start(command: string, args: string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}): ChildProcess {
  refuseToStartLate();
  const child = spawn(command, args, { ...options, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  children.push(child);
  // A child that has died says so by how it ended; what it was still to read is no news.
  child.stdin.on('error', () => undefined);
  return child;
}

async function finished(child: ChildProcess): Promise<{ code: number | null; out: string; err: string }> {
  const said = { out: '', err: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (said.out += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said.err += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...said };
}

async function run(
  command: string,
  args: string[],
  options: { input?: string; cwd?: string; env?: NodeJS.ProcessEnv } = {},
) {
  const child = start(command, args, options);
  child.stdin?.end(options.input ?? '');
  const result = await finished(child);
  if (result.code !== 0)
    throw new Error(`${path.basename(command)} ${args[0] ?? ''} failed: ${result.err}${result.out}`);
  return result.out.trim();
}

function tidy(): Promise<void> {
  tidying ??= (async () => {
    // The near end before the agent: so the session is left, and not torn.
    for (const child of [...children].reverse()) {
      if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) continue;
      const closed = once(child, 'exit');
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), endLimit);
      await closed;
      clearTimeout(late);
    }
    rmSync(folder, { recursive: true, force: true });
  })();
  return tidying;
}

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  process.on(signal, () => {
    interrupted = true;
    console.log(`\n${paint('yellow', 'Interrupted: tidying up.')}`);
    void tidy().then(() => process.exit(code));
  });
}

// ---- the demo -------------------------------------------------------------------------------------------------------

async function startAgent(state: string): Promise<{ address: string; fingerprint: string; pid: number }> {
  // The idle limit is for the one end that nobody can tidy up after: kill -9.
  const agent = start(nearside, [
    'agent',
    '--listen',
    'tls://127.0.0.1:0',
    '--state',
    state,
    '--json',
    '--idle-limit',
    '60',
  ]);
  const ended = finished(agent);
  const first = await new Promise<string>((resolve, reject) => {
    let text = '';
    agent.stdout?.on('data', (piece: string) => {
      text += piece;
      if (text.includes('\n')) resolve(text.split('\n')[0] ?? '');
    });
    void ended.then(({ err }) => {
      reject(new Error(`the agent did not start: ${err}`));
    });
  });
  const told = JSON.parse(first) as { addresses: string[]; fingerprint: string; pid: number };
  return { address: told.addresses[0] ?? '', fingerprint: told.fingerprint, pid: told.pid };
}

async function demo(): Promise<void> {
  if (!existsSync(nearside)) throw new Error(`${nearside} is not built: run scripts/setup`);
  console.log(paint('bold', 'Nearside demo') + ': a debugger behind an encrypted link, and a client in front of it');

  heading('Two ends that trust each other');
  const program = path.join(folder, 'orders');
  const [, compiled] = await timed(() =>
    run('go', ['build', '-gcflags=all=-N -l', '-o', program, '.'], {
      cwd: path.dirname(source),
      env: { ...process.env, GOFLAGS: '-mod=mod', GOPROXY: 'off' },
    }),
  );
  line('compile', `${path.relative(root, source)} with go build`, compiled);
  const far = path.join(folder, 'far');
  const near = path.join(folder, 'near');
  const [agent, started] = await timed(() => startAgent(far));
  line('agent', `listens on ${agent.address}`, started);
  more(`key ${agent.fingerprint}`);
  const [, paired] = await timed(async () => {
    const code = await run(nearside, ['agent', 'pair', '--state', far]);
    await run(nearside, ['pair', '-', '--state', near], { input: code });
  });
  const mine = /SHA256:\S+/.exec(await run(nearside, ['identity', '--state', near]))?.[0] ?? '';
  line('pair', 'a code that is good once went from the agent to the near end', paired);
  more(`key ${mine}`);

  heading('A debugging session through them');
  refuseToStartLate();
  const port = stdioPort(
    nearside,
    ['connect', '--target', agent.address, '--adapter', 'dlv', '--state', near, '--cwd', folder, '--stdio'],
    { detached: true },
  );
  children.push(port.process);
  const client = new DapClient(port);
  const [, connected] = await timed(() =>
    client.request('initialize', {
      clientID: 'nearside-demo',
      adapterID: 'go',
      pathFormat: 'path',
      linesStartAt1: true,
      columnsStartAt1: true,
      supportsVariableType: true,
    }),
  );
  line('connect', 'client → near end → TLS → agent → dlv dap', connected);

  const [breakpoint, launched] = await timed(async () => {
    const launching = client.request('launch', { request: 'launch', mode: 'exec', program });
    await Promise.race([client.event('initialized'), launching.then(() => client.event('initialized'))]);
    const set = await client.request('setBreakpoints', {
      source: { path: source },
      breakpoints: [{ line: lineOf('loop') }],
    });
    await client.request('configurationDone', {});
    await launching;
    return set.body.breakpoints[0];
  });
  line(
    'launch',
    `a breakpoint at main.go:${breakpoint?.line ?? '?'}, ${breakpoint?.verified === true ? 'verified' : 'not verified'}`,
    launched,
  );

  const show = async (what: string, thread: number, from: number): Promise<Dap.StackFrame> => {
    const [stack, took] = await timed(() =>
      client.request('stackTrace', { threadId: thread, startFrame: 0, levels: 20 }),
    );
    const top = stack.body.stackFrames[0];
    if (top === undefined) throw new Error('a stopped program without a stack');
    line(what, `${top.name} at ${path.basename(top.source?.path ?? '')}:${top.line}`, performance.now() - from);
    showSource(top.line);
    line('stack', stack.body.stackFrames.map((frame) => `${frame.name}:${frame.line}`).join('  ←  '), took);
    return top;
  };

  const running = performance.now();
  const stopped = await client.event('stopped');
  const thread = stopped.body.threadId ?? 1;
  const top = await show('stop', thread, running);

  const [locals, localsTook] = await timed(async () => {
    const scopes = await client.request('scopes', { frameId: top.id });
    const scope = scopes.body.scopes.find(({ name }) => name === 'Locals');
    return (await client.request('variables', { variablesReference: scope?.variablesReference ?? 0 })).body.variables;
  });
  line('locals', `${locals.length} variables`, localsTook);
  showVariables(locals);

  const nested = ['people', '[0]', 'Home'];
  const [inner, nestedTook] = await timed(async () => {
    let level = locals;
    for (const name of nested) {
      const reference = level.find((variable) => variable.name === name)?.variablesReference ?? 0;
      level = (await client.request('variables', { variablesReference: reference })).body.variables;
    }
    return level;
  });
  line('nested', `${nested.join('.').replaceAll('.[', '[')}, three levels down`, nestedTook);
  showVariables(inner);

  const stepping = performance.now();
  await client.request('next', { threadId: thread });
  await client.event('stopped');
  await show('step', thread, stepping);

  const [, finishedIn] = await timed(async () => {
    await client.request('setBreakpoints', { source: { path: source }, breakpoints: [] });
    await client.request('continue', { threadId: thread });
    await client.event('terminated');
  });
  line('continue', 'to the end of the program', finishedIn);
  const [, left] = await timed(() => client.request('disconnect', { restart: false }));
  line('leave', 'the session is over, and nothing of it is left', left);
  heading('What the program printed, there');
  for (const text of client.output('stdout', 'stderr').trimEnd().split('\n')) more(text, 'reset');

  heading('What was encrypted, between whom');
  const [, protocol, cipher] = /\((TLSv[\d.]+) (\w+)/.exec(client.beside()) ?? [];
  line('between', `this client's near end, ${mine}`);
  line('and', `the agent (process ${agent.pid}), ${agent.fingerprint}`);
  line(
    'by',
    `${protocol ?? 'an unknown protocol'} with ${cipher ?? 'an unknown cipher'}; each end knows the other's key, and no other`,
  );
  await client.close();
}

try {
  await demo();
  await tidy();
  console.log(
    `\n${paint('green', 'Done.')} Everything that the demo made is gone again. Next: README.md, or nearside --help\n`,
  );
} catch (error) {
  // After a Ctrl+C everything fails at once, and that is not the news. The signal may come after the first failure: a child that
  // is being started gets it as soon as we do.
  await tidy();
  if (!interrupted)
    console.error(`\n${paint('red', 'The demo failed:')} ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
