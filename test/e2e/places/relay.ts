// A distant network between two programs on this machine: a TCP relay that hands each direction's bytes on after half a round
// trip, in order, with unlimited bandwidth, and counts them. A connection costs its first round trip before anything flows, as
// TCP's does. The round trip can be changed while connections stand; what is on its way is never overtaken.
import { once } from 'node:events';
import net from 'node:net';
import type { Scratch } from './scratch.ts';

export interface Carried {
  /** From who dials to who listens. */
  out: number;
  back: number;
}

export interface Relay {
  readonly port: number;
  /** Milliseconds there and back. */
  roundTrip: number;
  /** Payload bytes so far, TCP's own headers not counted. */
  carried(): Carried;
  /** Returns when nothing has come for this long, and all that came has been handed on. */
  quiet(milliseconds: number): Promise<void>;
}

/** Relays connections to a port of this machine until the place is left. */
export async function delayRelay(scratch: Scratch, port: number, roundTrip = 0): Promise<Relay> {
  const count: Carried = { out: 0, back: 0 };
  let lastAt = performance.now();
  const open = new Set<net.Socket>();
  const relay: Relay = {
    port: 0,
    roundTrip,
    carried: () => ({ ...count }),
    quiet: async (milliseconds) => {
      for (;;) {
        const left = lastAt + relay.roundTrip / 2 + milliseconds - performance.now();
        if (left <= 0) return;
        await new Promise((resolve) => setTimeout(resolve, left));
      }
    },
  };
  /** Passes on one direction; bytes that come before `opened` wait for the connection to stand. */
  const pass = (from: net.Socket, to: net.Socket, way: keyof Carried, opened: number) => {
    let due = 0;
    const later = (what: () => void) => {
      const now = performance.now();
      due = Math.max(due, Math.max(now, opened) + relay.roundTrip / 2);
      // Timers with the same delay fire in order, others need not: each goes when its predecessor has gone.
      queue.push({ due, what });
      if (queue.length === 1) wait();
    };
    const queue: { due: number; what: () => void }[] = [];
    const wait = () => {
      const first = queue[0];
      if (first === undefined) return;
      const left = first.due - performance.now();
      if (left > 0) {
        // Timers are too coarse for the last millisecond.
        if (left > 1.5) setTimeout(wait, left - 1.5);
        else setImmediate(wait);
        return;
      }
      first.what();
      queue.shift();
      wait();
    };
    from.on('data', (bytes: Buffer) => {
      count[way] += bytes.length;
      lastAt = performance.now();
      later(() => to.write(bytes));
    });
    from.on('end', () => {
      later(() => to.end());
    });
    from.on('close', () => {
      open.delete(from);
      later(() => to.destroy());
    });
    from.on('error', () => undefined); // `close` follows
  };
  const server = net.createServer({ noDelay: true, allowHalfOpen: true }, (near) => {
    const far = net.connect({ host: '127.0.0.1', port, noDelay: true, allowHalfOpen: true });
    open.add(near).add(far);
    const opened = performance.now() + relay.roundTrip;
    pass(near, far, 'out', opened);
    pass(far, near, 'back', opened);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  scratch.after(() => {
    server.close();
    for (const socket of open) socket.destroy();
  });
  return Object.assign(relay, { port: (server.address() as net.AddressInfo).port });
}
