// Compiles the precompiled headers that a kind's commands name (`-include-pch <kind>/core.pch`), each from
// test/native/precompiled/, with the flags of a file that takes it: clang wants the same ones. With the templates
// instantiated once, a sanitizer build takes two thirds of its time.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** @typedef {{ name: string, command: string }} Precompiled a header's name, and a command that takes it */

/** @param {string} build @param {string} kind @returns {Precompiled[]} */
function wanted(build, kind) {
  /** @type {unknown} */
  const entries = JSON.parse(readFileSync(join(build, kind, 'compile_commands.json'), 'utf8'));
  /** @type {Map<string, string>} */
  const found = new Map();
  for (const { command } of /** @type {{ command: string }[]} */ (entries)) {
    const name = /-include-pch "?\S+?\/(\w+)\.pch/.exec(command)?.[1];
    if (name !== undefined && !found.has(name)) found.set(name, command);
  }
  return [...found].map(([name, command]) => ({ name, command }));
}

/** @param {string} path */
const changed = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

/**
 * @param {string} root of the checkout
 * @param {string} kind whose compile_commands.json is there
 * @param {string} compiler
 */
export function precompile(root, kind, compiler) {
  const build = join(root, 'build');
  const headers = join(root, 'test/native/precompiled');
  for (const { name, command } of wanted(build, kind)) {
    const made = join(build, kind, name);
    const flags = command
      .replace(/ -include-pch \S+/, '')
      .replace(/ -c \S+$/, '')
      .replace(/^\S+/, '');
    const header = `${join(headers, name)}.hpp`;
    const compile = `${compiler}${flags} -fpch-instantiate-templates -x c++-header ${header} -o ${made}.pch`;
    const known = existsSync(`${made}.command`) ? readFileSync(`${made}.command`, 'utf8') : '';
    const newest = Math.max(changed(join(headers, 'core.hpp')), changed(header));
    if (known === compile && changed(`${made}.pch`) > newest) continue;
    console.log(`  PCH ${kind}/${name}.pch`);
    if (spawnSync(compile, { cwd: build, shell: true, stdio: 'inherit' }).status !== 0) return false;
    writeFileSync(`${made}.command`, compile);
  }
  return true;
}
