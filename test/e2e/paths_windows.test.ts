// Clients that write paths as Windows does, against a real Delve on Linux: a scripted client, since no Windows is here. What it
// sends is mapped by rules of its own launch configuration or of the command line; what it gets back is in its own spelling.
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { patience } from './dap/client.ts';
import { elsewhere } from './places/elsewhere.ts';
import { scratchFor, type Scratch } from './places/scratch.ts';
import { asKnown, launchWith, lineOf, nextStop, shopClient } from './places/shop.ts';

const limit = { timeout: 90_000 * patience };

interface Case {
  name: string;
  /** The client's folder that stands for the far `src`, as the client writes it in this case. */
  folder: string;
  separator: '\\' | '/';
  launch?: (far: string) => object;
  arguments?: (far: string) => string[];
}

const cases: Case[] = [
  {
    name: 'C:\\ with a substitutePath of vscode-go',
    folder: 'C:\\Users\\Ann\\Work',
    separator: '\\',
    launch: (far) => ({ substitutePath: [{ from: 'C:\\Users\\Ann\\Work', to: far }] }),
  },
  {
    name: 'VS Code’s small drive letter against a rule with a large one',
    folder: 'c:\\Users\\Ann\\Work',
    separator: '\\',
    launch: (far) => ({ substitutePath: [{ from: 'C:\\Users\\Ann\\Work\\', to: far }] }),
  },
  {
    name: 'forward slashes against a rule with backslashes',
    folder: 'c:/users/ann/work',
    separator: '/',
    launch: (far) => ({ substitutePath: [{ from: 'C:\\Users\\Ann\\Work', to: `${far}/` }] }),
  },
  {
    name: 'backslashes against a rule with forward slashes (golang/vscode-go 3825)',
    folder: 'C:\\Users\\Ann\\Work',
    separator: '\\',
    launch: (far) => ({ substitutePath: [{ from: 'C:/Users/Ann/Work', to: far }] }),
  },
  {
    name: 'a substitutePath written the other way round',
    folder: 'C:\\Users\\Ann\\Work',
    separator: '\\',
    launch: (far) => ({ substitutePath: [{ from: far, to: 'C:\\Users\\Ann\\Work' }] }),
  },
  {
    name: '\\\\wsl$ against a rule with \\\\wsl.localhost',
    folder: '\\\\wsl$\\Ubuntu\\home\\ann\\Work',
    separator: '\\',
    arguments: (far) => ['--map', `\\\\wsl.localhost\\Ubuntu\\home\\ann\\Work=${far}`],
  },
  {
    name: 'a share',
    folder: '\\\\SERVER\\share\\Work',
    separator: '\\',
    arguments: (far) => ['--map', `\\\\server\\Share\\Work=${far}`],
  },
];

async function shapedLikeWindows(scratch: Scratch, shape: Case): Promise<void> {
  const place = elsewhere(scratch, 'go');
  const program = path.join(place.bin, 'shop');
  place.build(['go', 'build', '-gcflags=all=-N -l', '-o', program, '.'], { cwd: path.join(place.far, 'shop') });
  const client = await shopClient(scratch, {
    adapter: 'dlv',
    workspace: scratch.file('empty'),
    agentInside: place.enter('copied'),
    connectArguments: shape.arguments?.(place.far) ?? [],
  });
  const files = [
    { parts: ['shop', 'main.go'], marker: 'main' },
    { parts: ['shop', 'store', 'store.go'], marker: 'store' },
  ].map(({ parts, marker }) => ({
    path: [shape.folder, ...parts].join(shape.separator),
    line: lineOf({ file: path.join(place.near, ...parts), marker }),
  }));
  const launch = { request: 'launch', mode: 'exec', program, ...shape.launch?.(place.far) };
  const set = await launchWith(
    client,
    launch,
    files.map((file) => ({ source: { path: file.path }, line: file.line })),
  );
  for (const breakpoint of asKnown(client, set)) assert.ok(breakpoint.verified, JSON.stringify(breakpoint));
  assert.deepEqual(
    set.map(({ source }) => source?.path),
    files.map((file) => file.path),
    'answers are in the client’s own spelling',
  );
  for (const { path: file, line } of files) {
    const stop = await nextStop(client);
    assert.equal(stop.top.source?.path, file);
    assert.equal(stop.top.line, line);
    await client.request('continue', { threadId: stop.thread });
  }
  await client.event('terminated');
  await client.request('disconnect', { restart: false });
}

for (const shape of cases) test(shape.name, limit, (t) => shapedLikeWindows(scratchFor(t), shape));
