// A distant network between two programs on this machine: a TCP relay that hands each direction's bytes on after half a round
// trip, in order, with unlimited bandwidth, and counts them. A connection costs its first round trip before anything flows, as
// TCP's does. The round trip can be changed while connections stand; what is on its way is never overtaken. And it fails as
// networks fail: connections are cut, at once or after a number of bytes, nothing gets through for a while though nobody
// closes (frozen), nobody can be reached (down), a bit is flipped.
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
  /** All connections break, now; what was on its way is lost. */
  cut(): void;
  /** The next connection to carry so many bytes this way breaks after exactly those. */
  cutAfter(bytes: number, way: keyof Carried): void;
  /** Connections stand, new ones too, and nothing gets through them; later, it does. */
  frozen: boolean;
  /** Connections break, and new ones are refused as long as this holds. */
  setDown(down: boolean): void;
  /** One bit of the next bytes of this way arrives as its contrary. */
  flipBit(way: keyof Carried): void;
}

/** Relays connections to a port of this machine until the place is left. */
export async function delayRelay(scratch: Scratch, port: number, roundTrip = 0): Promise<Relay> {
  const count: Carried = { out: 0, back: 0 };
  let lastAt = performance.now();
  const open = new Set<net.Socket>();
  const thawed = new Set<() => void>();
  const limits = new Map<keyof Carried, number>();
  const flips = new Set<keyof Carried>();
  let isDown = false;
  let isFrozen = false;
  const cut = () => {
    for (const socket of open) socket.destroy();
  };
  const relay: Relay = {
    port: 0,
    roundTrip,
    cut,
    cutAfter: (bytes, way) => {
      limits.set(way, bytes);
    },
    get frozen() {
      return isFrozen;
    },
    set frozen(frozen) {
      isFrozen = frozen;
      if (frozen) return;
      for (const wake of [...thawed]) wake();
      thawed.clear();
    },
    setDown: (down) => {
      isDown = down;
      if (down) cut();
    },
    flipBit: (way) => {
      flips.add(way);
    },
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
      if (isFrozen) {
        thawed.add(wait);
        return;
      }
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
      if (flips.delete(way)) {
        const at = Math.floor(bytes.length / 2);
        bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
      }
      const limit = limits.get(way);
      if (limit === undefined || limit > bytes.length) {
        if (limit !== undefined) limits.set(way, limit - bytes.length);
        later(() => to.write(bytes));
        return;
      }
      limits.delete(way);
      later(() => to.write(bytes.subarray(0, limit)));
      later(() => {
        from.destroy();
        to.destroy();
      });
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
    if (isDown) {
      near.resetAndDestroy();
      return;
    }
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
