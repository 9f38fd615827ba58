// The relay is a network that can be relied on: no byte comes early, none is lost or overtaken, and all are counted.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { test } from 'node:test';
import { delayRelay, type Relay } from './relay.ts';
import { makeScratch } from './scratch.ts';

interface Ends {
  relay: Relay;
  near: net.Socket;
  far: net.Socket;
}

async function connected(roundTrip: number, use: (ends: Ends) => Promise<void>): Promise<void> {
  const scratch = makeScratch();
  const server = net.createServer({ noDelay: true, allowHalfOpen: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  scratch.after(() => server.close());
  const relay = await delayRelay(scratch, (server.address() as net.AddressInfo).port, roundTrip);
  const near = net.connect({ host: '127.0.0.1', port: relay.port, noDelay: true, allowHalfOpen: true });
  const [far] = (await once(server, 'connection')) as [net.Socket];
  try {
    await use({ relay, near, far });
  } finally {
    near.destroy();
    far.destroy();
    await scratch.leave();
  }
}

/** The text that comes until there is that much of it, and when it was there. */
async function received(socket: net.Socket, length: number): Promise<{ text: string; at: number }> {
  let text = '';
  while (text.length < length) {
    const [bytes] = (await once(socket, 'data')) as [Buffer];
    text += bytes.toString('latin1');
  }
  return { text, at: performance.now() };
}

test('each direction takes half a round trip, and a new connection one more', async () => {
  await connected(60, async ({ relay, near, far }) => {
    const begun = performance.now();
    near.write('ask');
    const asked = await received(far, 3);
    assert.equal(asked.text, 'ask');
    const replied = performance.now();
    far.write('answer');
    const answered = await received(near, 6);
    assert.equal(answered.text, 'answer');
    assert.ok(answered.at - replied >= 30);
    // The connection was made just before `begun`: what is left of its round trip counts.
    assert.ok(asked.at - begun >= 60, 'not before the connection stood, and half a round trip');
    assert.deepEqual(relay.carried(), { out: 3, back: 6 });
  });
});

test('what is on its way is not overtaken when the way gets shorter', async () => {
  await connected(80, async ({ relay, near, far }) => {
    const all = received(far, 26);
    for (const letter of 'abcdefghijklmnopqrstuvwxyz') {
      near.write(letter);
      relay.roundTrip = Math.max(0, relay.roundTrip - 8);
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.equal((await all).text, 'abcdefghijklmnopqrstuvwxyz');
  });
});

test('an end of one side reaches the other after all that it said', async () => {
  await connected(20, async ({ near, far }) => {
    const said = received(far, 4);
    const ended = once(far, 'end');
    near.end('last');
    assert.equal((await said).text, 'last');
    await ended;
    far.end('word');
    assert.equal((await received(near, 4)).text, 'word');
  });
});

test('quiet waits until all has been handed on', async () => {
  await connected(40, async ({ relay, near, far }) => {
    let there = '';
    far.on('data', (bytes: Buffer) => (there += bytes.toString('latin1')));
    near.write('word');
    await relay.quiet(60);
    assert.equal(there, 'word');
  });
});
