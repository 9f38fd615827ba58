// The executable under test, its agents and its near ends. Everything runs with a `--state` inside the scratch place, so that no
// test meets the user's own agent; an agent is stopped when the place is left.
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { waitLimit } from '../dap/client.ts';
import { socketPort, stdioPort, type Port, type SpawnedPort } from '../dap/port.ts';
import { root } from './programs.ts';
import { gone, type Scratch } from './scratch.ts';

/** NEARSIDE_BINARY: another build, such as one with a sanitizer. */
export const nearsideBinary = process.env.NEARSIDE_BINARY ?? path.join(root, 'build/Release/nearside');

function built(): string {
  if (!existsSync(nearsideBinary)) throw new Error(`${nearsideBinary} is not built: run \`npm run build\` first`);
  return nearsideBinary;
}

export interface Outcome {
  code: number | null;
  signal: NodeJS.Signals | null;
  out: string;
  err: string;
}

export interface RunOptions {
  input?: string;
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  uid?: number;
  gid?: number;
}

/** Runs `nearside ARGS…` to its end. */
export async function nearside(scratch: Scratch, args: string[], options: RunOptions = {}): Promise<Outcome> {
  const { input = '', ...spawning } = options;
  const child = spawn(built(), args, { env: scratch.env, cwd: scratch.dir, ...spawning });
  const result: Outcome = { code: null, signal: null, out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (result.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (result.err += text));
  child.stdin.on('error', () => undefined); // it may end before it has read its input
  child.stdin.end(input);
  const late = setTimeout(() => child.kill('SIGKILL'), 3 * waitLimit);
  [result.code, result.signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  clearTimeout(late);
  return result;
}

/** The same, and it must succeed. */
export async function nearsideOk(scratch: Scratch, args: string[], options: RunOptions = {}): Promise<string> {
  const result = await nearside(scratch, args, options);
  assert.equal(result.code, 0, `nearside ${args.join(' ')}: ${result.err}${result.out}`);
  return result.out;
}

export type AgentEvent = { event: string } & Record<string, unknown>;

export interface Agent {
  readonly state: string;
  readonly pid: number;
  /** `tls://127.0.0.1:PORT`, the first one. */
  readonly address: string;
  readonly port: number;
  readonly socket: string;
  readonly fingerprint: string;
  readonly process: ChildProcess;
  readonly events: AgentEvent[];
  log(): string;
  /** The next event of that name that was not taken yet. */
  event(name: string, limit?: number): Promise<AgentEvent>;
  code(): Promise<string>;
  /** Ends it by a signal and gives its exit. */
  end(signal?: NodeJS.Signals): Promise<Outcome>;
}

export interface AgentOptions {
  /** Words in front of the command: where it runs. */
  inside?: string[];
  state?: string;
  listen?: string | null;
  args?: string[];
  env?: NodeJS.ProcessEnv;
}

/** `nearside agent --json`, when it listens. */
export async function startAgent(scratch: Scratch, options: AgentOptions = {}): Promise<Agent> {
  const state = options.state ?? scratch.file('far');
  const listen = options.listen === null ? [] : ['--listen', options.listen ?? 'tls://127.0.0.1:0'];
  const [program, ...args] = [...(options.inside ?? []), built(), 'agent', '--json', '--state', state, ...listen];
  const child = spawn(program ?? '', [...args, ...(options.args ?? [])], {
    env: options.env ?? scratch.env,
    cwd: scratch.dir,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const events: AgentEvent[] = [];
  let taken = new Set<AgentEvent>();
  let out = '';
  let err = '';
  let held = '';
  let wake: () => void = () => undefined;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    const lines = (held + text).split('\n');
    held = lines.pop() ?? '';
    for (const line of lines) events.push(JSON.parse(line) as AgentEvent);
    wake();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  let outcome: Outcome | undefined;
  const closed = once(child, 'close').then(([code, signal]) => {
    outcome = { code: code as number | null, signal: signal as NodeJS.Signals | null, out, err };
    wake();
    return outcome;
  });
  const event = async (name: string, limit = waitLimit): Promise<AgentEvent> => {
    const deadline = performance.now() + limit;
    for (;;) {
      const found = events.find((each) => each.event === name && !taken.has(each));
      if (found !== undefined) {
        taken = new Set([...taken, found]);
        return found;
      }
      const left = deadline - performance.now();
      if (outcome !== undefined || left <= 0) {
        throw new Error(
          `the agent did not report ${name}; ${outcome === undefined ? 'it runs' : 'it ended'}: ${out}${err}`,
        );
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };
  const end = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<Outcome> => {
    // What it runs inside of stands between us, and would not pass the signal on.
    const pid = events[0]?.pid;
    if (outcome === undefined && options.inside !== undefined && typeof pid === 'number') process.kill(pid, signal);
    else child.kill(signal);
    const late = setTimeout(() => child.kill('SIGKILL'), 2 * waitLimit);
    const result = await closed;
    clearTimeout(late);
    return result;
  };
  scratch.after(async () => {
    await end();
    forgetSocket(events[0]?.socket as string | undefined);
  });
  const listening = await event('listening');
  const address = (listening.addresses as string[])[0] ?? '';
  return {
    state,
    pid: child.pid ?? 0,
    address,
    port: Number(/:(\d+)$/.exec(address)?.[1] ?? 0),
    socket: listening.socket as string,
    fingerprint: listening.fingerprint as string,
    process: child,
    events,
    log: () => out + err,
    event,
    code: async () => (await nearsideOk(scratch, ['agent', 'pair', '--state', state])).trim(),
    end,
  };
}

/** Pairs a near end, whose state folder is given back, with an agent. */
export async function paired(scratch: Scratch, agent: Agent, state = scratch.file('near')): Promise<string> {
  await nearsideOk(scratch, ['pair', '-', '--state', state], { input: `${await agent.code()}\n` });
  return state;
}

/** The same, with an agent that is reached at another address than its own: through a relay. */
export async function pairedAt(scratch: Scratch, agent: Agent, address: string): Promise<string> {
  const code = await nearsideOk(scratch, ['agent', 'pair', '--state', agent.state, '--address', address]);
  const state = scratch.file('near');
  await nearsideOk(scratch, ['pair', '-', '--state', state], { input: code });
  return state;
}

export interface ConnectOptions {
  /** Words in front of the command: where it runs. */
  inside?: string[];
  target: string;
  /** Or `session`. */
  adapter?: string;
  /** The name of one that is there. */
  session?: string;
  state: string;
  args?: string[];
  env?: NodeJS.ProcessEnv;
}

function connectArguments(scratch: Scratch, options: ConnectOptions): string[] {
  const { target, adapter, session, state, args = [] } = options;
  const what = session === undefined ? ['--adapter', adapter ?? ''] : ['--session', session];
  return ['connect', '--target', target, ...what, '--state', state, '--cwd', scratch.dir, ...args];
}

/** `nearside connect --stdio`: one client on its stdin and stdout. */
export function connectStdio(scratch: Scratch, options: ConnectOptions): SpawnedPort {
  const [program, ...args] = [...(options.inside ?? []), built(), ...connectArguments(scratch, options), '--stdio'];
  const port = stdioPort(program, args, {
    env: options.env ?? scratch.env,
    cwd: scratch.dir,
  });
  scratch.after(() => port.close());
  return port;
}

export interface Listener {
  readonly process: ChildProcess;
  readonly pid: number;
  /** As printed: `127.0.0.1:PORT` or `unix:PATH`. */
  readonly address: string;
  readonly port: number;
  log(): string;
  /** Waits until its log shows the words. */
  logged(words: RegExp): Promise<void>;
  client(): Promise<Port>;
  end(signal?: NodeJS.Signals): Promise<Outcome>;
}

/** `nearside connect --listen ADDRESS`, when it listens. */
export async function connectListen(
  scratch: Scratch,
  options: ConnectOptions & { listen?: string },
): Promise<Listener> {
  const { listen = '127.0.0.1:0' } = options;
  const child = spawn(built(), [...connectArguments(scratch, options), '--listen', listen], {
    env: options.env ?? scratch.env,
    cwd: scratch.dir,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const closed = once(child, 'close');
  const address = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      const said = /^listening on (\S+)$/m.exec(out)?.[1];
      if (said !== undefined) resolve(said);
    });
    void closed.then(() => {
      reject(new Error(`connect --listen ended: ${err}${out}`));
    });
  });
  const end = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<Outcome> => {
    child.kill(signal);
    const late = setTimeout(() => child.kill('SIGKILL'), 2 * waitLimit);
    const [code, by] = (await closed) as [number | null, NodeJS.Signals | null];
    clearTimeout(late);
    return { code, signal: by, out, err };
  };
  scratch.after(() => end());
  return {
    process: child,
    pid: child.pid ?? 0,
    address,
    port: Number(/:(\d+)$/.exec(address)?.[1] ?? 0),
    log: () => out + err,
    logged: async (words) => {
      const deadline = performance.now() + waitLimit;
      while (!words.test(err)) {
        assert.ok(performance.now() < deadline, `its log never showed ${String(words)}: ${err}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    client: () =>
      socketPort(
        address.startsWith('unix:')
          ? { path: address.slice('unix:'.length) }
          : { host: '127.0.0.1', port: Number(address.split(':').at(-1)) },
      ),
    end,
  };
}

export interface Status {
  running: boolean;
  pid: number;
  socket: string;
  links: { peer: string; transport: string; channels: number }[];
  sessions: { id: string; adapter: string; pid: number }[];
}

export async function status(scratch: Scratch, state: string): Promise<Status> {
  const { out } = await nearside(scratch, ['status', '--json', '--state', state]);
  return JSON.parse(out) as Status;
}

/** Waits until the agent's status is as wanted. */
export async function statusUntil(
  scratch: Scratch,
  state: string,
  wanted: (status: Status) => boolean,
  limit = waitLimit,
): Promise<Status> {
  const deadline = performance.now() + limit;
  for (;;) {
    const now = await status(scratch, state);
    if (wanted(now)) return now;
    if (performance.now() > deadline) throw new Error(`the agent's status stays ${JSON.stringify(now)}`);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

// An agent leaves the lock of its socket behind, by design; those of a test's folder would pile up.
function forgetSocket(socket: string | undefined): void {
  if (socket !== undefined) for (const file of [socket, `${socket}.lock`]) rmSync(file, { force: true });
}

/** Stops an agent that nobody here started itself (`--target local` starts one). */
export async function stopAgentOf(scratch: Scratch, state: string): Promise<void> {
  const before = await status(scratch, state);
  const result = await nearside(scratch, ['agent', 'stop', '--state', state]);
  assert.ok(result.code === 0 || result.code === 3, result.err);
  if (!before.running) return;
  await gone(before.pid);
  forgetSocket(before.socket);
}
