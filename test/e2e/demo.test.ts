// The demo as a newcomer meets it: it ends well, shows what it promises, and leaves nothing behind, also when it is interrupted in
// any of its phases.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { patience, waitLimit } from './dap/client.ts';
import { root } from './places/programs.ts';
import { scratchFor, type Scratch } from './places/scratch.ts';

const limit = { timeout: 120_000 * patience };

interface Shown {
  code: number | null;
  text: string;
}

/** Runs the demo in a process group of its own; presses Ctrl+C in it once it has shown the words. */
async function demo(scratch: Scratch, interruptAt?: string, signal: NodeJS.Signals = 'SIGINT'): Promise<Shown> {
  const temporary = scratch.file('tmp');
  mkdirSync(temporary);
  const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/demo.ts'], {
    cwd: root,
    env: { ...scratch.env, TMPDIR: temporary },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  let pressed = false;
  const take = (more: string) => {
    text += more;
    if (pressed || interruptAt === undefined || !text.includes(interruptAt)) return;
    pressed = true;
    process.kill(-(child.pid ?? 0), signal);
  };
  child.stdout.setEncoding('utf8').on('data', take);
  child.stderr.setEncoding('utf8').on('data', take);
  const late = setTimeout(() => child.kill('SIGKILL'), 4 * waitLimit);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(late);
  const left = readdirSync(temporary).filter((name) => name.startsWith('nearside-demo'));
  assert.deepEqual(left, [], `its folder is gone. It said: ${text}`);
  await scratch.empty();
  return { code, text };
}

test('the demo shows the session and what was encrypted, in plain text where no terminal is', limit, async (t) => {
  const { code, text } = await demo(scratchFor(t));
  assert.equal(code, 0, text);
  for (const words of [
    /agent .*tls:\/\/127\.0\.0\.1:\d+/,
    /pair /,
    /main\.go:\d+, verified/,
    /stop .*main\.main at main\.go/,
    /▶ +\d+ │ .*grand \+= total/,
    /stack .*main\.main/,
    /greeting +=.*世界/,
    /City += "London"/,
    /step .*main\.main/,
    /stdout: total 17\.5/,
    /TLSv1\.3/,
    /TLS_[A-Z0-9_]+/,
  ]) {
    assert.match(text, words);
  }
  assert.equal(text.match(/SHA256:/g)?.length, 4, 'both fingerprints, when made and when used');
  // eslint-disable-next-line no-control-regex -- the point is that there is none
  assert.doesNotMatch(text, /\x1b\[/, 'no colours');
});

describe('interrupted, it tidies up and says so by its exit code', () => {
  for (const phase of [
    'Nearside demo',
    'compile',
    '  agent ',
    '  pair ',
    '  connect ',
    '  launch ',
    '  stop ',
    '  nested ',
    '  step ',
    '  continue ',
  ]) {
    test(`after “${phase.trim()}”`, limit, async (t) => {
      const { code, text } = await demo(scratchFor(t), phase);
      assert.equal(code, 130, text);
      assert.doesNotMatch(text, /failed|Error/);
    });
  }
  test('by SIGTERM', limit, async (t) => {
    const { code } = await demo(scratchFor(t), '  stop ', 'SIGTERM');
    assert.equal(code, 143);
  });
});

test('without an executable it says what to run', limit, async (t) => {
  const scratch = scratchFor(t);
  scratch.env.NEARSIDE_BINARY = path.join(scratch.dir, 'no-such-nearside');
  const { code, text } = await demo(scratch);
  assert.equal(code, 1);
  assert.match(text, /scripts\/setup/);
});
