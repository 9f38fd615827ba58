// The times of a link, waited for by the clock: how soon a connection that has become silent is taken for dead, and how long a
// session is kept whose near end does not come back. Those that nobody has chosen take longer, so `npm run soak` waits for them
// (NEARSIDE_REAL_TIMES=1); NEARSIDE_LOST_LIFE=SECONDS is what stands there for a day.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LinkState } from '../../extension/native.d.ts';
import { addonPort } from './dap/addon_port.ts';
import { DapClient, patience } from './dap/client.ts';
import { dlv } from './debuggers/dlv.ts';
import { nearsideOk, startAgent, statusUntil } from './places/nearside.ts';
import { delayRelay } from './places/relay.ts';
import { gone, scratchFor, type Scratch } from './places/scratch.ts';
import { Session } from './scenarios/session.ts';

const limit = { timeout: 120_000 * patience };
const isLong = process.env.NEARSIDE_REAL_TIMES === '1';
const lostLife = Number(process.env.NEARSIDE_LOST_LIFE ?? '2');

async function place(scratch: Scratch, roundTrip: number, agentArgs: string[], silenceLimit?: number) {
  const agent = await startAgent(scratch, { args: agentArgs });
  const relay = await delayRelay(scratch, agent.port, roundTrip);
  const address = `127.0.0.1:${relay.port}`;
  const state = scratch.file('near');
  const code = await nearsideOk(scratch, ['agent', 'pair', '--state', agent.state, '--address', address]);
  await nearsideOk(scratch, ['pair', '-', '--state', state], { input: code });
  const port = addonPort({
    target: `tls://${address}`,
    adapter: dlv.name,
    state,
    workingDirectory: scratch.dir,
    silenceLimit,
  });
  scratch.after(() => port.close());
  const became = (kind: LinkState['kind']) =>
    new Promise<LinkState>((resolve) => {
      port.onState = (now) => {
        if (now.kind === kind) resolve(now);
      };
    });
  return { agent, relay, became, session: new Session(new DapClient(port), dlv, scratch) };
}

const rows: { roundTrip: number; chosen?: number; seconds: number }[] = [
  { roundTrip: 0, chosen: 2, seconds: 2 },
  ...(isLong
    ? [
        { roundTrip: 0, seconds: 4 },
        { roundTrip: 300, seconds: 10 },
        { roundTrip: 300, chosen: 6, seconds: 6 },
      ]
    : []),
];

for (const { roundTrip, chosen, seconds } of rows)
  test(
    `a silent link is taken for dead after ${seconds} s: ${roundTrip} ms away, limit ${chosen ?? 'not chosen'}`,
    limit,
    async (t) => {
      const scratch = scratchFor(t);
      const args = chosen === undefined ? [] : ['--silence-limit', String(chosen)];
      const { agent, relay, became, session } = await place(scratch, roundTrip, args, chosen);
      await session.launch('steps', [{ at: 'loop' }], { args: ['100000', '4', '10'] });
      const stop = await session.stop();
      await new Promise((resolve) => setTimeout(resolve, 2_000)); // the round trip has been measured, and it is quiet
      const down = became('reconnecting');
      const away = agent.event('link-away');
      const since = performance.now();
      relay.frozen = true;
      const { detail } = await down;
      const near = performance.now() - since;
      await away;
      const far = performance.now() - since;
      t.diagnostic(`near end after ${near.toFixed(0)} ms, agent after ${far.toFixed(0)} ms: ${detail}`);
      for (const noticed of [near, far]) {
        // Silence is counted from the last byte, which came at most a ping's interval before.
        assert.ok(noticed > seconds * 1_000 - 1_700 - roundTrip, 'not before');
        assert.ok(noticed < seconds * 1_000 + 500 * patience + roundTrip, 'within its limit');
      }
      relay.frozen = false;
      await session.resume(stop);
      await session.stop('breakpoint');
    },
  );

test(`a session whose link is lost is kept for ${lostLife} s, and no longer`, limit, async (t) => {
  const scratch = scratchFor(t);
  const { agent, relay, session } = await place(scratch, 0, ['--linger-lost', String(lostLife)]);
  await session.launch('steps', [{ at: 'loop' }], { args: ['100000', '4', '10'] });
  await session.stop();
  const { sessions } = await statusUntil(scratch, agent.state, (now) => now.sessions.length === 1);
  const since = performance.now();
  relay.setDown(true);
  const closed = await agent.event('session-closed');
  const kept = performance.now() - since;
  t.diagnostic(`kept for ${kept.toFixed(0)} ms`);
  assert.match(String(closed.reason), /its link was lost, and nobody took it up in time/);
  assert.ok(kept >= lostLife * 1_000 && kept < lostLife * 1_000 + 5_000 * patience);
  await gone(sessions[0]?.pid ?? 0);
});
