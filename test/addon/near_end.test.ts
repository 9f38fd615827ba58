// The near end inside Node: its contract (extension/native.d.ts), its manners towards the event loop, and that it neither
// crashes nor leaks, however an environment ends.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { describe, it } from 'node:test';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { NearEndOptions } from '../../extension/native.d.ts';
import { addonFile, addonPort, native } from '../e2e/dap/addon_port.ts';
import { DapClient } from '../e2e/dap/client.ts';
import { startAgent, status, statusUntil } from '../e2e/places/nearside.ts';
import { fixtures } from '../e2e/places/programs.ts';
import { scratchFor, type Scratch } from '../e2e/places/scratch.ts';

const echo = `stdio:python3 ${path.join(fixtures, 'adapters/misbehaving.py')} echo`;
const limit = { timeout: 120_000 };

/** Options that reach an agent of the place's own, through its Unix socket. */
async function placeFor(scratch: Scratch): Promise<NearEndOptions> {
  const agent = await startAgent(scratch, { listen: null });
  return { target: 'local', adapter: echo, state: agent.state, workingDirectory: scratch.dir };
}

function request(seq: number, command: string, args: object = {}): string {
  return JSON.stringify({ seq, type: 'request', command, arguments: args });
}

/** Sends one request and gives its answer. */
function ask(port: ReturnType<typeof addonPort>, json: string): Promise<string> {
  return new Promise((resolve) => {
    port.onMessage = resolve;
    port.send(json);
  });
}

describe('What a NearEnd is given', () => {
  const callbacks = { onMessage: () => undefined };
  const wrong: [string, unknown[], RegExp][] = [
    ['no options', [], /options must be an object/],
    ['no target', [{ adapter: 'dlv' }, callbacks], /options\.target is missing/],
    ['no adapter', [{ target: 'local' }, callbacks], /options\.adapter is missing/],
    ['a target that is a number', [{ target: 7, adapter: 'dlv' }, callbacks], /options\.target must be a string/],
    ['a target of an unknown kind', [{ target: 'carrier-pigeon:home', adapter: 'dlv' }, callbacks], /carrier-pigeon/],
    ['an empty adapter', [{ target: 'local', adapter: '' }, callbacks], /options\.adapter must not be empty/],
    ['a NUL in a path', [{ target: 'local', adapter: 'dlv', state: 'a\0b' }, callbacks], /options\.state/],
    ['no callbacks', [{ target: 'local', adapter: 'dlv' }], /callbacks must be an object/],
    ['no onMessage', [{ target: 'local', adapter: 'dlv' }, {}], /callbacks\.onMessage is missing/],
    [
      'an onClosed that is text',
      [
        { target: 'local', adapter: 'dlv' },
        { ...callbacks, onClosed: 'x' },
      ],
      /onClosed/,
    ],
    ['rules that are no array', [{ target: 'local', adapter: 'dlv', pathRules: {} }, callbacks], /pathRules/],
    [
      'a rule without a remote side',
      [{ target: 'local', adapter: 'dlv', pathRules: [{ local: '/a' }] }, callbacks],
      /pathRules must be an array of/,
    ],
    [
      'a rule that is relative',
      [{ target: 'local', adapter: 'dlv', pathRules: [{ local: 'src/x', remote: '/src' }] }, callbacks],
      /src\/x/,
    ],
    ['a relative workspace', [{ target: 'local', adapter: 'dlv', workspace: 'src' }, callbacks], /workspace/],
    ['a cache that is no switch', [{ target: 'local', adapter: 'dlv', cache: 1 }, callbacks], /options\.cache must be/],
    [
      'a prefetch that is text',
      [{ target: 'local', adapter: 'dlv', prefetch: 'no' }, callbacks],
      /options\.prefetch must be/,
    ],
    ['pure watches that are a number', [{ target: 'local', adapter: 'dlv', pureWatches: 0 }, callbacks], /pureWatches/],
    ['no room for the cache', [{ target: 'local', adapter: 'dlv', cacheSize: 0 }, callbacks], /cacheSize .* 1 to 4096/],
    ['a cache larger than allowed', [{ target: 'local', adapter: 'dlv', cacheSize: 4097 }, callbacks], /1 to 4096/],
    ['half a MiB', [{ target: 'local', adapter: 'dlv', cacheSize: 0.5 }, callbacks], /cacheSize .*whole number/],
    ['more requests than allowed', [{ target: 'local', adapter: 'dlv', prefetchRequests: 257 }, callbacks], /1 to 256/],
    ['more KiB than allowed', [{ target: 'local', adapter: 'dlv', prefetchBytes: 1025 }, callbacks], /1 to 1024/],
    ['more time than allowed', [{ target: 'local', adapter: 'dlv', prefetchTime: 2001 }, callbacks], /1 to 2000/],
    ['no number of KiB', [{ target: 'local', adapter: 'dlv', prefetchBytes: NaN }, callbacks], /prefetchBytes/],
    [
      'a distance below 0',
      [{ target: 'local', adapter: 'dlv', prefetchFrom: -1 }, callbacks],
      /prefetchFrom .*0 to 10000/,
    ],
    [
      'a distance beyond all links',
      [{ target: 'local', adapter: 'dlv', prefetchFrom: 10001 }, callbacks],
      /0 to 10000/,
    ],
    [
      'load limits that are no list',
      [{ target: 'local', adapter: 'dlv', loadLimits: 'much' }, callbacks],
      /loadLimits.*much/,
    ],
    ['unsafe load limits', [{ target: 'local', adapter: 'dlv', loadLimits: 'depth=99' }, callbacks], /loadLimits/],
    ['a CA without names', [{ target: 'local', adapter: 'dlv', ca: '/ca.pem' }, callbacks], /options\.allow/],
    ['names without a CA', [{ target: 'local', adapter: 'dlv', allow: ['a'] }, callbacks], /options\.ca/],
  ];
  for (const [what, given, says] of wrong) {
    it(`is refused with a TypeError that names it: ${what}`, () => {
      const Class = native.NearEnd as unknown as new (...all: unknown[]) => unknown;
      assert.throws(() => new Class(...given), { name: 'TypeError', message: says });
    });
  }
});

