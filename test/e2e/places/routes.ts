// Routes: the ways by which a client reaches an adapter. A route opens one more session each time it is asked.
import { addonPort } from '../dap/addon_port.ts';
import type { Port } from '../dap/port.ts';
import type { Debugger } from '../debuggers/debugger.ts';
import { connectListen, connectStdio, paired, startAgent, stopAgentOf, type Agent } from './nearside.ts';
import type { Scratch } from './scratch.ts';

export interface Route {
  readonly name: string;
  open(kit: Debugger, scratch: Scratch): Promise<Port>;
}

/** No Nearside at all. */
export const direct: Route = { name: 'direct', open: (kit, scratch) => kit.direct(scratch) };

/** Over TLS on loopback, with an agent and a pairing of the place's own; the client on stdio. */
export const tlsStdio: Route = {
  name: 'connect --target tls:// --stdio',
  open: async (kit, scratch) => {
    const { agent, state } = await pairedPlace(scratch);
    return connectStdio(scratch, { target: agent.address, adapter: kit.name, state });
  },
};

/** The same, with what the client will read pushed as if the far side were far. */
export const tlsStdioAhead: Route = {
  name: 'connect --target tls:// --stdio --prefetch-from 0',
  open: async (kit, scratch) => {
    const { agent, state } = await pairedPlace(scratch);
    const args = ['--prefetch-from', '0'];
    return connectStdio(scratch, { target: agent.address, adapter: kit.name, state, args });
  },
};

/** Over TLS, the client on a TCP port. */
export const tlsListen: Route = {
  name: 'connect --target tls:// --listen 127.0.0.1:0',
  open: async (kit, scratch) => {
    const { agent, state } = await pairedPlace(scratch);
    const listener = await connectListen(scratch, { target: agent.address, adapter: kit.name, state });
    return listener.client();
  },
};

/** The user's own agent, started on demand; the client on a Unix socket. */
export const localUnix: Route = {
  name: 'connect --target local --listen unix:PATH',
  open: async (kit, scratch) => {
    const state = scratch.file('local');
    scratch.after(() => stopAgentOf(scratch, state));
    const listen = `unix:${scratch.file('dap.sock')}`;
    const listener = await connectListen(scratch, { target: 'local', adapter: kit.name, state, listen });
    return listener.client();
  },
};

/** The user's own agent; the client on stdio. */
export const localStdio: Route = {
  name: 'connect --target local --stdio',
  open: (kit, scratch) => {
    const state = scratch.file('local');
    scratch.after(() => stopAgentOf(scratch, state));
    return Promise.resolve(connectStdio(scratch, { target: 'local', adapter: kit.name, state }));
  },
};

/** The addon in this process, over TLS. */
export const addonTls: Route = {
  name: 'the addon, to tls://',
  open: async (kit, scratch) => {
    const { agent, state } = await pairedPlace(scratch);
    return addonPort({ target: agent.address, adapter: kit.name, state, workingDirectory: scratch.dir });
  },
};

const places = new WeakMap<Scratch, Promise<{ agent: Agent; state: string }>>();

/** The place's one agent on loopback TLS, paired with its one near end. `args` are those of the agent, when it is started. */
export function pairedPlace(scratch: Scratch, args: string[] = []): Promise<{ agent: Agent; state: string }> {
  let place = places.get(scratch);
  if (place === undefined) {
    place = startAgent(scratch, { args }).then(async (agent) => ({ agent, state: await paired(scratch, agent) }));
    places.set(scratch, place);
  }
  return place;
}
