// Sources that only the far side has, and files that only look like the right ones. Nothing is shown that is not what the program
// was built from.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { patience } from './dap/client.ts';
import { elsewhere, withoutFolders, type Elsewhere } from './places/elsewhere.ts';
import { scratchFor } from './places/scratch.ts';
import { asKnown, launchWith, lineOf, nextStop, shopClient } from './places/shop.ts';

const limit = { timeout: 90_000 * patience };
const goSources = execFileSync(
  'realpath',
  [path.join(execFileSync('go', ['env', 'GOROOT'], { encoding: 'utf8' }).trim(), 'src')],
  {
    encoding: 'utf8',
  },
).trim();

function built(place: Elsewhere): string {
  const program = path.join(place.bin, 'shop');
  place.build(['go', 'build', '-gcflags=all=-N -l', '-o', program, '.'], { cwd: path.join(place.far, 'shop') });
  return program;
}

test('Go’s own sources open on a machine without them, and breakpoints set in them work', limit, async (t) => {
  const scratch = scratchFor(t);
  const place = elsewhere(scratch, 'go');
  const program = built(place);
  const main = { file: path.join(place.near, 'shop', 'main.go'), marker: 'print' };
  const client = await shopClient(scratch, {
    adapter: 'dlv',
    workspace: place.near,
    agentInside: place.enter('copied'),
    nearInside: withoutFolders(goSources),
  });
  await launchWith(client, { request: 'launch', mode: 'exec', program }, [
    { source: { path: main.file }, line: lineOf(main) },
  ]);
  const stop = await nextStop(client);
  assert.equal(stop.top.source?.path, main.file);
  assert.equal(stop.top.source.sourceReference ?? 0, 0, 'what is here is opened here');

  const frame = stop.frames.find(({ name }) => name === 'runtime.main');
  const source = frame?.source;
  assert.ok(frame && source && (source.sourceReference ?? 0) > 0, JSON.stringify(stop.frames));
  const answer = await client.request('source', { source, sourceReference: source.sourceReference ?? 0 });
  const text = answer.body.content;
  assert.equal(text, readFileSync(path.join(goSources, 'runtime/proc.go'), 'utf8'));

  const line = text.split('\n').findIndex((code) => code.trim() === 'exit(0)') + 1;
  assert.ok(line > frame.line, 'the program leaves by exit(0) after main.main');
  const set = await client.request('setBreakpoints', { source, breakpoints: [{ line }] });
  assert.deepEqual(
    set.body.breakpoints.map(({ verified, line: at, source: where }) => ({
      verified,
      at,
      reference: where?.sourceReference,
    })),
    [{ verified: true, at: line, reference: source.sourceReference }],
  );
  await client.request('continue', { threadId: stop.thread });
  const leaving = await nextStop(client);
  assert.equal(leaving.top.line, line);
  assert.equal(leaving.top.source?.sourceReference, source.sourceReference, 'one document, one number');
  await client.request('disconnect', { terminateDebuggee: true });
});

test('only files that the adapter has named are served', limit, async (t) => {
  const scratch = scratchFor(t);
  const place = elsewhere(scratch, 'go');
  const program = built(place);
  const main = { file: path.join(place.near, 'shop', 'main.go'), marker: 'print' };
  const client = await shopClient(scratch, {
    adapter: 'dlv',
    workspace: place.near,
    agentInside: place.enter('copied'),
  });
  await launchWith(client, { request: 'launch', mode: 'exec', program }, [
    { source: { path: main.file }, line: lineOf(main) },
  ]);
  await nextStop(client);
  for (const args of [
    { sourceReference: 999 },
    { sourceReference: 0, source: { path: '/etc/passwd' } },
    { sourceReference: 1, source: { path: '/etc/passwd', sourceReference: 1 } },
  ]) {
    const answer = await client.ask('source', args);
    assert.equal(answer.success, false, JSON.stringify(answer));
  }
  const own = await client.ask('nearside.source', { path: '/etc/passwd' });
  assert.equal(own.success, false);
  assert.doesNotMatch(JSON.stringify(client.transcript), /root:x:0/);
  await client.request('disconnect', { terminateDebuggee: true });
});

