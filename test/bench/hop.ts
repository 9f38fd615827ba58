// `npm run bench -- hop [--json FILE] [--rounds N] [--quick]`: what one hop costs. The time from a request to its whole answer,
// through an echo adapter, for answers of 1, 200 and 2,000 variables; every way takes its turn in each round, so that a busy moment
// of the machine hits them all. Then what the agent costs in memory, start and size. It measures and prints; it judges nothing.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { fixtures } from '../e2e/places/programs.ts';
import { makeScratch } from '../e2e/places/scratch.ts';
import { agentCost } from './hop/agent_cost.ts';
import { tcpWay } from './hop/client.ts';
import { quantile } from './hop/statistics.ts';
import { addonWay, connectWay, echoPort, far, socatWay, stunnelsWay, type NamedWay } from './hop/ways.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    rounds: { type: 'string', default: '60' },
    quick: { type: 'boolean', default: false },
  },
});
const rounds = values.quick ? 5 : Number(values.rounds);
/** Requests of a way's turn, by the size of the answer: about the same time for each size. */
const sizes = [
  { variables: 1, turn: 100 },
  { variables: 200, turn: 40 },
  { variables: 2000, turn: 10 },
];

const scratch = makeScratch();
process.on('SIGINT', () => {
  void scratch.leave().finally(() => process.exit(130));
});

try {
  const echoProgram = scratch.file('echo_adapter');
  const source = path.join(fixtures, 'adapters/echo_adapter.cpp');
  execFileSync('g++', ['-std=c++17', '-O2', '-pthread', source, '-o', echoProgram], { stdio: 'inherit' });
  const echo = await echoPort(scratch, echoProgram);
  const ends = await far(scratch);
  const ways: NamedWay[] = [{ name: 'direct', way: await tcpWay(echo) }];
  for (const candidate of [
    await connectWay(scratch, ends, echo),
    addonWay(ends, echo),
    await socatWay(scratch, echo),
    await stunnelsWay(scratch, echo),
  ]) {
    if (candidate !== undefined) ways.push(candidate);
  }

  let seq = 0;
  const request = (command: string, args: object) =>
    JSON.stringify({ seq: ++seq, type: 'request', command, arguments: args });
  for (const { way } of ways) await way.ask(request('initialize', { adapterID: 'bench' }));

  const samples = new Map<string, number[]>();
  const of = (name: string, variables: number) => {
    const key = `${name}/${variables}`;
    let list = samples.get(key);
    if (list === undefined) samples.set(key, (list = []));
    return list;
  };
  for (let round = -1; round < rounds; ++round) {
    for (const { variables, turn } of sizes) {
      for (const { name, way } of ways) {
        for (let i = 0; i < turn; ++i) {
          const asked = request('variables', { variablesReference: 1, count: variables });
          const begun = performance.now();
          await way.ask(asked);
          // The round before the first warms up.
          if (round >= 0) of(name, variables).push((performance.now() - begun) * 1000);
        }
      }
    }
  }
  for (const { way } of ways) await way.close();
  const cost = await agentCost(scratch, ends, echoProgram);

  const rows = ways.map(({ name }) => ({
    name,
    sizes: sizes.map(({ variables }) => {
      const p50 = quantile(of(name, variables), 0.5);
      return {
        variables,
        p50,
        p99: quantile(of(name, variables), 0.99),
        ratio: p50 / quantile(of('direct', variables), 0.5),
        added: p50 - quantile(of('direct', variables), 0.5),
      };
    }),
  }));

  const micro = (value: number) => value.toFixed(0);
  const cells = (cell: string[]) => `| ${cell.join(' | ')} |`;
  const cpu = os.cpus();
  console.log(
    `\`npm run bench -- hop\` on ${cpu.length} × ${cpu[0]?.model.trim() ?? 'CPU'}, Node ${process.versions.node}`,
  );
  console.log(`\nRequest to response in µs, p50 / p99 (× direct), ${rounds} interleaved rounds\n`);
  console.log(cells(['', ...sizes.map(({ variables }) => `${variables} variable${variables === 1 ? '' : 's'}`)]));
  console.log(cells(['---', ...sizes.map(() => '---:')]));
  for (const row of rows) {
    console.log(
      cells([
        row.name,
        ...row.sizes.map(({ p50, p99, ratio }) => `${micro(p50)} / ${micro(p99)} (${ratio.toFixed(2)})`),
      ]),
    );
  }
  console.log(`\n${cells(['The agent', ''])}\n${cells(['---', '---:'])}`);
  console.log(cells(['resident memory, idle', `${cost.idleMiB.toFixed(1)} MiB`]));
  console.log(cells([`the same per open session (of ${cost.sessions})`, `${cost.perSessionMiB.toFixed(2)} MiB`]));
  console.log(cells(['a session’s keeper process (proportional)', `${cost.perKeeperMiB.toFixed(1)} MiB`]));
  console.log(cells(['start to listening', `${cost.startMs.toFixed(0)} ms`]));
  console.log(cells(['executable, stripped', `${cost.strippedMiB.toFixed(1)} MiB`]));
  if (values.json !== undefined) {
    writeFileSync(
      values.json,
      JSON.stringify({ bench: 'hop', rounds, unit: 'µs', rows, agent: cost }, undefined, 2) + '\n',
    );
  }
} finally {
  await scratch.leave();
}
