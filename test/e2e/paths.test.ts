// Programs built in one folder and debugged from another, with real debuggers and no configuration: breakpoints are verified and
// hit, frames open the near side's own files.
import assert from 'node:assert/strict';
import { renameSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { patience } from './dap/client.ts';
import { python } from './debuggers/debugpy.ts';
import { elsewhere, type Sources } from './places/elsewhere.ts';
import { scratchFor, type Scratch } from './places/scratch.ts';
import { asKnown, hitsAll, launchWith, lineOf, nextStop, shopClient } from './places/shop.ts';

const limit = { timeout: 90_000 * patience };

interface Layout {
  name: string;
  sources: Sources;
  flags?: string[];
  near?: string;
  far?: string;
  vendored?: boolean;
  throughLink?: boolean;
}

const layouts: Layout[] = [
  { name: 'on another machine, which has a copy', sources: 'copied' },
  { name: 'in a container, where the workspace is mounted', sources: 'mounted' },
  { name: 'built elsewhere, the sources there no longer', sources: 'gone' },
  { name: 'built with -trimpath', sources: 'copied', flags: ['-trimpath'] },
  { name: 'built with -trimpath, the sources gone', sources: 'gone', flags: ['-trimpath'] },
  { name: 'with a vendored module', sources: 'gone', flags: ['-mod=vendor'], vendored: true },
  { name: 'with a workspace behind a symlink', sources: 'copied', throughLink: true },
  {
    name: 'with spaces and letters beyond ASCII in its names',
    sources: 'copied',
    near: 'Größe 1',
    far: 'çok güzel 世界',
  },
  { name: 'the same with the sources gone', sources: 'gone', near: 'Größe 1', far: 'çok güzel 世界' },
];

const vendored = 'shop/vendor/example.com';

async function go(scratch: Scratch, layout: Layout): Promise<void> {
  const place = elsewhere(scratch, 'go', layout);
  const shop = path.join(place.far, 'shop');
  const program = path.join(place.bin, 'shop');
  const build = ['go', 'build', '-gcflags=all=-N -l', ...(layout.flags ?? []), '-o', program, '.'];
  if (layout.vendored === true) {
    // The vendor folder belongs to the project, so both sides have it.
    const vendor = path.join(place.near, 'shop', 'vendor');
    place.build(['sh', '-c', 'go mod vendor && cp -r vendor "$1" && shift && exec "$@"', 'sh', vendor, ...build], {
      cwd: shop,
    });
  } else {
    place.build(build, { cwd: shop });
  }
  let near = place.near;
  if (layout.throughLink === true) {
    near = scratch.file('linked');
    symlinkSync(place.near, near);
  }
  const client = await shopClient(scratch, {
    adapter: 'dlv',
    workspace: near,
    agentInside: place.enter(layout.sources),
  });
  await hitsAll(client, { request: 'launch', mode: 'exec', program }, [
    { file: path.join(near, 'shop', 'main.go'), marker: 'main' },
    { file: path.join(near, 'shop', 'store', 'store.go'), marker: 'store' },
    { file: path.join(near, layout.vendored === true ? vendored : '.', 'money', 'money.go'), marker: 'money' },
  ]);
}

describe('dlv', () => {
  for (const layout of layouts) test(layout.name, limit, (t) => go(scratchFor(t), layout));

  test('with the workspace open at the module, as most people have it', limit, async (t) => {
    const scratch = scratchFor(t);
    const place = elsewhere(scratch, 'go');
    const program = path.join(place.bin, 'shop');
    place.build(['go', 'build', '-gcflags=all=-N -l', '-o', program, '.'], { cwd: path.join(place.far, 'shop') });
    const workspace = path.join(place.near, 'renamed');
    renameSync(path.join(place.near, 'shop'), workspace);
    const client = await shopClient(scratch, { adapter: 'dlv', workspace, agentInside: place.enter('copied') });
    await hitsAll(client, { request: 'launch', mode: 'exec', program }, [
      { file: path.join(workspace, 'main.go'), marker: 'main' },
      { file: path.join(workspace, 'store', 'store.go'), marker: 'store' },
    ]);
  });
});

describe('lldb-dap', () => {
  const builds = [
    { name: 'built in another folder', flags: () => [] },
    {
      name: 'built with -fdebug-prefix-map',
      flags: (far: string) => [`-fdebug-prefix-map=${far}=/build/reproducible`],
    },
  ];
  for (const sources of ['copied', 'gone'] as const) {
    for (const { name, flags } of builds) {
      test(`${name}, the sources ${sources}`, limit, async (t) => {
        const scratch = scratchFor(t);
        const place = elsewhere(scratch, 'cpp');
        const program = path.join(place.bin, 'shop');
        const shop = path.join(place.far, 'shop');
        const files = ['main.cpp', 'store.cpp'].map((file) => path.join(shop, file));
        place.build(['g++', '-g', '-O0', ...flags(place.far), ...files, '-o', program], { cwd: shop });
        const client = await shopClient(scratch, {
          adapter: 'lldb-dap',
          workspace: place.near,
          agentInside: place.enter(sources),
        });
        await hitsAll(client, { request: 'launch', program }, [
          { file: path.join(place.near, 'shop', 'main.cpp'), marker: 'main' },
          { file: path.join(place.near, 'shop', 'store.cpp'), marker: 'store' },
        ]);
      });
    }
  }
});

describe('debugpy', () => {
  test('run in another folder', limit, async (t) => {
    const scratch = scratchFor(t);
    const place = elsewhere(scratch, 'python');
    const client = await shopClient(scratch, {
      adapter: 'debugpy',
      workspace: place.near,
      agentInside: place.enter('copied'),
    });
    const program = path.join(place.far, 'shop', 'main.py');
    await hitsAll(
      client,
      { request: 'launch', type: 'python', program, python: [python], console: 'internalConsole' },
      [
        { file: path.join(place.near, 'shop', 'main.py'), marker: 'main' },
        { file: path.join(place.near, 'shop', 'store', 'store.py'), marker: 'store' },
      ],
    );
  });

  test(
    'of a module whose file nobody names before it runs: breakpoints follow what the first stop teaches',
    limit,
    async (t) => {
      const scratch = scratchFor(t);
      const place = elsewhere(scratch, 'python');
      const client = await shopClient(scratch, {
        adapter: 'debugpy',
        workspace: place.near,
        agentInside: place.enter('copied'),
      });
      const file = path.join(place.near, 'shop', 'store', 'store.py');
      const set = await launchWith(
        client,
        {
          ...{ request: 'launch', type: 'python', module: 'main', cwd: path.join(place.far, 'shop') },
          ...{ python: [python], console: 'internalConsole', stopOnEntry: true, justMyCode: true },
        },
        [{ source: { path: file }, line: lineOf({ file, marker: 'store' }) }],
      );
      const entry = await nextStop(client);
      assert.equal(entry.top.source?.path, path.join(place.near, 'shop', 'main.py'));
      await client.request('continue', { threadId: entry.thread });
      const stop = await nextStop(client);
      assert.equal(stop.top.source?.path, file);
      const [known] = asKnown(client, set);
      assert.ok(known?.verified, JSON.stringify(known));
      assert.deepEqual(
        stop.hit.length === 0 ? [known.id] : stop.hit,
        [known.id],
        'by the number that the client knows',
      );
      await client.request('disconnect', { terminateDebuggee: true });
    },
  );

  test('launched by the near path of its program', limit, async (t) => {
    const scratch = scratchFor(t);
    const place = elsewhere(scratch, 'python');
    const client = await shopClient(scratch, {
      adapter: 'debugpy',
      workspace: place.near,
      agentInside: place.enter('copied'),
      connectArguments: ['--map', `${place.near}=${place.far}`],
    });
    const program = path.join(place.near, 'shop', 'main.py');
    await hitsAll(
      client,
      { request: 'launch', type: 'python', program, python: [python], console: 'internalConsole' },
      [{ file: path.join(place.near, 'shop', 'store', 'store.py'), marker: 'store' }],
    );
  });
});
