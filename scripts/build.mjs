// Builds what binding.gyp describes: `node scripts/build.mjs [--kind Release|Arm64|Sanitize|Thread] [TARGET…]`, into
// build/<kind>/. Without targets: the addon and the executable, which is what installing the package needs. It always
// configures anew (half a second), so that a new source file is seen; make then compiles only what changed.
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const kinds = ['Release', 'Arm64', 'Sanitize', 'Thread'];

/** A failure that the user can act on: shown without a stack. */
export class BuildError extends Error {}

/** @param {string} name */
function findProgram(name) {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}

/** The node-gyp of this checkout, else the one that came with npm (it tells an install script where). */
function nodeGyp() {
  try {
    return createRequire(import.meta.url).resolve('node-gyp/bin/node-gyp.js');
  } catch {
    const bundled = process.env.npm_config_node_gyp;
    if (bundled !== undefined) return bundled;
    throw new BuildError('node-gyp is not installed here. Run scripts/setup (or `npm ci`) first.');
  }
}

/** Headers that lie beside this very node spare node-gyp a download, and are the right version by construction. */
function headerArguments() {
  const prefix = resolve(dirname(realpathSync(process.execPath)), '..');
  return existsSync(join(prefix, 'include/node/node_api.h')) ? [`--nodedir=${prefix}`] : [];
}

/** @param {string} kind */
function compilers(kind) {
  const names =
    kind === 'Release'
      ? { CC: process.env.CC ?? 'gcc', CXX: process.env.CXX ?? 'g++' }
      : kind === 'Arm64'
        ? { CC: 'aarch64-linux-gnu-gcc', CXX: 'aarch64-linux-gnu-g++' }
        : { CC: 'clang-16', CXX: 'clang++-16' };
  for (const name of Object.values(names)) {
    const program = name.split(' ').at(-1) ?? name;
    if (findProgram(program) === undefined && !existsSync(program)) {
      const option = { Release: '', Arm64: ' --arm64' }[kind] ?? ' --test';
      throw new BuildError(`${program} is not installed. Run scripts/setup${option}.`);
    }
  }
  const launcher = findProgram('ccache') === undefined ? '' : 'ccache ';
  return Object.entries(names).map(([variable, name]) => `${variable}=${launcher}${name}`);
}

/** @param {string[]} [extra] further arguments of gyp @param {NodeJS.ProcessEnv} [env] for scripts/list-sources.mjs */
export function configure(extra = [], env = {}) {
  const made = spawnSync(process.execPath, [nodeGyp(), 'configure', ...headerArguments(), '--', ...extra], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  if (made.status !== 0) throw new BuildError(`node-gyp configure failed:\n${made.stdout}${made.stderr}`);
}

/** What make says of archives and copies is of no use to anyone; a file that compiles is progress. */
const noise = /^(rm -f |ar crs |ccache |\s+(COPY|TOUCH|ACTION))/;

/** @param {string[]} args @returns {Promise<number | null>} its exit status */
function make(args) {
  return new Promise((resolve, reject) => {
    const child = spawn('make', args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
    child.on('error', reject).on('close', resolve);
    createInterface(child.stdout).on('line', (line) => {
      if (!noise.test(line)) console.log(line.replace(/^\s+(\w+)\(target\) \w+\/(obj\.target\/)?/, '  $1 '));
    });
  });
}

/**
 * @param {{ kind?: string, targets?: string[] }} [wanted]
 */
export async function build({ kind = 'Release', targets = [] } = {}) {
  if (!kinds.includes(kind)) throw new BuildError(`Unknown kind ${kind}. Kinds are ${kinds.join(', ')}.`);
  const usual = kind === 'Arm64' ? ['nearside'] : ['nearside_addon', 'nearside'];
  const names = targets.length === 0 ? usual : targets;
  if (kind === 'Arm64' && names.some((name) => name !== 'nearside')) {
    throw new BuildError('Of the kind Arm64 there is only nearside: what is brought to other machines.');
  }
  const settings = compilers(kind);
  configure();
  const jobs = process.env.JOBS ?? String(availableParallelism());
  const status = await make([
    '-C',
    'build',
    '--no-print-directory',
    '-j',
    jobs,
    `BUILDTYPE=${kind}`,
    ...settings,
    ...names,
  ]).catch((/** @type {unknown} */ error) => {
    throw new BuildError(`make could not be run (${String(error)}). Run scripts/setup.`);
  });
  if (status !== 0) {
    throw new BuildError(`Building ${names.join(', ')} (${kind}) failed. If a header is missing: run scripts/setup.`);
  }
  if (kind === 'Arm64') {
    // Where a near end of this build looks for what it brings to other machines.
    const folder = join(root, 'build/Release/far/linux-arm64');
    mkdirSync(folder, { recursive: true });
    copyFileSync(join(root, 'build/Arm64/nearside'), join(folder, 'nearside'));
  }
}

/** Ends the process with a plain message where the failure is the user's to mend. @param {() => Promise<void>} work */
export async function runAsProgram(work) {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

if (import.meta.filename === realpathSync(process.argv[1] ?? '')) {
  await runAsProgram(async () => {
    const { values, positionals } = parseArgs({ options: { kind: { type: 'string' } }, allowPositionals: true });
    await build({ kind: values.kind ?? 'Release', targets: positionals });
  });
}