describe('A session through the addon', () => {
  it('answers, tells the state of its link, counts, and closes once', limit, async (t) => {
    const options = await placeFor(scratchFor(t));
    const port = addonPort(options);
    await ask(port, request(1, 'initialize', { adapterID: 'echo' }));
    const answer = await ask(port, request(2, 'anything', { text: 'grüß dich, 世界 🐞' }));
    assert.equal((JSON.parse(answer) as { body: { text: string } }).body.text, 'grüß dich, 世界 🐞');
    assert.deepEqual(
      port.states.map(({ kind }) => kind),
      ['connecting', 'connected'],
    );
    const counters = port.nearEnd.counters();
    assert.equal(counters.messagesToAdapter, 2);
    assert.equal(counters.messagesToClient, 2);
    await Promise.all([port.close(), port.close()]);
    assert.equal(await port.ended, 'closed');
    assert.equal(port.nearEnd.send(request(3, 'late')), false);
    await port.close();
  });

  it('tells the mapping rules that hold, and what they make of a path', limit, async (t) => {
    const scratch = scratchFor(t);
    const pathRules = [{ local: '/home/me/app', remote: '/srv/app' }];
    const port = addonPort({ ...(await placeFor(scratch)), workspace: scratch.dir, pathRules });
    await ask(port, request(1, 'initialize'));
    const { rules, warnings } = port.nearEnd.paths();
    assert.deepEqual(
      rules.filter(({ origin }) => origin === 'user'),
      [{ local: '/home/me/app', remote: '/srv/app', origin: 'user', source: 'settings' }],
    );
    assert.deepEqual(warnings, []);
    const explained = port.nearEnd.explainPath('/srv/app/x.go');
    assert.equal(explained.result, '/home/me/app/x.go');
    assert.equal(explained.toLocal[0]?.local, '/home/me/app');
    assert.ok(explained.steps.length > 0);
    assert.throws(() => port.nearEnd.explainPath(7 as unknown as string), TypeError);
    await port.close();
    assert.ok(port.nearEnd.paths().rules.length > 0);
  });

  it('is told what is wrong with a message that is none, and goes on', limit, async (t) => {
    const port = addonPort(await placeFor(scratchFor(t)));
    await ask(port, request(1, 'initialize'));
    assert.match(await ask(port, 'no JSON'), /"event":"output"/);
    assert.match(await ask(port, request(2, 'anything')), /"request_seq": 2/);
    assert.throws(() => port.nearEnd.send(7 as unknown as string), TypeError);
    await port.close();
  });

  it('shares one link with four others', limit, async (t) => {
    const scratch = scratchFor(t);
    const options = await placeFor(scratch);
    const ports = Array.from({ length: 5 }, () => addonPort(options));
    await Promise.all(ports.map((port) => ask(port, request(1, 'initialize'))));
    const { links, sessions } = await status(scratch, options.state ?? '');
    assert.equal(sessions.length, 5);
    assert.equal(links.length, 1);
    await Promise.all(ports.map((port) => port.close()));
    await statusUntil(scratch, options.state ?? '', (now) => now.sessions.length === 0);
  });

  it(
    'hands a 50 MB message over in both directions without standing in the way of the event loop',
    limit,
    async (t) => {
      const port = addonPort(await placeFor(scratchFor(t)));
      await ask(port, request(1, 'initialize'));
      const text = 'x'.repeat(50 * 1024 * 1024);
      const json = request(2, 'big', { text });
      // What handing over costs by itself: making such a string from bytes, and bytes from it.
      const bytes = Buffer.from(json);
      const begun = performance.now();
      const made = bytes.toString();
      assert.equal(Buffer.byteLength(made), bytes.length);
      const handOver = performance.now() - begun;
      const delay = monitorEventLoopDelay({ resolution: 1 });
      delay.enable();
      const answer = await ask(port, json);
      await new Promise((resolve) => setTimeout(resolve, 5)); // a stall is noted when it is over
      delay.disable();
      assert.equal(answer.length > text.length, true);
      t.diagnostic(
        `longest stall ${Math.round(delay.max / 1e6)} ms, making the string alone ${Math.round(handOver)} ms`,
      );
      // A ratio with room for a noisy machine: were the loop held while the message travels, it would be far more.
      assert.ok(delay.max / 1e6 < 10 * handOver + 50, `the loop stood still for ${delay.max / 1e6} ms`);
      await port.close();
    },
  );

  it('says false when it is flooded, and tells when there is room again', limit, async (t) => {
    const options = await placeFor(scratchFor(t));
    let writable!: () => void;
    const room = new Promise<void>((resolve) => (writable = resolve));
    let answers = 0;
    const nearEnd = new native.NearEnd(options, { onMessage: () => ++answers, onWritable: writable });
    nearEnd.send(request(1, 'initialize'));
    let sent = 1;
    while (nearEnd.send(request(++sent, 'much', { text: 'x'.repeat(256 * 1024) }))) assert.ok(sent < 1000);
    await room;
    while (answers < sent) await new Promise((resolve) => setTimeout(resolve, 5));
    await nearEnd.close();
  });

  it('lets the event loop have its turn while a burst of messages comes', limit, async (t) => {
    const options = await placeFor(scratchFor(t));
    const burst = 400;
    const busy = 2; // ms in each callback
    let answers = 0;
    let turns = 0;
    const done = new Promise<void>((resolve) => {
      const nearEnd = new native.NearEnd(options, {
        onMessage: () => {
          const until = performance.now() + busy;
          while (performance.now() < until);
          if (++answers === burst) void nearEnd.close().then(resolve);
        },
      });
      for (let seq = 1; seq <= burst; ++seq) nearEnd.send(request(seq, 'initialize'));
    });
    const timer = setInterval(() => ++turns, 1);
    await done;
    clearInterval(timer);
    // Turns of 4 ms hold two such callbacks; a timer that ran once in eight would be a jerky editor.
    assert.ok(turns > burst / 16, `${turns} turns for ${burst} messages`);
  });

  it('reports what a callback throws as an uncaught exception, and goes on', limit, async (t) => {
    const options = await placeFor(scratchFor(t));
    const script = `
      const { NearEnd } = require(${JSON.stringify(addonFile)});
      process.on('uncaughtException', (error) => console.log('uncaught', error.message));
      let answers = 0;
      const nearEnd = new NearEnd(${JSON.stringify(options)}, {
        onMessage() {
          if (++answers === 2) void nearEnd.close().then(() => console.log('closed'));
          else nearEnd.send('{"seq":2,"type":"request","command":"again"}');
          throw new Error('thrown by a callback');
        },
      });
      nearEnd.send('{"seq":1,"type":"request","command":"initialize"}');`;
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', script]);
    assert.equal(stdout, 'uncaught thrown by a callback\nuncaught thrown by a callback\nclosed\n');
  });

  it('that cannot reach its agent answers with the reason', limit, async (t) => {
    const scratch = scratchFor(t);
    const port = addonPort({ target: 'tls://127.0.0.1:9', adapter: 'dlv', state: scratch.file('nobody') });
    const client = new DapClient(port);
    await assert.rejects(client.request('initialize', { adapterID: 'x' }), /nearside pair/);
    await port.close();
  });
});

