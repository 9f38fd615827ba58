// `npm run bench -- resume [--json FILE]`: what it costs that a link can be resumed. A native program measures
// (resume/resume_bench.cpp); this builds it, runs it and prints medians.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build, root } from '../../scripts/build.mjs';
import { quantile } from './hop/statistics.ts';

interface Measured {
  firstReplayedMs: number[];
  replayMBs: number[];
  keepingMBs: number[];
  forgettingMBs: number[];
}

const { values } = parseArgs({ options: { json: { type: 'string' } } });
const median = (samples: number[]) => quantile(samples, 0.5);
await build({ targets: ['resume_bench'] });
const output = execFileSync(path.join(root, 'build/Release/resume_bench'), { encoding: 'utf8' });
const measured = JSON.parse(output) as Measured;
if (values.json !== undefined) writeFileSync(values.json, output);

const ratios = measured.keepingMBs.map((speed, index) => speed / (measured.forgettingMBs[index] ?? NaN));
console.log('Two ends over TLS on loopback, in one process; medians.');
console.log(`new connection to the first replayed message: ${median(measured.firstReplayedMs).toFixed(1)} ms`);
console.log(`replay: ${median(measured.replayMBs).toFixed(0)} MB/s of messages`);
console.log(
  `throughput: ${median(measured.keepingMBs).toFixed(0)} MB/s keeping what was sent, ` +
    `${median(measured.forgettingMBs).toFixed(0)} MB/s without; the median of the rounds' ratios is ${median(ratios).toFixed(3)}`,
);
