// The project "shop" debugged from another folder than it was built in: what a user does, and what must be true at each stop.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { DebugProtocol as Dap } from '@vscode/debugprotocol';
import { DapClient } from '../dap/client.ts';
import type { SpawnedPort } from '../dap/port.ts';
import { vscodeArguments } from '../dap/editor.ts';
import { connectStdio, paired, startAgent } from './nearside.ts';
import type { Scratch } from './scratch.ts';

/** A place in a file of the near side, by its marker. */
export interface Place {
  file: string;
  marker: string;
}

export function lineOf({ file, marker }: Place): number {
  const at = readFileSync(file, 'utf8')
    .split('\n')
    .findIndex((text) => text.endsWith(`BREAK: ${marker}`));
  if (at < 0) throw new Error(`${file} has no marker "BREAK: ${marker}"`);
  return at + 1;
}

export interface Shop {
  adapter: string;
  workspace: string;
  /** Words in front of the agent and of the near end: where they run. */
  agentInside: string[];
  nearInside?: string[];
  connectArguments?: string[];
}

/** A client whose near end knows the workspace and nothing else. */
export async function shopClient(scratch: Scratch, shop: Shop): Promise<DapClient & { readonly port: SpawnedPort }> {
  const agent = await startAgent(scratch, { inside: shop.agentInside });
  const state = await paired(scratch, agent);
  const port = connectStdio(scratch, {
    inside: shop.nearInside ?? [],
    target: agent.address,
    adapter: shop.adapter,
    state,
    args: ['--workspace', shop.workspace, ...(shop.connectArguments ?? [])],
  });
  const client = new DapClient(port) as DapClient & { readonly port: SpawnedPort };
  await client.request('initialize', vscodeArguments);
  return client;
}

/** Launches and sets one breakpoint a file; gives the breakpoints as they stood when the program began to run. */
export async function launchWith(
  client: DapClient,
  launch: object,
  places: { source: Dap.Source; line: number }[],
): Promise<Dap.Breakpoint[]> {
  const starting = client.ask('launch', launch);
  await Promise.race([
    client.event('initialized'),
    starting.then((answer) => {
      assert.ok(answer.success, `launch was refused: ${JSON.stringify(answer)}`);
      return client.event('initialized');
    }),
  ]);
  const set: Dap.Breakpoint[] = [];
  for (const { source, line } of places) {
    const answer = await client.request('setBreakpoints', { source, breakpoints: [{ line }] });
    set.push(...answer.body.breakpoints);
  }
  await client.request('configurationDone', {});
  const started = await starting;
  assert.ok(started.success, JSON.stringify(started));
  return set;
}

export interface Stop {
  thread: number;
  frames: Dap.StackFrame[];
  top: Dap.StackFrame;
  hit: number[];
}

export async function nextStop(client: DapClient): Promise<Stop> {
  const event = await client.event('stopped').catch((error: unknown) => {
    throw new Error(`the program did not stop. The transcript ends:\n${client.story()}`, { cause: error });
  });
  const threads = await client.request('threads', undefined);
  const thread = event.body.threadId ?? threads.body.threads[0]?.id ?? 1;
  const { body } = await client.request('stackTrace', { threadId: thread, startFrame: 0, levels: 20 });
  const top = body.stackFrames[0];
  assert.ok(top, 'a stopped thread has a frame');
  return { thread, frames: body.stackFrames, top, hit: event.body.hitBreakpointIds ?? [] };
}

/** What VS Code knows of its breakpoints by now: as they were answered, with all `breakpoint` events since. */
export function asKnown(client: DapClient, set: Dap.Breakpoint[]): Dap.Breakpoint[] {
  const changes = client.transcript
    .map(({ message }) => message as Dap.BreakpointEvent)
    .filter((message) => message.type === 'event' && message.event === 'breakpoint');
  return set.map((breakpoint) =>
    changes
      .filter(({ body }) => body.breakpoint.id !== undefined && body.breakpoint.id === breakpoint.id)
      .reduce((known, { body }) => ({ ...known, ...body.breakpoint }), breakpoint),
  );
}

/** Runs to the end over a breakpoint in each place: each is verified and hit, and its frame opens the near file. */
export async function hitsAll(client: DapClient, launch: object, places: Place[]): Promise<void> {
  const wanted = places.map((place) => ({ ...place, line: lineOf(place) }));
  const set = await launchWith(
    client,
    launch,
    wanted.map(({ file, line }) => ({ source: { name: path.basename(file), path: file }, line })),
  );
  for (const [index, { file, line }] of wanted.entries()) {
    const stop = await nextStop(client);
    assert.equal(stop.top.source?.path, file, 'the frame opens the near file');
    assert.equal(stop.top.source.sourceReference ?? 0, 0);
    assert.equal(stop.top.line, line);
    const [known] = asKnown(client, set.slice(index, index + 1));
    assert.ok(known?.verified, `the breakpoint in ${file} is verified: ${JSON.stringify(known)}`);
    if (known.source?.path !== undefined) assert.equal(known.source.path, file);
    await client.request('continue', { threadId: stop.thread });
  }
  await client.event('terminated');
  await client.request('disconnect', { restart: false });
}
