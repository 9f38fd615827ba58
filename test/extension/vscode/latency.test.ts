// Flat latency where it counts: in the window of a real VS Code. From the key that lets the program run on, and from the `stopped`
// event's arrival in the page, until the new value is on the screen; with a round trip of 0 and of 200 ms, through Nearside and, in
// the same run, with VS Code speaking to dlv itself.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { nearsideOk, startAgent } from '../../e2e/places/nearside.ts';
import { delayRelay, type Relay } from '../../e2e/places/relay.ts';
import { scratchFor, type Scratch } from '../../e2e/places/scratch.ts';
import { limit } from './hands.ts';
import { openWindow } from './open_window.ts';
import { plainExtension } from './plain.ts';
import { markedLine, type Window } from './window.ts';
import { goBuild, goWorkspace, launchJson } from './workspaces.ts';

const distance = 200;
/** The first ones teach what is looked at, and warm VS Code up. */
const practice = 3;
const rounds = 8;

interface Took {
  /** Milliseconds until the values are on the screen: from the key, and from the event. */
  key: number;
  stopped: number;
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** Continues to the next stop, again and again; `i` counts the stops. */
async function stops(window: Window, heard: { at: number }, from: number): Promise<Took> {
  const all: Took[] = [];
  for (let turn = 0; turn < practice + rounds; ++turn) {
    const value = from + turn + 1;
    const pressed = Date.now();
    await window.press('F5');
    const shown = await window.shows('i', String(value));
    if (turn >= practice) all.push({ key: shown - pressed, stopped: shown - heard.at });
  }
  return { key: median(all.map(({ key }) => key)), stopped: median(all.map(({ stopped }) => stopped)) };
}

async function dlvAtPort(scratch: Scratch): Promise<number> {
  const child = spawn('dlv', ['dap', '--listen', '127.0.0.1:0'], { env: scratch.env, cwd: scratch.dir });
  scratch.after(async () => {
    child.kill('SIGTERM');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  return Number(/:(\d+)\s*$/.exec(said.toString('utf8'))?.[1]);
}

describe('In the real VS Code, at a round trip of 200 ms', () => {
  it('a stop is on the screen as soon as at none, and a key press one round trip later', limit, async (t) => {
    const scratch = scratchFor(t);
    const { folder, main } = goWorkspace(scratch, 'steps');
    const program = goBuild(folder);
    const agent = await startAgent(scratch);
    const relay = await delayRelay(scratch, agent.port);
    const plainRelay = await delayRelay(scratch, await dlvAtPort(scratch));
    const state = scratch.file('state');
    const address = `127.0.0.1:${relay.port}`;
    const code = await nearsideOk(scratch, ['agent', 'pair', '--state', agent.state, '--address', address]);
    await nearsideOk(scratch, ['pair', '-', '--state', state], { input: code });
    const common = { request: 'launch', mode: 'exec', program };
    launchJson(folder, [
      { type: 'nearside', name: 'Through Nearside', target: `tls://${address}`, adapter: 'dlv', ...common },
      { type: 'plain', name: 'Plain way', port: plainRelay.port, ...common },
    ]);
    const settings = { 'nearside.stateFolder': state, 'debug.allowBreakpointsEverywhere': true };
    const window = await openWindow(scratch, {
      folder,
      name: 'latency',
      settings,
      extensions: [plainExtension(scratch)],
    });
    const heard = { at: 0 };
    window.page.on('websocket', (socket) => {
      socket.on('framereceived', ({ payload }) => {
        if (payload.includes('"event":"stopped"')) heard.at = Date.now();
      });
    });
    await window.reload();
    const line = markedLine(main, 'loop');
    await window.openFile('main.go');
    await window.breakAt(line);

    const measure = async (name: string, way: Relay): Promise<[Took, Took]> => {
      await window.startConfiguration(name);
      await window.yellowLine(line);
      await window.shows('i', '0');
      const near = await stops(window, heard, 0);
      way.roundTrip = distance;
      const far = await stops(window, heard, practice + rounds);
      await window.picture(name.replace(/\W/g, '-').toLowerCase());
      way.roundTrip = 0;
      await window.stop();
      return [near, far];
    };
    const [near, far] = await measure('Through Nearside', relay);
    const [plainNear, plainFar] = await measure('Plain way', plainRelay);
    const table = { near, far, plainNear, plainFar };
    t.diagnostic(JSON.stringify(table));
    const words = JSON.stringify(table);
    assert.ok(far.stopped <= 1.15 * near.stopped, `from the event: ${words}`);
    assert.ok(far.key - near.key <= 1.5 * distance, `from the key: ${words}`);
    assert.ok(plainFar.key - plainNear.key >= 3.5 * distance, `the plain way pays each round trip: ${words}`);
  });
});
