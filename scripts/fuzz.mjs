// `npm run fuzz -- [NAME…] [--seconds N]`: runs the fuzzers of test/fuzz (all, or those named) over their seeds and
// what they find from there, N seconds each. What they learn is kept in build/fuzz/NAME/corpus; an input that
// breaks something is written beside it and named in the output.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build, BuildError, root, runAsProgram } from './build.mjs';

const folder = join(root, 'test/fuzz');

function known() {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('_fuzz.cpp'))
    .map((name) => name.replace(/_fuzz\.cpp$/, ''))
    .sort();
}

/** @param {string} name @param {number} seconds */
function fuzz(name, seconds) {
  const work = join(root, 'build/fuzz', name);
  mkdirSync(join(work, 'corpus'), { recursive: true });
  const seeds = join(folder, 'seeds', name);
  const dictionary = join(folder, `${name}.dict`);
  const ran = spawnSync(
    join(root, 'build/Sanitize', `${name}_fuzz`),
    [
      `-max_total_time=${seconds}`,
      '-timeout=10', // one input may not take longer: a hang is a finding
      '-rss_limit_mb=2048',
      '-print_final_stats=1',
      `-artifact_prefix=${work}/`,
      ...(existsSync(dictionary) ? [`-dict=${dictionary}`] : []),
      join(work, 'corpus'),
      ...(existsSync(seeds) ? [seeds] : []),
    ],
    { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  if (ran.status !== 0) {
    console.error(ran.stderr.split('\n').slice(-80).join('\n'));
    throw new BuildError(`The fuzzer ${name} found a fault. The input is in ${work}/, named in the lines above.`);
  }
  const runs = /number_of_executed_units: (\d+)/.exec(ran.stderr)?.[1] ?? '?';
  console.log(`fuzz ${name}: ${runs} inputs in ${seconds} s, nothing found`);
}

await runAsProgram(async () => {
  const { values, positionals } = parseArgs({ options: { seconds: { type: 'string' } }, allowPositionals: true });
  const seconds = Number(values.seconds ?? 30);
  if (!Number.isInteger(seconds) || seconds < 1) throw new BuildError('--seconds wants a whole number from 1 up.');
  const names = known();
  const wanted = positionals.length === 0 ? names : positionals;
  const unknown = wanted.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new BuildError(`No fuzzer is called ${unknown}. There are: ${names.join(', ')}.`);
  if (wanted.length === 0) return;
  await build({ kind: 'Sanitize', targets: wanted.map((name) => `${name}_fuzz`) });
  for (const name of wanted) fuzz(name, seconds);
});
