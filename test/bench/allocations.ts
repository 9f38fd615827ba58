// `npm run bench -- allocations [--json FILE]`: how often a message asks the heap for memory on its way through both ends, by part,
// when what grows once has grown. A native program counts (allocations/allocations_bench.cpp); this builds it, runs it and prints.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build, root } from '../../scripts/build.mjs';

const { values } = parseArgs({ options: { json: { type: 'string' } } });
await build({ targets: ['allocations_bench'] });
const output = execFileSync(path.join(root, 'build/Release/allocations_bench'), { encoding: 'utf8' });
const measured = JSON.parse(output) as Record<string, Record<string, number>>;
const parts = [...new Set(Object.values(measured).flatMap((counts) => Object.keys(counts)))];
console.log(`| allocations | ${parts.join(' | ')} | all |`);
console.log(`|---|${'---:|'.repeat(parts.length + 1)}`);
for (const [message, counts] of Object.entries(measured)) {
  const cells = parts.map((part) => (counts[part] ?? 0).toFixed(1));
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  console.log(`| ${message} | ${cells.join(' | ')} | ${all.toFixed(1)} |`);
}
if (values.json !== undefined) writeFileSync(values.json, output);
