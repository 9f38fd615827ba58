// `npm run bench -- NAME [--json FILE] […]`: builds, then runs test/bench/NAME.ts with the remaining arguments.
// Without a name it lists what there is (what benchmarks share lies in folders below). A benchmark measures and prints; it never passes or fails by a time.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build, BuildError, root, runAsProgram } from './build.mjs';

const folder = join(root, 'test/bench');

await runAsProgram(async () => {
  const [name, ...rest] = process.argv.slice(2);
  const names = existsSync(folder)
    ? readdirSync(folder)
        .filter((each) => each.endsWith('.ts'))
        .map((each) => each.replace(/\.ts$/, ''))
    : [];
  if (name === undefined || !names.includes(name)) {
    throw new BuildError(`Usage: npm run bench -- NAME [--json FILE]. Benchmarks: ${names.join(', ')}.`);
  }
  await build();
  const ran = spawnSync(process.execPath, ['--import', 'tsx', join(folder, `${name}.ts`), ...rest], {
    stdio: 'inherit',
  });
  process.exitCode = ran.status ?? 1;
});
