// The audit log of a real agent: what two users, a stranger and a real Delve leave in it, what is never in it, and that whoever
// changes it is found out.
import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { DapClient, patience } from './dap/client.ts';
import { connectStdio, nearside, nearsideOk, paired, startAgent, type Agent } from './places/nearside.ts';
import { fixtures } from './places/programs.ts';
import { scratchFor, type Scratch } from './places/scratch.ts';

const limit = { timeout: 90_000 * patience };
const echo = `stdio:/usr/bin/python3 ${fixtures}/adapters/misbehaving.py echo`;

interface Line {
  n: number;
  event: string;
  who?: string;
  session?: string;
  request?: string;
  outcome?: string;
  reason?: string;
  details?: Record<string, unknown>;
}

async function shown(scratch: Scratch, agent: Agent): Promise<Line[]> {
  const out = await nearsideOk(scratch, ['audit', 'show', '--json', '--state', agent.state]);
  return out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

const fingerprintOf = async (scratch: Scratch, state: string): Promise<string> =>
  /SHA256:\S+/.exec(await nearsideOk(scratch, ['identity', '--state', state]))?.[0] ?? '';

const verify = (scratch: Scratch, agent: Agent) => nearside(scratch, ['audit', 'verify', '--state', agent.state]);

/** An agent that was paired with, debugged through, refused to, revoked at, and stopped. */
async function usedAgent(scratch: Scratch): Promise<{ agent: Agent; who: string; stranger: string }> {
  const agent = await startAgent(scratch);
  const near = await paired(scratch, agent);
  const who = await fingerprintOf(scratch, near);
  const client = new DapClient(connectStdio(scratch, { target: agent.address, adapter: echo, state: near }));
  await client.ask('initialize', { adapterID: 'test' });
  await client.ask('threads');
  await client.ask('setBreakpoints', {
    source: { path: '/src/main.go' },
    breakpoints: [{ line: 12, condition: 'password == "s3cret"' }],
  });
  await client.ask('evaluate', { expression: 's3cret()', context: 'repl' });
  await client.ask('setVariable', { variablesReference: 1, name: 'n', value: 's3cret' });
  await client.ask('disconnect');
  await client.close();
  await agent.event('link-closed');
  const stranger = await fingerprintOf(scratch, scratch.file('stranger'));
  const pin = ['authorize', agent.fingerprint, '--as', 'agent', '--name', `127.0.0.1:${agent.port}`];
  await nearsideOk(scratch, [...pin, '--state', scratch.file('stranger')]);
  const unknown = new DapClient(
    connectStdio(scratch, { target: agent.address, adapter: echo, state: scratch.file('stranger') }),
  );
  assert.ok(!(await unknown.ask('initialize', { adapterID: 'test' })).success);
  await unknown.close();
  await agent.event('peer-refused');
  await nearsideOk(scratch, ['revoke', who, '--state', agent.state]);
  await agent.end();
  return { agent, who, stranger };
}

test(
  'who came, who was refused and what each request became is recorded, and nothing that was said',
  limit,
  async (t) => {
    const scratch = scratchFor(t);
    const { agent, who, stranger } = await usedAgent(scratch);
    const lines = await shown(scratch, agent);
    const find = (event: string, more: Partial<Line> = {}): Line => {
      const found = lines.find(
        (line) =>
          line.event === event && Object.entries(more).every(([name, value]) => line[name as keyof Line] === value),
      );
      assert.ok(found, `${event} ${JSON.stringify(more)} in\n${lines.map((line) => JSON.stringify(line)).join('\n')}`);
      return found;
    };
    find('agent-started');
    find('order', { request: 'pair', outcome: 'done' });
    find('paired', { who });
    find('connected', { who });
    const session = find('attached', { who }).session ?? '';
    assert.deepEqual(find('request', { who, session, request: 'setBreakpoints' }).details, {
      path: '/src/main.go',
      lines: [12],
      count: 1,
    });
    assert.ok(find('request', { who, session, request: 'evaluate' }).outcome);
    find('request', { who, session, request: 'setVariable' });
    find('request', { who, session, request: 'disconnect', outcome: 'done' });
    find('left', { who, session });
    find('session-ended', { session });
    find('disconnected', { who });
    assert.match(find('refused', { who: stranger }).reason ?? '', /does not know/);
    find('revoked', { who: 'local' });
    find('agent-stopped');
    assert.ok(!lines.some((line) => line.request === 'threads'), 'what only looks is not recorded');
    const all = readFileSync(`${agent.state}/audit.jsonl`, 'utf8');
    assert.doesNotMatch(all, /s3cret/);
    assert.doesNotMatch(all, /nearside1-/, 'no pairing code');
    for (const name of ['audit.jsonl', 'audit.key', 'audit.head'])
      assert.equal(statSync(`${agent.state}/${name}`).mode & 0o777, 0o600, name);
    const people = await nearsideOk(scratch, ['audit', 'show', '--last', '3', '--state', agent.state]);
    assert.equal(people.trim().split('\n').length, 3);
    assert.match(people, /agent-stopped/);
  },
);

test('verify finds a changed, missing, moved, added and cut line, and a cut tail', limit, async (t) => {
  const scratch = scratchFor(t);
  const { agent } = await usedAgent(scratch);
  const file = `${agent.state}/audit.jsonl`;
  const good = await verify(scratch, agent);
  assert.equal(good.code, 0, good.out + good.err);
  assert.match(good.out, /whole: \d+ lines/);
  const whole = readFileSync(file, 'utf8');
  const lines = whole.trimEnd().split('\n');
  const [a = '', b = ''] = [lines[4], lines[5]];
  const wrong: Record<string, string> = {
    changed: whole.replace('"request":"setVariable"', '"request":"setvariable"'),
    missing: whole.replace(`${a}\n`, ''),
    moved: whole.replace(`${a}\n${b}\n`, `${b}\n${a}\n`),
    again: whole.replace(`${a}\n`, `${a}\n${a}\n`),
    cut: whole.slice(0, -20),
    'tail gone': `${lines.slice(0, -2).join('\n')}\n`,
    'all gone': '',
    beginning: `${lines.slice(2).join('\n')}\n`,
  };
  for (const [what, text] of Object.entries(wrong)) {
    assert.notEqual(text, whole, what);
    writeFileSync(file, text);
    const found = await verify(scratch, agent);
    assert.equal(found.code, 1, `${what}: ${found.out}`);
    assert.match(found.out, /not as it was written/, what);
  }
  writeFileSync(file, whole);
  appendFileSync(file, `${a}\n`);
  assert.equal((await verify(scratch, agent)).code, 1, 'added');
  writeFileSync(file, whole);
  assert.equal((await verify(scratch, agent)).code, 0);
});

test('an agent that was killed and started again goes on in the same chain', limit, async (t) => {
  const scratch = scratchFor(t);
  const agent = await startAgent(scratch);
  await paired(scratch, agent);
  await agent.end();
  const again = await startAgent(scratch, { listen: agent.address });
  await again.end();
  const good = await verify(scratch, agent);
  assert.equal(good.code, 0, good.out + good.err);
  const lines = await shown(scratch, agent);
  assert.equal(lines.filter((line) => line.event === 'agent-started').length, 2);
});
