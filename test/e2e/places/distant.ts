// A near end whose agent is a network of any length away: the relay stands between them, and what is paired is the relay's
// address, as it would be a port that somebody forwards.
import { connectListen, nearsideOk, type Agent, type Listener } from './nearside.ts';
import { delayRelay, type Relay } from './relay.ts';
import type { Scratch } from './scratch.ts';

export interface Distant {
  readonly relay: Relay;
  /** `nearside connect`, taking clients here. */
  readonly listener: Listener;
}

/** `name`: what tells this near end from others of the place. The relay starts without delay. */
export async function distantNearEnd(
  scratch: Scratch,
  agent: Agent,
  name: string,
  connect: { adapter: string; args?: string[] },
): Promise<Distant> {
  const relay = await delayRelay(scratch, agent.port);
  const address = `127.0.0.1:${relay.port}`;
  const state = scratch.file(name);
  const code = await nearsideOk(scratch, ['agent', 'pair', '--state', agent.state, '--address', address]);
  await nearsideOk(scratch, ['pair', '-', '--state', state], { input: code });
  return { relay, listener: await connectListen(scratch, { target: `tls://${address}`, state, ...connect }) };
}
