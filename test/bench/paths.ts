// `npm run bench -- paths [--json FILE] [--rounds N]`: what mapping paths costs a message at the near end, from the bytes off the
// link to those for the client, against parsing it whole, rewriting and dumping it. The work is done by a native program
// (paths/paths_bench.cpp); this builds it, runs it and prints. It measures and prints; it judges nothing.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build, root } from '../../scripts/build.mjs';

interface Measured {
  stacks: { frames: number; rules: number; bytes: number; mapper: number; whole: number; first: number }[];
  variables: Record<'bytes' | 'copy' | 'envelope' | 'mapper' | 'lldb' | 'whole' | 'alone', number>;
}

const { values } = parseArgs({ options: { json: { type: 'string' }, rounds: { type: 'string', default: '15' } } });
await build({ targets: ['paths_bench'] });
const output = execFileSync(path.join(root, 'build/Release/paths_bench'), [values.rounds], { encoding: 'utf8' });
const { stacks, variables } = JSON.parse(output) as Measured;

const cells = (cell: string[]) => `| ${cell.join(' | ')} |`;
const micro = (value: number) => value.toFixed(value < 100 ? 1 : 0);
const cpu = os.cpus();
console.log(`\`npm run bench -- paths\` on ${cpu.length} × ${cpu[0]?.model.trim() ?? 'CPU'}`);
console.log(`\nA stackTrace answer, µs of processor time a message, medians of ${values.rounds} interleaved rounds\n`);
console.log(cells(['frames', 'rules', 'KB', 'Nearside', 'its first', 'parse, rewrite, dump', 'times faster']));
console.log(cells(Array<string>(7).fill('---:')));
for (const { frames, rules, bytes, mapper, first, whole } of stacks) {
  const times = (whole / mapper).toFixed(1);
  console.log(
    cells([`${frames}`, `${rules}`, (bytes / 1000).toFixed(0), micro(mapper), micro(first), micro(whole), times]),
  );
}
const speed = (time: number) => `${(variables.bytes / time).toFixed(0)} MB/s`;
console.log(`\nA variables answer of ${(variables.bytes / 1e6).toFixed(1)} MB, which carries no path\n`);
console.log(cells(['', 'µs', 'throughput']));
console.log(cells(['---', '---:', '---:']));
for (const [name, time] of [
  ['a plain copy of its bytes', variables.copy],
  ['envelope only', variables.envelope],
  ['envelope and mapper', variables.mapper],
  ['the same for lldb-dap, which may carry paths there', variables.lldb],
  ['the mapper alone', variables.alone],
  ['parse and dump', variables.whole],
] as const) {
  console.log(cells([name, micro(time), time < 100 && name === 'the mapper alone' ? 'not looked at' : speed(time)]));
}
if (values.json !== undefined) {
  const result = { bench: 'paths', rounds: Number(values.rounds), unit: 'µs', stacks, variables };
  writeFileSync(values.json, JSON.stringify(result, undefined, 2) + '\n');
}
