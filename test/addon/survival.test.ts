// A session through the addon whose link breaks and comes back, and one that another near end takes up. With a real dlv.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LinkState, NearEndOptions } from '../../extension/native.d.ts';
import { addonPort } from '../e2e/dap/addon_port.ts';
import { DapClient } from '../e2e/dap/client.ts';
import { dlv } from '../e2e/debuggers/dlv.ts';
import { nearsideOk, startAgent, statusUntil } from '../e2e/places/nearside.ts';
import { delayRelay } from '../e2e/places/relay.ts';
import { scratchFor, type Scratch } from '../e2e/places/scratch.ts';
import { Session } from '../e2e/scenarios/session.ts';

const limit = { timeout: 120_000 };

/** A near end and an agent with a relay between them. */
async function places(scratch: Scratch) {
  const agent = await startAgent(scratch);
  const relay = await delayRelay(scratch, agent.port);
  const address = `127.0.0.1:${relay.port}`;
  const state = scratch.file('near');
  const code = await nearsideOk(scratch, ['agent', 'pair', '--state', agent.state, '--address', address]);
  await nearsideOk(scratch, ['pair', '-', '--state', state], { input: code });
  const open = (options: Partial<NearEndOptions>) => {
    const port = addonPort({ target: `tls://${address}`, state, workingDirectory: scratch.dir, ...options });
    scratch.after(() => port.close());
    return { port, states: port.states, session: new Session(new DapClient(port), dlv, scratch) };
  };
  return { agent, relay, open };
}

describe('A session through the addon', () => {
  it('says that it reconnects, goes on, and is taken up by the next one by its name', limit, async (t) => {
    const scratch = scratchFor(t);
    const { agent, relay, open } = await places(scratch);
    const first = open({ adapter: 'dlv', lingerLeft: 60 });
    const program = await first.session.launch('steps', [{ at: 'loop' }], { args: ['100000', '4', '10'] });
    const stop = await first.session.stop();
    relay.setDown(true);
    await first.session.client.outputWith(/The link to .* is down/);
    await new Promise((resolve) => setTimeout(resolve, 600));
    relay.setDown(false);
    await first.session.resume(stop);
    await first.session.stop('breakpoint');
    const down = first.states.filter(({ kind }) => kind === 'reconnecting');
    assert.ok(
      down.some(({ attempt, nextTry }) => attempt === 1 && nextTry === 0),
      JSON.stringify(down),
    );
    assert.ok(down.some(({ attempt, nextTry, detail }) => attempt > 1 && nextTry > 0 && detail !== ''));
    assert.equal(first.states.at(-1)?.kind, 'connected');

    await first.session.client.close();
    const { sessions } = await statusUntil(scratch, agent.state, (now) => {
      const [one] = now.sessions as unknown as { state: string }[];
      return one?.state === 'orphaned';
    });
    const { session } = open({ session: sessions[0]?.id });
    await session.initialize();
    await session.begin('attach', {});
    await session.configure(program, [{ at: 'loop' }]);
    session.standsAt(await session.stop('breakpoint'), program, 'loop');
  });

  it('is back before the next attempt was due when it is told to try now', limit, async (t) => {
    const { relay, open } = await places(scratchFor(t));
    const { port, session } = open({ adapter: 'dlv' });
    const reached = (meant: (state: LinkState) => boolean) =>
      new Promise<LinkState>((resolve) => {
        port.onState = (state) => {
          if (meant(state)) resolve(state);
        };
      });
    await session.initialize();
    port.nearEnd.retryNow(); // connected: nothing to do
    const pausing = reached(({ kind, nextTry }) => kind === 'reconnecting' && nextTry >= 2000);
    relay.setDown(true);
    const { nextTry } = await pausing;
    const since = performance.now();
    relay.setDown(false);
    const back = reached(({ kind }) => kind === 'connected');
    port.nearEnd.retryNow();
    await back;
    assert.ok(performance.now() - since < nextTry);
  });

  it('refuses what cannot be meant by name', () => {
    for (const [options, words] of [
      [{}, /options\.adapter is missing/],
      [{ adapter: 'dlv', lingerLeft: -1 }, /options\.lingerLeft must be a whole number of seconds/],
      [{ adapter: 'dlv', lingerLost: 0.5 }, /options\.lingerLost must be a whole number of seconds/],
      [{ adapter: 'dlv', silenceLimit: 1 }, /options\.silenceLimit must be a whole number of seconds from 2 to 600/],
      [
        { adapter: 'dlv', lingerEnd: 'explode' },
        /options\.lingerEnd must be as-started, keep, disconnect or terminate/,
      ],
    ] as const)
      assert.throws(() => addonPort({ target: 'local', ...options } as NearEndOptions), words);
  });
});