test('a main.go with other content is another file', limit, async (t) => {
  const scratch = scratchFor(t);
  const place = elsewhere(scratch, 'go');
  const program = built(place);
  const workspace = scratch.file('other');
  mkdirSync(workspace);
  writeFileSync(path.join(workspace, 'main.go'), 'package main\n\nfunc main() {}\n');
  const client = await shopClient(scratch, { adapter: 'dlv', workspace, agentInside: place.enter('copied') });
  const line = lineOf({ file: path.join(place.near, 'shop', 'main.go'), marker: 'main' });
  const set = await launchWith(client, { request: 'launch', mode: 'exec', program, stopOnEntry: true }, [
    { source: { path: path.join(workspace, 'main.go') }, line: 3 },
  ]);
  assert.ok(asKnown(client, set).every(({ verified }) => !verified));
  await client.event('stopped');
  // The far file itself can be looked at.
  const inFar = { path: path.join(place.far, 'shop', 'main.go') };
  const answer = await client.request('setBreakpoints', { source: inFar, breakpoints: [{ line }] });
  assert.ok(answer.body.breakpoints[0]?.verified);
  await client.request('continue', { threadId: 1 });
  const stop = await nextStop(client);
  assert.equal(stop.top.line, line);
  assert.notEqual(stop.top.source?.path, path.join(workspace, 'main.go'));
  assert.ok((stop.top.source?.sourceReference ?? 0) > 0, 'the source is served from the far side');
  await client.request('disconnect', { terminateDebuggee: true });
});

test(
  'two copies that cannot be told apart make no rule, and that is said, until the user opens one',
  limit,
  async (t) => {
    const scratch = scratchFor(t);
    const place = elsewhere(scratch, 'go');
    const program = built(place);
    const workspace = scratch.file('copies');
    for (const copy of ['one', 'two']) cpSync(place.near, path.join(workspace, copy), { recursive: true });
    const client = await shopClient(scratch, { adapter: 'dlv', workspace, agentInside: place.enter('copied') });
    const starting = client.ask('launch', { request: 'launch', mode: 'exec', program });
    await client.event('initialized');
    await client.request('setFunctionBreakpoints', { breakpoints: [{ name: 'main.main' }] });
    await client.request('configurationDone', {});
    await starting;
    const stop = await nextStop(client);
    assert.match(client.output('console'), /several files fit/);
    assert.equal(stop.top.source?.path, path.join(place.far, 'shop', 'main.go'), 'no guess');
    assert.ok((stop.top.source.sourceReference ?? 0) > 0);

    const file = path.join(workspace, 'two', 'shop', 'main.go');
    const line = lineOf({ file, marker: 'print' });
    const set = await client.request('setBreakpoints', { source: { path: file }, breakpoints: [{ line }] });
    assert.ok(set.body.breakpoints[0]?.verified);
    await client.request('continue', { threadId: stop.thread });
    const next = await nextStop(client);
    assert.equal(next.top.source?.path, file);
    await client.request('disconnect', { terminateDebuggee: true });
  },
);

test('a file that was edited since the build is still the file', limit, async (t) => {
  const scratch = scratchFor(t);
  const place = elsewhere(scratch, 'go');
  const program = built(place);
  const file = path.join(place.near, 'shop', 'main.go');
  const line = lineOf({ file, marker: 'main' });
  appendFileSync(file, '\n// edited\n');
  const client = await shopClient(scratch, {
    adapter: 'dlv',
    workspace: place.near,
    agentInside: place.enter('copied'),
  });
  const set = await launchWith(client, { request: 'launch', mode: 'exec', program }, [
    { source: { path: file }, line },
  ]);
  const stop = await nextStop(client);
  assert.equal(stop.top.source?.path, file, 'the folder is known by the other files of the project');
  assert.ok(asKnown(client, set)[0]?.verified);
  await client.request('disconnect', { terminateDebuggee: true });
});
