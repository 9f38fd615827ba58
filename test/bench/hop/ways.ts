// The ways that are compared, from the client to the same echo adapter: nothing in between, Nearside, and what people use for the
// same. A way that is not installed is left out and said so.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import net from 'node:net';
import { addonPort } from '../../e2e/dap/addon_port.ts';
import { connectListen, paired, startAgent, type Agent } from '../../e2e/places/nearside.ts';
import type { Scratch } from '../../e2e/places/scratch.ts';
import { tcpWay, type Way } from './client.ts';

export interface NamedWay {
  name: string;
  way: Way;
}

export interface Far {
  agent: Agent;
  /** The near end's state folder, paired with the agent. */
  state: string;
}

export async function far(scratch: Scratch): Promise<Far> {
  const agent = await startAgent(scratch);
  return { agent, state: await paired(scratch, agent) };
}

/** Starts the echo adapter on a port. */
export async function echoPort(scratch: Scratch, program: string): Promise<number> {
  const child = spawn(program, ['--listen'], { env: scratch.env, stdio: ['ignore', 'pipe', 'inherit'] });
  scratch.after(async () => {
    child.kill();
    await once(child, 'close');
  });
  const [first] = (await once(child.stdout, 'data')) as [Buffer];
  return Number(first.toString());
}

export async function connectWay(scratch: Scratch, { agent, state }: Far, echo: number): Promise<NamedWay> {
  const near = await connectListen(scratch, { target: agent.address, adapter: `tcp:127.0.0.1:${echo}`, state });
  return { name: 'nearside connect + agent (TLS)', way: await tcpWay(near.port) };
}

/** The near end in this very process: no socket between client and near end. */
export function addonWay({ agent, state }: Far, echo: number): NamedWay {
  const port = addonPort({ target: agent.address, adapter: `tcp:127.0.0.1:${echo}`, state });
  return {
    name: 'nearside.node + agent (TLS)',
    way: {
      ask: (json) =>
        new Promise((resolve) => {
          port.onMessage = resolve;
          port.send(json);
        }),
      close: () => port.close(),
    },
  };
}

export async function socatWay(scratch: Scratch, echo: number): Promise<NamedWay | undefined> {
  if (!installed('socat')) return undefined;
  const port = await freePort();
  background(scratch, 'socat', [
    `TCP-LISTEN:${port},bind=127.0.0.1,fork,reuseaddr,nodelay`,
    `TCP:127.0.0.1:${echo},nodelay`,
  ]);
  await reachable(port);
  return { name: 'socat', way: await tcpWay(port) };
}

export async function stunnelsWay(scratch: Scratch, echo: number): Promise<NamedWay | undefined> {
  if (!installed('stunnel') || !installed('openssl')) return undefined;
  const [near, middle] = [await freePort(), await freePort()];
  const key = scratch.file('stunnel.pem');
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
      ...['-subj', '/CN=bench', '-keyout', key, '-out', scratch.file('stunnel.crt')],
    ],
    { stdio: 'ignore' },
  );
  const common = `foreground = yes\npid =\ndebug = 3\nsslVersion = TLSv1.3\nsocket = l:TCP_NODELAY=1\nsocket = r:TCP_NODELAY=1\n`;
  writeFileSync(
    scratch.file('far.conf'),
    `${common}[far]\naccept = 127.0.0.1:${middle}\nconnect = 127.0.0.1:${echo}\ncert = ${scratch.file('stunnel.crt')}\nkey = ${key}\n`,
  );
  writeFileSync(
    scratch.file('near.conf'),
    `${common}[near]\nclient = yes\naccept = 127.0.0.1:${near}\nconnect = 127.0.0.1:${middle}\n`,
  );
  background(scratch, 'stunnel', [scratch.file('far.conf')]);
  background(scratch, 'stunnel', [scratch.file('near.conf')]);
  await reachable(middle);
  await reachable(near);
  return { name: 'a pair of stunnels (TLS 1.3)', way: await tcpWay(near) };
}

function installed(program: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function background(scratch: Scratch, program: string, args: string[]): void {
  const child = spawn(program, args, { env: scratch.env, stdio: 'ignore' });
  scratch.after(async () => {
    const closed = once(child, 'close');
    child.kill();
    await closed;
  });
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Waits until something listens. */
async function reachable(port: number): Promise<void> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const socket = net.connect(port, '127.0.0.1');
    const up = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (up) return;
    if (performance.now() > deadline) throw new Error(`nothing listens on port ${port}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
