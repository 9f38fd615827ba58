// `npm run bench -- far [PART…] [OPTIONS]`: what distance costs a person who debugs, direct and through Nearside. An editor that asks
// what VS Code asks works with real debuggers behind a network of several lengths. It measures and prints; it judges nothing.
//   PART              distance, wire, near, quick; all when none is named
//   --json FILE       everything that was measured
//   --markdown        print what stands in the README, and nothing else
//   --svg FILE        draw time against round trip
//   --from FILE       measure nothing: tables and plot of an earlier --json
//   --timers          once more with VS Code's own timers, 60 and 400 ms
//   --sessions N, --stops N   sessions a way and length, stops a session after the first
//   --quick           few of everything, to see that it works
import { readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { parseArgs } from 'node:util';
import { debuggers } from '../e2e/debuggers/all.ts';
import { makeScratch } from '../e2e/places/scratch.ts';
import { distances, roundTrips } from './far/distance.ts';
import { near } from './far/near.ts';
import { plot } from './far/plot.ts';
import { quick } from './far/quick.ts';
import { readme, sections, type Results } from './far/report.ts';
import { canLeavePrefetch, directWay, nearsideWay } from './far/ways.ts';
import { wire } from './far/wire.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'string' },
    markdown: { type: 'boolean', default: false },
    svg: { type: 'string' },
    from: { type: 'string' },
    timers: { type: 'boolean', default: false },
    sessions: { type: 'string', default: '3' },
    stops: { type: 'string', default: '12' },
    quick: { type: 'boolean', default: false },
  },
});
const parts = ['distance', 'wire', 'near', 'quick'];
const unknown = positionals.find((part) => !parts.includes(part));
if (unknown !== undefined) throw new Error(`There is no part "${unknown}"; the parts are ${parts.join(', ')}.`);
const wanted = (part: string) => positionals.length === 0 || positionals.includes(part);

async function measure(): Promise<Results> {
  const cpu = os.cpus();
  const results: Results = {
    bench: 'far',
    unit: 'ms',
    machine: `${cpu.length} × ${cpu[0]?.model.trim() ?? 'CPU'}, Node ${process.versions.node}`,
    distances: [],
    wire: [],
    near: [],
    quick: [],
  };
  const few = values.quick;
  const effort = { sessions: few ? 1 : Number(values.sessions), stops: few ? 4 : Number(values.stops) };
  const scratch = makeScratch();
  process.on('SIGINT', () => {
    void scratch.leave().finally(() => process.exit(130));
  });
  try {
    const ways = [directWay(scratch), nearsideWay(scratch)];
    const all = (await canLeavePrefetch(scratch)) ? [...ways, nearsideWay(scratch, false)] : ways;
    if (wanted('distance')) {
      results.distances = await distances(scratch, ways, effort, roundTrips);
      if (values.timers) results.distances.push(...(await distances(scratch, ways, effort, roundTrips, true)));
    }
    if (wanted('wire')) results.wire = await wire(scratch, ways, few ? 4 : 10);
    if (wanted('near')) results.near = await near(scratch, all, debuggers, few ? 5 : 60);
    if (wanted('quick')) results.quick = await quick(scratch, all, few ? 1 : 6, [0, 20, 100]);
  } finally {
    await scratch.leave();
  }
  return results;
}

const results =
  values.from === undefined ? await measure() : (JSON.parse(readFileSync(values.from, 'utf8')) as Results);
if (values.markdown) console.log(readme(results));
else console.log(`\`npm run bench -- far\` on ${results.machine}\n\n${sections(results).join('\n\n')}`);
if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(results, undefined, 2) + '\n');
if (values.svg !== undefined) writeFileSync(values.svg, plot(results.distances));
