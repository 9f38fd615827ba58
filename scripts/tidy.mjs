// Runs clang-tidy over native/: `node scripts/tidy.mjs [FOLDER…]` (all rooms without one). A file that was clean is not
// looked at again until it, a header of ours that it reaches, or the settings change (build/tidy remembers).
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { configure, root, runAsProgram } from './build.mjs';

const memory = join(root, 'build/tidy');

/** The file and every header of ours below it. @param {string} path @param {Set<string>} [seen] */
function closure(path, seen = new Set()) {
  if (seen.has(path) || !existsSync(path)) return seen;
  seen.add(path);
  for (const [, header = ''] of readFileSync(path, 'utf8').matchAll(/^\s*#\s*include\s*"([^"]+)"/gm)) {
    closure(join(root, 'native', header), seen);
  }
  return seen;
}

/** @param {string} path @param {string} command */
function digest(path, command) {
  const hash = createHash('sha256')
    .update(command)
    .update(readFileSync(join(root, '.clang-tidy')));
  for (const each of [...closure(path)].sort()) hash.update(each).update(readFileSync(each));
  return join(memory, hash.digest('hex'));
}

/** @returns {{ file: string, command: string }[]} */
function ourFiles() {
  const database = join(root, 'build/Release/compile_commands.json');
  /** @type {unknown} */
  const entries = JSON.parse(readFileSync(database, 'utf8'));
  const known = /** @type {{ file: string, command: string }[]} */ (entries);
  const seen = new Set();
  return known.filter(({ file }) => {
    if (!file.startsWith(join(root, 'native/')) || seen.has(file)) return false;
    seen.add(file);
    return true;
  });
}

/** @param {string} file @returns {Promise<string>} what it found; empty when clean */
function tidy(file) {
  return new Promise((resolve, reject) => {
    const child = spawn('clang-tidy-16', ['-quiet', '-p', join(root, 'build/Release'), file], { cwd: root });
    let output = '';
    child.stdout.on('data', (/** @type {Buffer} */ chunk) => (output += chunk.toString()));
    child.stderr.on('data', () => undefined); // only counts of what the system's headers would have said
    child.on('error', reject);
    child.on('close', (status) => {
      resolve(status === 0 ? '' : output || `clang-tidy-16 ended with ${status ?? 'a signal'}`);
    });
  });
}

/** @param {string[]} folders */
async function run(folders) {
  configure(['-f', 'compile_commands_json'], { NEARSIDE_SINGLE_FILES: '1' });
  mkdirSync(memory, { recursive: true });
  const wanted = ourFiles()
    .filter(({ file }) => folders.length === 0 || folders.some((each) => relative(root, file).startsWith(each)))
    .map(({ file, command }) => ({ file, clean: digest(file, command) }))
    .filter(({ clean }) => !existsSync(clean));
  const waiting = [...wanted];
  const said = new Set(); // a header's finding comes with every file that includes it
  let dirty = 0;
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const output = await tidy(next.file);
      if (output === '') {
        writeFileSync(next.clean, relative(root, next.file));
      } else {
        dirty++;
        for (const finding of output.split(/^(?=\S+:\d+:\d+: error: )/m)) {
          if (!said.has(finding)) console.log(finding.trimEnd());
          said.add(finding);
        }
      }
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  console.log(`clang-tidy: ${wanted.length} files looked at, ${dirty} with findings`);
  if (dirty > 0) process.exitCode = 1;
}

await runAsProgram(() => run(process.argv.slice(2)));
