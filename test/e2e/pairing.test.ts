// Pairing as its two users live it: the code that one end shows is given to the other, and both know each other from then on.
// What is wrong with a code is said in words, nothing is sent to an agent that is not the one of the code, and a code that was not
// used stays good.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { DapClient, patience } from './dap/client.ts';
import { connectStdio, nearside, nearsideOk, paired, startAgent } from './places/nearside.ts';
import { fixtures } from './places/programs.ts';
import { scratchFor, type Scratch } from './places/scratch.ts';

const limit = { timeout: 60_000 * patience };
const echo = `stdio:/usr/bin/python3 ${fixtures}/adapters/misbehaving.py echo`;

async function canDebug(scratch: Scratch, target: string, state: string): Promise<string> {
  const client = new DapClient(connectStdio(scratch, { target, adapter: echo, state }));
  const answer = await client.ask('initialize', { adapterID: 'test' });
  await client.ask('disconnect').catch(() => undefined);
  await client.close();
  return answer.success ? 'yes' : JSON.stringify(answer.body);
}

test('a code pairs both ends, and a session runs over TLS 1.3', limit, async (t) => {
  const scratch = scratchFor(t);
  const agent = await startAgent(scratch);
  const near = scratch.file('near');
  const code = await agent.code();
  const told = await nearsideOk(scratch, ['pair', '-', '--state', near], { input: `${code}\n` });
  assert.match(told, /Paired with tls:\/\/127\.0\.0\.1:\d+/);
  assert.ok(told.includes(agent.fingerprint), 'the user sees whom they trust');
  await agent.event('paired');
  assert.equal(await canDebug(scratch, agent.address, near), 'yes');
  const mine = (await nearsideOk(scratch, ['identity', '--state', near])).trim();
  const fingerprint = /SHA256:\S+/.exec(mine)?.[0] ?? '';
  assert.ok((await nearsideOk(scratch, ['peers', '--state', agent.state])).includes(fingerprint));
});

test('the code is the last line and all that goes to stdout, so that a pipe carries it', limit, async (t) => {
  const scratch = scratchFor(t);
  const agent = await startAgent(scratch);
  const { out, err } = await nearside(scratch, ['agent', 'pair', '--state', agent.state]);
  assert.equal(out.trim().split('\n').length, 1);
  assert.match(err, /nearside pair -/);
  assert.match(err, /10 min/);
});

test('a used code is refused and the words say that it was used', limit, async (t) => {
  const scratch = scratchFor(t);
  const agent = await startAgent(scratch);
  const code = await agent.code();
  await nearsideOk(scratch, ['pair', '-', '--state', scratch.file('near')], { input: code });
  const again = await nearside(scratch, ['pair', '-', '--state', scratch.file('other')], { input: code });
  assert.equal(again.code, 1);
  assert.match(again.err, /used/);
  assert.notEqual(await canDebug(scratch, agent.address, scratch.file('other')), 'yes');
});

test('a mistyped code is noticed before anything is sent, and the right one still works', limit, async (t) => {
  const scratch = scratchFor(t);
  const agent = await startAgent(scratch);
  const code = await agent.code();
  for (let at = 0; at < code.length; at += 5) {
    const typo = code.slice(0, at) + (code[at] === 'A' ? 'B' : 'A') + code.slice(at + 1);
    const result = await nearside(scratch, ['pair', '-', '--state', scratch.file('near')], { input: typo });
    assert.equal(result.code, 1, `a changed character ${at} of ${code.length}`);
    assert.match(result.err, /code/i);
  }
  for (const text of ['', '\n', 'hello', code.slice(1), code.slice(0, -1), code + code, 'x'.repeat(100_000)]) {
    const result = await nearside(scratch, ['pair', '-', '--state', scratch.file('near')], { input: text });
    assert.equal(result.code, 1, `refused: ${text.slice(0, 20)}`);
    assert.notEqual(result.err.trim(), '');
  }
  assert.deepEqual(
    agent.events.filter((event) => event.event !== 'listening'),
    [],
    'the agent has heard of none of these',
  );
  await nearsideOk(scratch, ['pair', '-', '--state', scratch.file('near')], { input: code });
});

test('whoever took over the address of a code is noticed before anything is sent', limit, async (t) => {
  const scratch = scratchFor(t);
  const agent = await startAgent(scratch);
  const code = await agent.code();
  await agent.end();
  const impostor = await startAgent(scratch, {
    state: scratch.file('impostor'),
    listen: `tls://127.0.0.1:${agent.port}`,
  });
  const result = await nearside(scratch, ['pair', '-', '--state', scratch.file('near')], { input: code });
  assert.equal(result.code, 1);
  assert.match(result.err, /Nothing was sent\. Somebody may be in between/);
  assert.ok(!impostor.events.some((event) => event.event === 'paired'));
  const peers = await nearsideOk(scratch, ['peers', '--state', scratch.file('near')]);
  assert.doesNotMatch(peers, /SHA256:/, 'nobody was pinned');
});

test('pairing without an agent says how to start one', limit, async (t) => {
  const scratch = scratchFor(t);
  const none = await nearside(scratch, ['agent', 'pair', '--state', scratch.file('far')]);
  assert.equal(none.code, 3);
  assert.match(none.err, /nearside agent/);
  const agent = await startAgent(scratch, { listen: null });
  const local = await nearside(scratch, ['agent', 'pair', '--state', agent.state]);
  assert.equal(local.code, 1, 'an agent without TLS cannot be paired with');
  assert.match(local.err, /--listen tls:/);
});

test('an agent that is gone is said to be unreachable', limit, async (t) => {
  const scratch = scratchFor(t);
  const agent = await startAgent(scratch);
  const code = await agent.code();
  await agent.end();
  const result = await nearside(scratch, ['pair', '-', '--state', scratch.file('near')], { input: code });
  assert.equal(result.code, 1);
  assert.ok(result.err.includes(`127.0.0.1:${agent.port}`), result.err);
});

test('keys are private and made once', limit, async (t) => {
  const scratch = scratchFor(t);
  const state = scratch.file('near');
  const first = await nearsideOk(scratch, ['identity', '--state', state]);
  assert.equal(await nearsideOk(scratch, ['identity', '--state', state]), first);
  assert.equal(statSync(state).mode & 0o777, 0o700);
  const key = ['key.pem', 'identity.key', 'identity.pem']
    .map((name) => `${state}/${name}`)
    .find((name) => existsSync(name));
  assert.ok(key !== undefined, 'the key lies in the state folder');
  assert.match(readFileSync(key, 'utf8'), /PRIVATE KEY/);
  assert.equal(statSync(key).mode & 0o777, 0o600);
});

test('revoke at the agent cuts the live link at once and keeps the peer out', limit, async (t) => {
  const scratch = scratchFor(t);
  const agent = await startAgent(scratch);
  const near = await paired(scratch, agent);
  const client = new DapClient(connectStdio(scratch, { target: agent.address, adapter: echo, state: near }));
  assert.ok((await client.ask('initialize', { adapterID: 'test' })).success);
  const fingerprint = /SHA256:\S+/.exec(await nearsideOk(scratch, ['identity', '--state', near]))?.[0] ?? '';
  const told = await nearsideOk(scratch, ['revoke', fingerprint, '--state', agent.state]);
  assert.match(told, /1/, 'one link was cut');
  await agent.event('link-closed');
  await client.event('terminated');
  await client.outputWith(/revoked|refused/i);
  await client.close();
  assert.match(await canDebug(scratch, agent.address, near), /revoked|refused/i);
});