describe('A real debugger through the addon', () => {
  it('starts, with the agent that is started for it, and is gone afterwards', limit, async (t) => {
    const scratch = scratchFor(t);
    const options = { target: 'local', adapter: 'dlv', state: scratch.file('own') };
    scratch.after(() =>
      promisify(execFile)(path.join(path.dirname(addonFile), 'nearside'), ['agent', 'stop', '--state', options.state]),
    );
    const port = addonPort(options);
    assert.match(await ask(port, request(1, 'initialize', { adapterID: 'go' })), /supportsConfigurationDoneRequest/);
    await port.close();
  });
});

describe('An environment', () => {
  async function runScript(script: string, flags: string[] = []): Promise<string> {
    const { stdout } = await promisify(execFile)(process.execPath, [...flags, '-e', script], { timeout: 60_000 });
    return stdout;
  }
  const open = (options: NearEndOptions, onMessage: string) => `
    const { NearEnd } = require(${JSON.stringify(addonFile)});
    const nearEnd = new NearEnd(${JSON.stringify(options)}, { onMessage() { ${onMessage} } });
    nearEnd.send('{"seq":1,"type":"request","command":"initialize"}');`;

  it('ends by itself when its sessions are closed', limit, async (t) => {
    const options = await placeFor(scratchFor(t));
    const said = await runScript(open(options, 'nearEnd.close().then(() => console.log("closed"))'));
    assert.equal(said, 'closed\n');
  });

  it('may end with a session running, and the far end ends that session', limit, async (t) => {
    const scratch = scratchFor(t);
    const options = await placeFor(scratch);
    assert.equal(await runScript(open(options, 'console.log("answered"); process.exit(0)')), 'answered\n');
    await statusUntil(scratch, options.state ?? '', (now) => now.sessions.length === 0);
  });

  it('may end while the session is still connecting', limit, async (t) => {
    const scratch = scratchFor(t);
    const options = { target: 'tls://127.0.0.1:9', adapter: 'dlv', state: scratch.file('nobody') };
    await runScript(`${open(options, '')} setImmediate(() => process.exit(0));`);
  });

  it('of a worker has links of its own, and may be terminated at any moment', limit, async (t) => {
    const scratch = scratchFor(t);
    const options = await placeFor(scratch);
    const source = `const { parentPort } = require('node:worker_threads');
      ${open(options, 'parentPort.postMessage("answered")')}`;
    for (let round = 0; round < 10; ++round) {
      const worker = new Worker(source, { eval: true });
      const odd = round % 2 === 1;
      await (odd ? once(worker, 'message') : once(worker, 'online'));
      await worker.terminate();
    }
    await statusUntil(scratch, options.state ?? '', (now) => now.sessions.length === 0);
  });

  it('opens and closes a thousand sessions without a crash or a leak', { timeout: 300_000 }, async (t) => {
    const options = await placeFor(scratchFor(t));
    // A name that no agent knows: each session goes to the agent and back and starts no process there.
    const script = `
      const { NearEnd } = require(${JSON.stringify(addonFile)});
      const cycle = () => new Promise((resolve) => {
        const nearEnd = new NearEnd(${JSON.stringify({ ...options, adapter: 'nobody' })}, {
          onMessage() { void nearEnd.close().then(resolve); },
        });
        nearEnd.send('{"seq":1,"type":"request","command":"initialize"}');
      });
      const cycles = async (count) => {
        for (let i = 0; i < count; ++i) await cycle();
        gc(); await new Promise(setImmediate); gc();
        return process.memoryUsage.rss();
      };
      (async () => {
        const before = await cycles(300);
        const after = await cycles(700);
        console.log(JSON.stringify({ grown: after - before }));
      })();`;
    const { grown } = JSON.parse(await runScript(script, ['--expose-gc'])) as { grown: number };
    t.diagnostic(`700 cycles after the first 300 grew the process by ${Math.round(grown / 1024)} KiB`);
    assert.ok(grown < 8 * 1024 * 1024, `${grown} bytes`);
  });
});
