// An agent's port under a crowd: thousands that say nothing, say rubbish, come and go, or know of a link and not its secret. Who is
// paired still gets through, nobody's session notices, and afterwards the agent is as small as it was.
// `npm run soak` sends more: NEARSIDE_CROWD at once, NEARSIDE_PASSERS one after the other.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { test } from 'node:test';
import tls from 'node:tls';
import { DapClient, patience } from './dap/client.ts';
import { dlv } from './debuggers/dlv.ts';
import { connectStdio, nearsideOk, type Agent } from './places/nearside.ts';
import { pairedPlace } from './places/routes.ts';
import { scratchFor, type Scratch } from './places/scratch.ts';
import { Session } from './scenarios/session.ts';

const crowd = Number(process.env.NEARSIDE_CROWD ?? '1000');
const passers = Number(process.env.NEARSIDE_PASSERS ?? '300');
const limit = { timeout: 600_000 * patience };
/** The link's own limit on a handshake, and some. */
const handshakeLimit = 12_000;

interface Size {
  descriptors: number;
  threads: number;
  /** Resident, in KiB. */
  memory: number;
}

function sizeOf({ pid }: Agent): Size {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const number = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
  return { descriptors: readdirSync(`/proc/${pid}/fd`).length, threads: number('Threads'), memory: number('VmRSS') };
}

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Waits until the agent has no more descriptors than before; then it must be as small as it was. */
async function asSmallAs(before: Size, agent: Agent): Promise<void> {
  const deadline = performance.now() + 30_000 * patience;
  while (sizeOf(agent).descriptors > before.descriptors && performance.now() < deadline) await sleep(50);
  const after = sizeOf(agent);
  const descriptors = `${after.descriptors} descriptors, ${before.descriptors} before`;
  assert.ok(after.descriptors <= before.descriptors, descriptors); // fewer: something was just ending then
  assert.equal(after.threads, before.threads, 'threads');
  assert.ok(after.memory < before.memory + 10 * 1024, `memory: ${before.memory} KiB, then ${after.memory} KiB`);
}

async function stranger(agent: Agent, first?: Buffer): Promise<net.Socket> {
  const socket = net.connect({ host: '127.0.0.1', port: agent.port });
  socket.on('error', () => undefined);
  await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
  if (first !== undefined) socket.write(first);
  return socket;
}

/** How long a paired near end takes to ask the agent something, in milliseconds. */
async function askedIn(scratch: Scratch, agent: Agent, state: string): Promise<number> {
  const begun = performance.now();
  await nearsideOk(scratch, ['sessions', '--target', agent.address, '--state', state]);
  return performance.now() - begun;
}

async function inTurns(count: number, atOnce: number, one: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await one(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

test(
  `${crowd} that are silent and ${crowd} that talk rubbish keep nobody out, and are gone after their limit`,
  limit,
  async (t) => {
    const scratch = scratchFor(t);
    const { agent, state } = await pairedPlace(scratch);
    const session = new Session(
      new DapClient(connectStdio(scratch, { target: agent.address, adapter: dlv.name, state })),
      dlv,
      scratch,
    );
    await session.launch('steps', [{ at: 'loop' }], { args: ['100000', '4', '10'] });
    const stop = await session.stop();
    await askedIn(scratch, agent, state);
    const before = sizeOf(agent);

    const strangers: net.Socket[] = [];
    const rubbish = Buffer.from('GET / HTTP/1.1\r\nHost: here\r\n\r\n'.repeat(20));
    await inTurns(2 * crowd, 50, async (index) => {
      strangers.push(await stranger(agent, index % 2 === 0 ? undefined : rubbish));
    });
    const times: number[] = [];
    for (let asked = 0; asked < 100; ++asked) {
      times.push(await askedIn(scratch, agent, state));
      strangers.push(await stranger(agent), await stranger(agent, rubbish));
    }
    times.sort((one, other) => one - other);
    t.diagnostic(
      `a paired near end among them: median ${times[50]?.toFixed(0)} ms, 99th percentile ${times[98]?.toFixed(0)} ms`,
    );
    assert.ok((times[98] ?? Infinity) < 5_000 * patience, 'it got through');
    await session.resume(stop);
    await session.stop('breakpoint');

    const left = Date.now() + handshakeLimit * patience;
    while (strangers.some((each) => !each.closed) && Date.now() < left) {
      for (const each of strangers) each.resume();
      await sleep(100);
    }
    assert.equal(strangers.filter((each) => !each.closed).length, 0, 'the agent has let all of them go');
    await asSmallAs(before, agent);
  },
);

test(`${passers} that come and go leave nothing`, limit, async (t) => {
  const scratch = scratchFor(t);
  const { agent, state } = await pairedPlace(scratch);
  const handshake = () => identified(agent, state);
  await inTurns(100, 10, async () => {
    (await handshake()).destroy();
  });
  await askedIn(scratch, agent, state);
  await sleep(500);
  const before = sizeOf(agent);
  await inTurns(passers, 20, async (index) => {
    const socket = index % 2 === 0 ? await stranger(agent) : await handshake();
    socket.destroy();
  });
  await asSmallAs(before, agent);
});

/** TLS with the near end's own key. */
async function identified(agent: Agent, state: string): Promise<tls.TLSSocket> {
  const file = (name: string) => readFileSync(path.join(state, name));
  const socket = tls.connect({
    host: '127.0.0.1',
    port: agent.port,
    key: file('identity.key'),
    cert: file('identity.crt'),
    rejectUnauthorized: false, // pinned by our own means; this only plays a near end
    minVersion: 'TLSv1.3',
  });
  socket.on('error', () => undefined);
  await Promise.race([once(socket, 'secureConnect'), once(socket, 'close')]);
  return socket;
}

/** A `hello` that wants to go on with a link (docs/link-protocol.md, Resuming). */
function resumption(link: string, secret: string): Buffer {
  const hello = {
    protocol: [1, 1],
    product: 'test',
    link,
    capabilities: ['resume'],
    resume: true,
    secret,
    received: 3,
  };
  const payload = Buffer.from(JSON.stringify(hello));
  const head = Buffer.from([0xa0, 0, 0, 0]);
  head.writeUIntBE(payload.length, 1, 3);
  return Buffer.concat([head, payload]);
}

test(`${passers} resumptions without the secret are refused, and cost no memory and no session`, limit, async (t) => {
  const scratch = scratchFor(t);
  const { agent, state } = await pairedPlace(scratch);
  const session = new Session(
    new DapClient(connectStdio(scratch, { target: agent.address, adapter: dlv.name, state })),
    dlv,
    scratch,
  );
  await session.launch('steps', [{ at: 'loop' }], { args: ['100000', '4', '10'] });
  const stop = await session.stop();
  const attempt = async () => {
    const socket = await identified(agent, state);
    socket.write(resumption('0123456789abcdef'.repeat(2), 'fedcba9876543210'.repeat(2)));
    let answer = Buffer.alloc(0);
    for await (const bytes of socket) answer = Buffer.concat([answer, bytes as Buffer]);
    assert.equal(answer[0], 0xa2, 'refused');
    assert.match(answer.toString('utf8'), /"code":212/);
  };
  await inTurns(100, 10, attempt);
  const before = sizeOf(agent);
  await inTurns(passers, 10, attempt);
  await asSmallAs(before, agent);
  await session.resume(stop);
  await session.stop('breakpoint');
});
