// What an agent costs: resident memory when idle and per open session, the time from its start to listening, and the size of the
// executable when stripped.
import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, statSync } from 'node:fs';
import { nearsideBinary, startAgent, statusUntil } from '../../e2e/places/nearside.ts';
import { connectListen } from '../../e2e/places/nearside.ts';
import { descendants, type Scratch } from '../../e2e/places/scratch.ts';
import { tcpWay } from './client.ts';
import { quantile } from './statistics.ts';
import type { Far } from './ways.ts';

export interface AgentCost {
  idleMiB: number;
  perSessionMiB: number;
  perKeeperMiB: number;
  sessions: number;
  startMs: number;
  strippedMiB: number;
}

const sessions = 20;
const starts = 15;
const mebibyte = 1024 * 1024;

export async function agentCost(scratch: Scratch, far: Far, echoProgram: string): Promise<AgentCost> {
  const startTimes: number[] = [];
  for (let i = 0; i < starts; ++i) {
    const begun = performance.now();
    const agent = await startAgent(scratch, { state: far.agent.state + '-start', listen: 'tls://127.0.0.1:0' });
    // The first start makes a key, which is no part of later ones.
    if (i > 0) startTimes.push(performance.now() - begun);
    await agent.end();
  }
  const fresh = await startAgent(scratch, { state: far.agent.state + '-fresh' });
  const idle = resident(fresh.pid);
  await fresh.end();

  const near = await connectListen(scratch, {
    target: far.agent.address,
    adapter: `stdio:${echoProgram}`,
    state: far.state,
  });
  const before = resident(far.agent.pid);
  const open = [];
  for (let i = 0; i < sessions; ++i) {
    const way = await tcpWay(near.port);
    await way.ask(
      JSON.stringify({ seq: 1, type: 'request', command: 'initialize', arguments: { adapterID: 'bench' } }),
    );
    open.push(way);
  }
  const after = resident(far.agent.pid);
  const keepers = descendants(far.agent.pid).filter(({ command }) => / keeper\b/.test(command));
  const keeperMiB = keepers.reduce((sum, { pid }) => sum + proportional(pid), 0) / Math.max(1, keepers.length);
  for (const way of open) await way.close();
  await near.end();
  await statusUntil(scratch, far.agent.state, (now) => now.sessions.length <= 1);

  const stripped = scratch.file('stripped');
  copyFileSync(nearsideBinary, stripped);
  execFileSync('strip', [stripped]);
  return {
    idleMiB: idle / mebibyte,
    perSessionMiB: (after - before) / sessions / mebibyte,
    perKeeperMiB: keeperMiB / mebibyte,
    sessions,
    startMs: quantile(startTimes, 0.5),
    strippedMiB: statSync(stripped).size / mebibyte,
  };
}

function resident(pid: number): number {
  return 1024 * Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

/** A keeper is the same executable as the agent: its share counts pages that both use by half. */
function proportional(pid: number): number {
  return 1024 * Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]);
}
