// Where one can debug and what there is to debug: lists made of what other programs print and files say.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import { forDelve, readEnvironment, withEnvironment } from '../../extension/pure/delve.ts';
import { adapterFor, ofOpenFile, suggestions } from '../../extension/pure/detect.ts';
import { Recent } from '../../extension/pure/recent.ts';
import { sshHosts } from '../../extension/pure/ssh_hosts.ts';
import {
  containers,
  devcontainerOf,
  distributions,
  kindOf,
  pairedAgents,
  pods,
  shortName,
} from '../../extension/pure/targets.ts';

const addresses = (targets: readonly { address: string }[]) => targets.map(({ address }) => address);

describe('Targets', () => {
  it('are the ssh hosts of a configuration with its inclusions, and no patterns', (t) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'ns-ssh-'));
    t.after(() => {
      rmSync(folder, { recursive: true });
    });
    mkdirSync(path.join(folder, 'config.d'));
    writeFileSync(
      path.join(folder, 'config'),
      'Include config.d/*.conf\nHost one two !three *.example.com\n  HostName 192.0.2.1\nHost "with quote"\nMatch host x\n  User y\nInclude config\n',
    );
    writeFileSync(path.join(folder, 'config.d/a.conf'), 'Host included\n  User me\n');
    writeFileSync(path.join(folder, 'config.d/b.off'), 'Host off\n');
    assert.deepEqual(addresses(sshHosts(path.join(folder, 'config'))).slice(0, 3), [
      'ssh:included',
      'ssh:one',
      'ssh:two',
    ]);
    assert.deepEqual(sshHosts(path.join(folder, 'missing')), []);
  });

  it('are containers, the devcontainer of this folder first', () => {
    const out = [
      '{"Names":"web-1","Image":"nginx","Status":"Up 2 hours","Labels":""}',
      '{"Names":"dev","Image":"go","Status":"Up","Labels":"a=b,devcontainer.local_folder=/work/shop"}',
      'not json',
    ].join('\n');
    assert.deepEqual(addresses(containers(out, '/work/shop')), ['docker:dev', 'docker:web-1']);
    assert.equal(devcontainerOf(out, '/work/shop'), 'dev');
    assert.equal(devcontainerOf(out, '/work'), undefined);
  });

  it('are the pods that run, each container of one with several', () => {
    const pod = (name: string, phase: string, ...names: string[]) => ({
      metadata: { name, namespace: 'prod' },
      spec: { containers: names.map((each) => ({ name: each, image: 'i' })) },
      status: { phase },
    });
    assert.deepEqual(
      addresses(
        pods(
          JSON.stringify({
            items: [pod('api', 'Running', 'app', 'proxy'), pod('one', 'Running', 'app'), pod('off', 'Pending', 'x')],
          }),
        ),
      ),
      ['kubectl:prod/api/app', 'kubectl:prod/api/proxy', 'kubectl:prod/one'],
    );
    assert.deepEqual(pods('error'), []);
  });

  it('are WSL distributions, in whichever bytes Windows says it', () => {
    assert.deepEqual(addresses(distributions(Buffer.from('Ubuntu\r\ndocker-desktop\r\n', 'utf16le'))), ['wsl:Ubuntu']);
    assert.deepEqual(addresses(distributions(Buffer.from('Debian\n'))), ['wsl:Debian']);
  });

  it('are paired agents that were not revoked', () => {
    const out = [
      { fingerprint: 'SHA256:a', role: 'agent', name: 'box:4711', revoked: false },
      { fingerprint: 'SHA256:b', role: 'agent', name: 'old:1', revoked: true },
      { fingerprint: 'SHA256:c', role: 'client', name: 'me@x:1', revoked: false },
    ]
      .map((each) => JSON.stringify(each))
      .join('\n');
    assert.deepEqual(
      pairedAgents(out).map(({ target }) => target.address),
      ['tls://box:4711'],
    );
  });

  it('have short names', () => {
    assert.deepEqual(['local', 'tls://box:1', 'docker:web', 'exec:podman exec x'].map(shortName), [
      'this machine',
      'box:1',
      'web',
      'podman',
    ]);
    assert.equal(kindOf('whatever'), 'local');
  });
});

