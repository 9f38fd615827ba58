// What a session keeps and what is pushed, as the addon's options say; and what `counters()` tells of it. With a real dlv, which
// stops and stands: only what such a one answers may be kept.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { NearEndCounters, NearEndOptions } from '../../extension/native.d.ts';
import { addonPort, type AddonPort } from '../e2e/dap/addon_port.ts';
import { DapClient } from '../e2e/dap/client.ts';
import { Editor, type Look } from '../e2e/dap/editor.ts';
import { dlv } from '../e2e/debuggers/dlv.ts';
import { nearside, startAgent } from '../e2e/places/nearside.ts';
import { scratchFor, type Scratch } from '../e2e/places/scratch.ts';

const limit = { timeout: 120_000 };

interface Seat {
  editor: Editor;
  port: AddonPort;
  state: string;
  counters(): NearEndCounters;
}

async function seatFor(scratch: Scratch, options: Partial<NearEndOptions>): Promise<Seat> {
  const { state } = await startAgent(scratch, { listen: null });
  const port = addonPort({ target: 'local', adapter: 'dlv', state, workingDirectory: scratch.dir, ...options });
  scratch.after(() => port.close());
  const editor = new Editor(new DapClient(port), dlv, { expanded: ['outer', 'inner'], watches: ['sum + i'] });
  return { editor, port, state, counters: () => port.nearEnd.counters() };
}

/** At the first stop and so many more, each looked at as VS Code does. */
async function stops(scratch: Scratch, { editor }: Seat, more: number): Promise<Look> {
  const [first] = await Promise.all([editor.look(), editor.start(dlv.program(scratch, 'steps'), ['loop'], ['100000'])]);
  let look = first;
  for (let stop = 0; stop < more; ++stop) {
    await editor.resume(look.thread);
    // So near, a client that asks at once is mostly faster than what is pushed.
    await new Promise((resolve) => setTimeout(resolve, 200));
    look = await editor.look();
  }
  return look;
}

async function evaluate({ editor }: Seat, { frame }: Look, expression: string): Promise<string> {
  const answer = await editor.client.request('evaluate', { expression, frameId: frame.id, context: 'watch' });
  return answer.body.result;
}

/** Of all commands together. */
function answered({ commands }: NearEndCounters): { hits: number; joined: number; asked: number } {
  const all = { hits: 0, joined: 0, asked: 0 };
  for (const { hits, joined, asked } of Object.values(commands)) {
    all.hits += hits;
    all.joined += joined;
    all.asked += asked;
  }
  return all;
}

