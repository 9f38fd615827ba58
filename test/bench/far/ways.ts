// The ways from an editor to a debugger that are compared: the adapter itself, Nearside, and Nearside without prefetching; with
// a network of any length in between. A way opens one session more each time it is asked; its link, where it has one, stands.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { DapClient } from '../../e2e/dap/client.ts';
import { Editor, type Habits } from '../../e2e/dap/editor.ts';
import { socketPort, type Port } from '../../e2e/dap/port.ts';
import type { Debugger } from '../../e2e/debuggers/debugger.ts';
import { distantNearEnd } from '../../e2e/places/distant.ts';
import { connectListen, nearside, type Listener } from '../../e2e/places/nearside.ts';
import { delayRelay, type Relay } from '../../e2e/places/relay.ts';
import { pairedPlace } from '../../e2e/places/routes.ts';
import type { Scratch } from '../../e2e/places/scratch.ts';

/** One session: an editor, and the network that its bytes cross, if any. */
export interface Seat {
  editor: Editor;
  relay: Relay | undefined;
}

export interface Way {
  readonly name: 'direct' | 'Nearside' | 'Nearside, no prefetch';
  open(kit: Debugger, habits: Habits, roundTrip?: number): Promise<Seat>;
}

interface End {
  listener: Listener;
  relay?: Relay;
}

/** What is on the screen in these measurements: nodes two levels below the locals of `steps`, and a watch. */
export const habits: Habits = { expanded: ['outer', 'inner'], watches: ['sum + i'] };

/** Straight to the adapter. With a network: to `dlv dap` on a port, as people do it; near: as its own editors start it. */
export function directWay(scratch: Scratch): Way {
  return {
    name: 'direct',
    open: async (kit, habits, roundTrip) => {
      if (roundTrip === undefined) return seat(await kit.direct(scratch), kit, habits);
      const { port, end } = await dlvPort(scratch);
      const relay = await delayRelay(scratch, port, roundTrip);
      const client = await socketPort({ host: '127.0.0.1', port: relay.port });
      const close = client.close.bind(client);
      return seat(Object.assign(client, { close: () => close().then(end) }), kit, habits, relay);
    },
  };
}

export function nearsideWay(scratch: Scratch, prefetch = true): Way {
  const name = prefetch ? 'Nearside' : 'Nearside, no prefetch';
  const args = prefetch ? [] : ['--no-prefetch'];
  const ends = new Map<string, Promise<End>>();
  const near = async (kit: Debugger): Promise<End> => {
    const { agent, state } = await pairedPlace(scratch);
    return { listener: await connectListen(scratch, { target: agent.address, adapter: kit.name, state, args }) };
  };
  const far = async (kit: Debugger): Promise<End> => {
    const { agent } = await pairedPlace(scratch);
    return distantNearEnd(scratch, agent, `${name}-${kit.name}`, { adapter: kit.name, args });
  };
  return {
    name,
    open: async (kit, habits, roundTrip) => {
      const key = `${kit.name} ${roundTrip === undefined ? 'near' : 'far'}`;
      const end = ends.get(key) ?? (roundTrip === undefined ? near(kit) : far(kit));
      ends.set(key, end);
      const { listener, relay } = await end;
      if (relay !== undefined && roundTrip !== undefined) relay.roundTrip = roundTrip;
      return seat(await listener.client(), kit, habits, relay);
    },
  };
}

/** Whether this build has `--no-prefetch`. */
export async function canLeavePrefetch(scratch: Scratch): Promise<boolean> {
  return (await nearside(scratch, ['connect', '--help'])).out.includes('--no-prefetch');
}

function seat(port: Port, kit: Debugger, habits: Habits, relay?: Relay): Seat {
  return { editor: new Editor(new DapClient(port), kit, habits), relay };
}

async function dlvPort(scratch: Scratch): Promise<{ port: number; end: () => Promise<void> }> {
  const child = spawn('dlv', ['dap', '--listen=127.0.0.1:0'], {
    env: scratch.env,
    cwd: scratch.dir,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const closed = once(child, 'close');
  const end = async () => {
    child.kill();
    await closed;
  };
  scratch.after(end);
  const port = await new Promise<number>((resolve, reject) => {
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const found = /listening at: \S+:(\d+)/.exec(said)?.[1];
      if (found !== undefined) resolve(Number(found));
    });
    void closed.then(() => {
      reject(new Error(`dlv dap ended: ${said}`));
    });
  });
  return { port, end };
}
