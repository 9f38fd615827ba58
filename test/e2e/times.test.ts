// Where the time goes, with a real dlv a network away: what `nearside status` counts, and that the picture of `nearside trace` is
// one that can be: what a part did lies within what the part before it did, and the legs make up the whole.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { DapClient } from './dap/client.ts';
import { Editor } from './dap/editor.ts';
import { dlv } from './debuggers/dlv.ts';
import { distantNearEnd } from './places/distant.ts';
import { nearside, nearsideOk, startAgent } from './places/nearside.ts';
import { scratchFor, type Scratch } from './places/scratch.ts';
import { scenarioLimit } from './scenarios/run.ts';

/** Milliseconds: more than dlv takes for any of these answers. */
const roundTrip = 100;

interface Spread {
  median: number;
  p95: number;
}
interface CommandTimes {
  count: number;
  hits: number;
  joined: number;
  asked: number;
  total: Spread;
  legs: Record<string, Spread>;
}
interface Shown {
  running: boolean;
  nearEnds: {
    pid: number;
    sessions: {
      id: string;
      target: string;
      link: { state: string; roundTripMs: number };
      commands: Record<string, CommandTimes>;
    }[];
  }[];
}
interface Slice {
  ph: string;
  name: string;
  pid: number;
  tid: number;
  ts: number;
  dur: number;
  args: { name?: string; request?: number; legs?: Record<string, number> };
}

async function shown(scratch: Scratch, state: string): Promise<Shown> {
  return JSON.parse((await nearside(scratch, ['status', '--json', '--state', state])).out) as Shown;
}

/** Of each request its slices by part, the tracks' numbers ("link 2") left out. */
function requests(events: Slice[]): Map<string, Slice>[] {
  const tracks = new Map<string, string>();
  for (const { name, pid, tid, args } of events)
    if (name === 'thread_name') tracks.set(`${pid} ${tid}`, (args.name ?? '').replace(/ \d+$/, ''));
  const found = new Map<number, Map<string, Slice>>();
  for (const slice of events) {
    if (slice.ph !== 'X') continue;
    const parts = found.get(slice.args.request ?? 0) ?? new Map<string, Slice>();
    found.set(slice.args.request ?? 0, parts.set(tracks.get(`${slice.pid} ${slice.tid}`) ?? '', slice));
  }
  return [...found.values()];
}

describe('Where the time goes', () => {
  test('is counted by command and leg, and drawn', { timeout: scenarioLimit }, async (t) => {
    const scratch = scratchFor(t);
    const agent = await startAgent(scratch);
    const state = scratch.file('distant');
    const { relay, listener } = await distantNearEnd(scratch, agent, 'distant', { adapter: 'dlv' });
    relay.roundTrip = roundTrip;
    const habits = { expanded: ['outer', 'inner'], watches: ['sum + i'] };
    const editor = new Editor(new DapClient(await listener.client()), dlv, habits);
    scratch.after(() => editor.client.close());
    const start = editor.start(dlv.program(scratch, 'steps'), ['loop'], ['100000']);
    let [{ thread }] = await Promise.all([editor.look(), start]);
    for (let stop = 0; stop < 3; ++stop) [{ thread }] = await Promise.all([editor.look(), editor.resume(thread)]);

    const { running, nearEnds } = await shown(scratch, state);
    assert.equal(running, false, 'the agent is that of another state folder');
    assert.deepEqual(
      nearEnds.map(({ pid }) => pid),
      [listener.pid],
    );
    const [session] = nearEnds[0]?.sessions ?? [];
    assert.ok(session);
    assert.equal(session.link.state, 'connected');
    assert.ok(session.link.roundTripMs >= roundTrip * 0.9, `${session.link.roundTripMs} ms`);
    assert.ok((session.commands.variables?.hits ?? 0) > 0, 'something was answered from memory');
    const resumed = session.commands.continue;
    assert.equal(resumed?.asked, 3);
    assert.ok((resumed.legs.link?.median ?? 0) > (roundTrip * 1000) / 2);
    assert.ok((resumed.legs.adapter?.median ?? Infinity) < resumed.total.median);

    const people = await nearside(scratch, ['status', '--state', state]);
    assert.match(people.out, /COMMAND +HERE +JOINED +ASKED/);
    assert.match(people.out, new RegExp(`${listener.pid} +${session.id} +tls://`));

    const file = scratch.file('trace.json');
    writeFileSync(file, 'what was there before');
    assert.match(await nearsideOk(scratch, ['trace', file, '--state', state]), /^Wrote \d+ requests of 1 session to /);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const text = readFileSync(file, 'utf8');
    assert.ok(!text.includes('sum + i') && !text.includes('outer'), 'no expressions, no names of variables');
    const { traceEvents } = JSON.parse(text) as { traceEvents: Slice[] };
    const drawn = requests(traceEvents);
    const parts = ['client', 'near end', 'link', 'far end', 'adapter'];
    for (const request of drawn) {
      const slices = parts.map((part) => request.get(part)).filter((slice) => slice !== undefined);
      for (const [at, inner] of slices.entries()) {
        const outer = slices[at - 1];
        if (outer === undefined) continue;
        assert.ok(inner.ts >= outer.ts && inner.ts + inner.dur <= outer.ts + outer.dur, JSON.stringify(slices));
      }
      const whole = request.get('client');
      const legs = Object.values(whole?.args.legs ?? {});
      assert.equal(
        legs.reduce((sum, leg) => sum + leg, 0),
        whole?.dur,
      );
    }
    assert.equal(drawn.filter((request) => request.get('adapter')?.name === 'continue').length, 3);
    assert.equal(traceEvents.filter(({ ph, name }) => ph === 'i' && name === 'stopped').length, 4);

    await editor.leave();
    const ended = await nearside(scratch, ['trace', file, '--json', '--state', state]);
    assert.ok((JSON.parse(ended.out) as { requests: number }).requests > drawn.length, 'an ended session is drawn too');
    await listener.end();
    assert.deepEqual((await shown(scratch, state)).nearEnds, []);
  });

  test('is not known where nobody debugs, and what to do is said', { timeout: scenarioLimit }, async (t) => {
    const scratch = scratchFor(t);
    const state = scratch.file('state');
    const none = await nearside(scratch, ['trace', scratch.file('trace.json'), '--state', state]);
    assert.equal(none.code, 1);
    assert.match(none.err, /No near end is running.*Debug with 'nearside connect'/);
    assert.equal(existsSync(scratch.file('trace.json')), false);
  });

  test('of a near end that was killed is forgotten, and nothing of it stays', { timeout: scenarioLimit }, async (t) => {
    const scratch = scratchFor(t);
    const agent = await startAgent(scratch);
    const { listener } = await distantNearEnd(scratch, agent, 'distant', { adapter: 'dlv' });
    const state = scratch.file('distant');
    assert.equal((await shown(scratch, state)).nearEnds.length, 1);
    await listener.end('SIGKILL');
    assert.deepEqual((await shown(scratch, state)).nearEnds, []);
  });
});