describe('What a session through the addon keeps', () => {
  it('is pushed at a stop like the one before, and read from memory', limit, async (t) => {
    const scratch = scratchFor(t);
    const seat = await seatFor(scratch, { prefetchFrom: 0 });
    const look = await stops(scratch, seat, 3);
    const thread = { threadId: look.thread, startFrame: 0, levels: 1 };
    const again = await seat.editor.client.request('stackTrace', thread);
    assert.equal(again.body.stackFrames[0]?.id, look.frame.id);
    const { inspector, commands } = seat.counters();
    assert.ok(inspector.pushes > 0);
    assert.ok(inspector.pushedBytes > inspector.pushes);
    assert.ok(inspector.pushesUsed > 0 && inspector.pushesUsed <= inspector.pushes);
    assert.ok(inspector.keptBytes > 0);
    assert.equal(inspector.evictions, 0);
    assert.ok((inspector.commands.stackTrace?.hits ?? 0) > 0);
    for (const [name, { count, hits, joined, asked, total, legs }] of Object.entries(commands)) {
      assert.equal(count, hits + joined + asked, name);
      assert.ok(total.median <= total.p95, name);
      assert.ok(legs.client !== undefined && legs.nearEnd !== undefined, name);
      assert.equal(legs.link === undefined, legs.adapter === undefined, name);
    }
    const { launch } = commands;
    assert.ok(launch?.legs.adapter && launch.legs.adapter.median <= launch.total.median);
    assert.equal(launch.asked, 1);
    assert.ok((commands.stackTrace?.hits ?? 0) > 0);
  });

  it('is what has been asked once, where nothing is pushed', limit, async (t) => {
    const scratch = scratchFor(t);
    const seat = await seatFor(scratch, { prefetch: false, prefetchFrom: 0 });
    const look = await stops(scratch, seat, 2);
    const before = seat.counters();
    assert.equal(before.inspector.pushes, 0);
    const value = await evaluate(seat, look, 'sum + i');
    assert.equal(value, (look.watches[0]?.body as { result: string }).result);
    // Counted on the near end's own thread, a moment after the answer.
    const counted = () => answered(seat.counters()).hits - answered(before).hits;
    while (counted() === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(counted(), 1);
  });

  it('is nothing with the cache off', limit, async (t) => {
    const scratch = scratchFor(t);
    const seat = await seatFor(scratch, { cache: false, prefetchFrom: 0 });
    const look = await stops(scratch, seat, 2);
    await evaluate(seat, look, 'sum + i');
    const counters = seat.counters();
    assert.equal(counters.inspector.pushes, 0);
    assert.equal(counters.inspector.keptBytes, 0);
    assert.deepEqual([answered(counters).hits, answered(counters).joined], [0, 0]);
    assert.ok(counters.commands.variables?.legs.adapter, 'times are taken all the same');
  });

  it('is pushed over no link that is nearer than wished', limit, async (t) => {
    const scratch = scratchFor(t);
    const seat = await seatFor(scratch, { prefetchFrom: 10_000 });
    await stops(scratch, seat, 2);
    assert.equal(seat.counters().inspector.pushes, 0);
  });

  it('is pushed within the limits of a stop', limit, async (t) => {
    const scratch = scratchFor(t);
    const seat = await seatFor(scratch, {
      prefetchFrom: 0,
      prefetchRequests: 1,
      prefetchBytes: 1024,
      prefetchTime: 2000,
    });
    await stops(scratch, seat, 4);
    assert.ok(seat.counters().inspector.pushes <= 5);
  });

  it('fits the room that it has', limit, async (t) => {
    const scratch = scratchFor(t);
    const seat = await seatFor(scratch, { cacheSize: 1 });
    const look = await stops(scratch, seat, 0);
    for (let number = 0; number < 5000; ++number)
      await evaluate(seat, look, `sum + ${'i + '.repeat(50)}${number.toString()}`);
    const { inspector } = seat.counters();
    assert.ok(inspector.keptBytes <= 1024 * 1024);
    assert.ok(inspector.evictions > 0);
  });

  for (const pureWatches of [false, true]) {
    it(`is ${pureWatches ? 'any watch expression' : 'no call'}, by the word of its user`, limit, async (t) => {
      const scratch = scratchFor(t);
      const seat = await seatFor(scratch, { pureWatches });
      const look = await stops(scratch, seat, 0);
      const before = answered(seat.counters()).hits;
      for (let time = 0; time < 2; ++time) await evaluate(seat, look, 'int8(i)');
      await new Promise((resolve) => setTimeout(resolve, 50)); // counted on the near end’s own thread
      assert.equal(answered(seat.counters()).hits - before, pureWatches ? 1 : 0);
    });
  }

  it('is loaded as far as its user wishes, and what that means is said', limit, async (t) => {
    const scratch = scratchFor(t);
    const seat = await seatFor(scratch, { loadLimits: 'string=100,array=5000' });
    await stops(scratch, seat, 0);
    const said = seat.editor.client.events('output').map(({ body }) => body.output);
    assert.ok(said.some((line) => line.startsWith('Load limits: dlv')));
    assert.ok(said.some((line) => line.startsWith('Load limit array=5000')));
  });

  it('is told by `nearside status` too, and by `nearside trace`', limit, async (t) => {
    const scratch = scratchFor(t);
    const seat = await seatFor(scratch, {});
    await stops(scratch, seat, 0);
    const asked = await nearside(scratch, ['status', '--json', '--state', seat.state]);
    const { nearEnds } = JSON.parse(asked.out) as { nearEnds: { pid: number; sessions: { commands: unknown }[] }[] };
    const own = nearEnds.find(({ pid }) => pid === process.pid);
    assert.deepEqual(own?.sessions[0]?.commands, seat.counters().commands);
    const drawn = await nearside(scratch, ['trace', scratch.file('trace.json'), '--state', seat.state]);
    assert.equal(drawn.code, 0, drawn.err);
  });
});
