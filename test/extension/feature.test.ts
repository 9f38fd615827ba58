// The dev container Feature: made by scripts/feature and installed into a stand-in for an image, with stand-ins for its package
// manager. That dev container tools take it has not been tried: there is no docker here.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { executable } from '../e2e/places/far_nearside.ts';
import { root } from '../e2e/places/programs.ts';
import { scratchFor, type Scratch } from '../e2e/places/scratch.ts';

function made(scratch: Scratch): string {
  const out = scratch.file('feature');
  execFileSync(path.join(root, 'scripts/feature'), ['--out', out], { stdio: ['ignore', 'ignore', 'inherit'] });
  return out;
}

function install(
  scratch: Scratch,
  feature: string,
  debuggers = '',
): { code: number | null; said: string; prefix: string } {
  const prefix = scratch.file('image');
  const bin = scratch.file('stand-ins');
  executable(bin, 'apt-get', `echo "$@" >> '${scratch.file('apt')}'`);
  const env = {
    ...scratch.env,
    PATH: `${bin}:${process.env.PATH ?? ''}`,
    NEARSIDE_PREFIX: prefix,
    DEBUGGERS: debuggers,
  };
  const { status, stdout, stderr } = spawnSync(path.join(feature, 'install.sh'), { env, encoding: 'utf8' });
  return { code: status, said: stdout + stderr, prefix };
}

describe('The dev container Feature', () => {
  it('puts an executable on the PATH that runs, and the debuggers that are asked for', (t) => {
    const scratch = scratchFor(t);
    const { code, said, prefix } = install(scratch, made(scratch), 'dlv,lldb-dap,debugpy');
    assert.equal(code, 0, said);
    assert.match(execFileSync(path.join(prefix, 'bin/nearside'), ['--version'], { encoding: 'utf8' }), /0\.1\.0/);
    const asked = readFileSync(scratch.file('apt'), 'utf8');
    for (const name of ['delve', 'lldb', 'python3-debugpy'])
      assert.match(asked, RegExp(`^install -y --no-install-recommends ${name}$`, 'm'));
  });

  it('installs nothing by itself but the agent', (t) => {
    const scratch = scratchFor(t);
    assert.equal(install(scratch, made(scratch)).code, 0);
    assert.ok(!existsSync(scratch.file('apt')));
  });

  it('refuses an executable that is not the one that was packed, and a debugger that it does not know', (t) => {
    const scratch = scratchFor(t);
    const feature = made(scratch);
    assert.match(install(scratch, feature, 'gdb').said, /not 'gdb'/);
    const [name = ''] = readdirSync(feature).filter((each) => each.startsWith('nearside-'));
    appendFileSync(path.join(feature, name), 'x');
    assert.match(install(scratch, feature).said, /SHA-256 differs/);
    writeFileSync(path.join(feature, 'SHA256SUMS'), '');
    assert.equal(install(scratch, feature).code, 1);
  });

  it('describes itself as its specification wants, with the version of the package', () => {
    const file = path.join(root, 'extension/devcontainer-feature/nearside/devcontainer-feature.json');
    const feature = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
    assert.equal(feature.id, 'nearside');
    assert.equal(feature.version, version);
    assert.deepEqual(feature.capAdd, ['SYS_PTRACE'], 'debuggers attach');
  });
});
