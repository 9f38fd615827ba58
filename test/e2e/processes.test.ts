// What can be attached to at a target, here and over a link; and a Delve that the user's environment names.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { DapClient, patience } from './dap/client.ts';
import { connectStdio, nearsideOk, paired, startAgent } from './places/nearside.ts';
import { program } from './places/programs.ts';
import { scratchFor } from './places/scratch.ts';

const limit = { timeout: 60_000 * patience };

interface Listed {
  pid: number;
  name: string;
  command: string;
  user: string;
  since: number;
}

test('The processes of a target are listed, on the machine itself and for who is paired', limit, async (t) => {
  const scratch = scratchFor(t);
  const agent = await startAgent(scratch);
  const state = await paired(scratch, agent);
  const { path } = program(scratch, 'go', 'waiter');
  const child = spawn(path, ['with spaces', 'grüß'], { env: scratch.env, stdio: ['ignore', 'pipe', 'ignore'] });
  scratch.after(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  const places = [
    ['--state', agent.state],
    ['--state', state, '--target', agent.address],
  ];
  for (const place of places) {
    const out = await nearsideOk(scratch, ['processes', '--json', ...place]);
    const all = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Listed);
    const found = all.find(({ pid }) => pid === child.pid);
    assert.ok(found !== undefined, out);
    assert.equal(found.command, `${path} with spaces grüß`);
    assert.equal(found.name, 'waiter-go');
    assert.ok(Math.abs(found.since - Date.now() / 1000) < 60);
    assert.ok(!all.some(({ pid }) => pid === agent.pid), 'the agent itself is no process to attach to');
    assert.match(await nearsideOk(scratch, ['processes', ...place]), /^PID +USER +SINCE +COMMAND/);
  }
});

test('A Delve that NEARSIDE_DLV names is used, and one that is not there is named', limit, async (t) => {
  const scratch = scratchFor(t);
  const agent = await startAgent(scratch, { listen: null });
  const tool = scratch.file('my-dlv');
  const proof = scratch.file('used');
  writeFileSync(tool, `#!/bin/sh\necho used > ${proof}\nexec dlv "$@"\n`);
  chmodSync(tool, 0o755);
  const initialize = async (path: string): Promise<void> => {
    const env = { ...scratch.env, NEARSIDE_DLV: path };
    const client = new DapClient(connectStdio(scratch, { target: 'local', adapter: 'dlv', state: agent.state, env }));
    try {
      await client.request('initialize', { adapterID: 'go' });
    } finally {
      await client.close();
    }
  };
  await initialize(tool);
  assert.ok(existsSync(proof));
  await assert.rejects(initialize(scratch.file('no-dlv')), /Delve \(NEARSIDE_DLV\) was not found.*no-dlv/);
});