describe('What there is to debug', () => {
  it('is what the files of the folder name', () => {
    const found = suggestions([
      { path: 'go.mod', text: 'module example.com/shop\n' },
      { path: 'cmd/api/main.go', text: 'package main\n' },
      { path: 'lib/main.go', text: 'package lib\n' },
      { path: 'CMakeLists.txt', text: 'add_executable(tool main.cpp)\nadd_library(l x.cpp)' },
      { path: 'Cargo.toml', text: '[package]\nname = "crate"\n[dependencies]\nname = "no"\n' },
      { path: 'pyproject.toml', text: '[project.scripts]\nserve = "app.server:main"\n' },
    ]);
    assert.deepEqual(
      found.map(({ name, adapter, program, module }) => [name, adapter, program ?? module]),
      [
        ['C/C++: tool', 'lldb-dap', '${workspaceFolder}/build/tool'],
        ['Rust: crate', 'lldb-dap', '${workspaceFolder}/target/debug/crate'],
        ['Go: tests of shop', 'dlv', '${workspaceFolder}'],
        ['Python: serve', 'debugpy', 'app.server'],
        ['Go: cmd/api', 'dlv', '${workspaceFolder}/cmd/api'],
      ],
    );
  });

  it('is the open file', () => {
    assert.equal(ofOpenFile('go', '/x/a_test.go')?.mode, 'test');
    assert.equal(ofOpenFile('python', '/x/a.py')?.adapter, 'debugpy');
    assert.equal(ofOpenFile('markdown', '/x/a.md'), undefined);
  });

  it('tells the adapter where the configuration does not', () => {
    const of = (more: object, manifests: string[] = [], language?: string) =>
      adapterFor({ type: 'nearside', name: '', request: 'launch', ...more }, manifests, language);
    assert.equal(of({ program: 'x.py' }), 'debugpy');
    assert.equal(of({ mode: 'exec' }), 'dlv');
    assert.equal(of({}, ['sub/Cargo.toml']), 'lldb-dap');
    assert.equal(of({}, [], 'cpp'), 'lldb-dap');
    assert.equal(of({}), undefined);
  });

  it('is there a second time for the dev container of a folder that has one', () => {
    const main = { path: 'main.go', text: 'package main\n' };
    const [here, inside, ...more] = suggestions([main, { path: '.devcontainer/devcontainer.json', text: '{}' }]);
    assert.equal(here?.target, undefined);
    assert.deepEqual(inside, {
      ...here,
      name: `${here?.name ?? ''}, in the dev container`,
      target: 'docker:${command:devcontainer}',
    });
    assert.deepEqual(more, []);
    for (const path of ['.devcontainer.json', '.devcontainer/go/devcontainer.json'])
      assert.equal(suggestions([main, { path, text: '' }]).length, 2, path);
    assert.equal(suggestions([main, { path: 'examples/devcontainer.json', text: '' }]).length, 1);
  });
});

describe('Delve', () => {
  const launch = (more: object) =>
    forDelve({ type: 'nearside', name: '', request: 'launch', ...more }, '/work/shop', (file) => file.endsWith('.bin'));

  it('builds in the folder of the package', () => {
    assert.deepEqual(launch({ program: '/work/shop/cmd' }), {
      type: 'nearside',
      name: '',
      request: 'launch',
      program: '.',
      mode: 'debug',
      dlvCwd: '/work/shop/cmd',
    });
    const one = launch({ program: 'cmd/main.go', mode: 'auto' });
    assert.deepEqual([one.dlvCwd, one.program, one.mode], ['/work/shop/cmd', './main.go', 'debug']);
    assert.deepEqual(
      [launch({ program: '/a/x_test.go' }).mode, launch({ program: '/a/x_test.go' }).program],
      ['test', '.'],
    );
    const windows = forDelve(
      { type: 'nearside', name: '', request: 'launch', program: 'C:\\w\\a.go' },
      'C:\\w',
      () => false,
    );
    assert.deepEqual([windows.dlvCwd, windows.program], ['C:\\w', './a.go']);
  });

  it('runs an executable as it is named, from the folder if it is relative', () => {
    assert.equal(launch({ mode: 'exec', program: '/there/app' }).program, '/there/app');
    assert.equal(launch({ mode: 'exec', program: 'app', cwd: 'sub' }).program, '/work/shop/app');
    assert.equal(launch({ mode: 'exec', program: 'app', cwd: 'sub' }).cwd, '/work/shop/sub');
  });

  it('attaches to a number, also where it was picked as a text', () => {
    assert.equal(
      forDelve({ type: 'nearside', name: '', request: 'attach', processId: '42' }, undefined, () => false).processId,
      42,
    );
  });

  it('gets variables from files, and those of "env" before them', () => {
    assert.deepEqual(readEnvironment('# c\nA=1\nexport B="two\\nlines"\nC=\'$x\' \nD=x # y\nnonsense\n'), {
      A: '1',
      B: 'two\nlines',
      C: '$x',
      D: 'x',
    });
    const given = { type: 'nearside', name: '', request: 'launch', env: { A: 'own' }, envFile: ['f'] };
    assert.deepEqual(withEnvironment(given, () => 'A=1\nB=2').env, { A: 'own', B: '2' });
    assert.throws(
      () =>
        withEnvironment(given, () => {
          throw new Error('no such file');
        }),
      /"envFile" could not be read: no such file/,
    );
  });
});

describe('What was used last', () => {
  it('comes first, and is kept in bounds', async () => {
    const store = new Map<string, unknown>();
    const memory = {
      get: (key: string) => store.get(key),
      update: (key: string, value: unknown) => Promise.resolve(void store.set(key, value)),
    };
    const recent = new Recent<string>(memory, 'x', (value) => value);
    for (const value of ['a', 'b', 'c', 'a']) await recent.use(value);
    assert.deepEqual(recent.list(), ['a', 'c', 'b']);
    assert.deepEqual(recent.first(['z', 'b', 'a']), ['a', 'b', 'z']);
    for (let at = 0; at < 20; ++at) await recent.use(String(at));
    assert.equal(recent.list().length, 8);
  });
});
