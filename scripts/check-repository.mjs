// Small promises about the repository itself that no compiler keeps: dependencies are pinned and used, the lock names no
// download address, every fuzzer has its target and seeds, no file has grown past the limit, shell scripts parse.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Past this a file has a second thing in it: look for that and move it out. */
const maxLines = 400;

/** @type {string[]} */
const found = [];
const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  encoding: 'utf8',
})
  .split('\0')
  .filter((name) => name !== '' && existsSync(name));
/** @param {string} name */
const read = (name) => readFileSync(name, 'utf8');
/** @param {string} name @returns {unknown} */
const readJson = (name) => JSON.parse(read(name));

// Dependencies: exact versions, each named by something other than the manifest.
/** @typedef {{ version: string, dependencies?: Record<string, string>, devDependencies?: Record<string, string> }} Manifest */
const manifest = /** @type {Manifest} */ (readJson('package.json'));
const sources = files
  .filter(
    (name) => /\.(ts|mjs|js|json|gyp)$|^(scripts|\.githooks)\/[\w-]+$/.test(name) && !/^package.*\.json$/.test(name),
  )
  .map(read)
  .join('\n');
for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
  if (!/^\d+\.\d+\.\d+$/.test(version)) found.push(`package.json: pin ${name} to one version, not ${version}`);
  const command = { typescript: 'tsc', '@vscode/vsce': '.bin/vsce' }[name] ?? name;
  // Types stand behind an import of what they describe; Node's are named by tsconfig's list alone.
  const used = name.startsWith('@types/')
    ? RegExp(`["']${name.slice(7)}["']`).test(sources)
    : sources.includes(command);
  if (!used) found.push(`package.json: nothing uses ${name}`);
}

// The lock: made from this manifest, and free of the addresses of whoever made it.
const lock = read('package-lock.json');
if (lock.includes('"resolved": "http')) {
  found.push(
    'package-lock.json names download addresses: .npmrc has omit-lockfile-registry-resolved=true, write it anew',
  );
}
const locked = /** @type {{ packages: Record<string, Manifest> }} */ (readJson('package-lock.json'));
for (const key of /** @type {const} */ (['dependencies', 'devDependencies'])) {
  if (JSON.stringify(locked.packages['']?.[key]) !== JSON.stringify(manifest[key])) {
    found.push(`package-lock.json was not made from package.json (${key} differ): run npm install`);
  }
}

// The version stands in two places, one for each language.
const version = manifest.version;
if (!read('native/core/version.hpp').includes(`kVersion = "${version}"`)) {
  found.push(`native/core/version.hpp does not say ${version}, as package.json does`);
}

// Fuzzers: gyp cannot list targets by folder, so their names stand in binding.gyp.
const gyp = read('binding.gyp');
const fuzzers = files.filter((name) => /^test\/fuzz\/\w+_fuzz\.cpp$/.test(name)).map((name) => name.slice(10, -4));
const targets = [...gyp.matchAll(/'target_name': '(\w+_fuzz)'/g)].map(([, name]) => name ?? '');
for (const name of fuzzers) {
  if (!targets.includes(name)) found.push(`binding.gyp has no target ${name} for test/fuzz/${name}.cpp`);
  const seeds = `test/fuzz/seeds/${name.replace(/_fuzz$/, '')}`;
  if (!existsSync(seeds) || readdirSync(seeds).length === 0) found.push(`${seeds} holds no seed for ${name}`);
}
for (const name of targets) {
  if (!fuzzers.includes(name)) found.push(`binding.gyp has a target ${name}, but there is no test/fuzz/${name}.cpp`);
}

for (const name of files) {
  if (!/^(native|extension|test|scripts)\/.*\.(cpp|hpp|ts|mjs|js)$/.test(name) || name.startsWith('test/fixtures/'))
    continue;
  const lines = read(name).split('\n').length - 1;
  if (lines > maxLines)
    found.push(`${name}: ${lines} lines, and the limit is ${maxLines}: what second thing moved in?`);
}

for (const name of files) {
  if (!/^(scripts|\.githooks|\.ci|test)\/[\w/-]+(\.sh)?$/.test(name) || !/^#!.*\b(ba)?sh\b/.test(read(name))) continue;
  const parsed = spawnSync('bash', ['-n', name], { encoding: 'utf8' });
  if (parsed.status !== 0) found.push(`${name} does not parse:\n${parsed.stderr}`);
  const linted = spawnSync('shellcheck', [name], { encoding: 'utf8' });
  if (linted.error === undefined && linted.status !== 0) found.push(`shellcheck of ${name}:\n${linted.stdout}`);
}

// GCC 12 loses a coroutine's frame when a bare co_await is the condition of an `if` or a `while`: the program crashes
// later, elsewhere. A variable before it, or one declared in the condition, is right.
for (const name of files.filter((each) => /^(native|test)\/.*\.[ch]pp$/.test(each))) {
  for (const [hit] of read(name).matchAll(/\b(if|while) \([!(\s]*co_await\b.*/g))
    found.push(`${name}: GCC 12 miscompiles a co_await in a condition: ${hit.trim()}`);
}

for (const line of found) console.error(line);
if (found.length > 0) process.exitCode = 1;
