// What `nearside status --json` says of one session of a near end: its link's round trip, what was answered from memory, and
// what each command took. The same for a near end in this process and for one of its own.
import type { CommandTimes, LinkState } from '../native.d.ts';

export interface SessionReport {
  /** Of the near end's process. */
  pid: number;
  /** As `nearside sessions` has it; empty until the far end has answered. */
  id: string;
  adapter: string;
  client: string;
  target: string;
  link: {
    state: LinkState['kind'];
    detail: string;
    security: string;
    roundTripMs?: number;
    bytesSent?: number;
    bytesReceived?: number;
  };
  inspector: { pushes: number; pushesUsed: number; pushedBytes: number; keptBytes: number };
  commands: Record<string, CommandTimes>;
}

interface Status {
  nearEnds?: { pid: number; sessions: Omit<SessionReport, 'pid'>[] }[];
}

/** Every session of every near end of this user. */
export function reports(json: string): SessionReport[] {
  const status = JSON.parse(json) as Status;
  return (status.nearEnds ?? []).flatMap(({ pid, sessions }) => sessions.map((session) => ({ ...session, pid })));
}

/** Commands that only read: of these it means something that they were answered here. */
const reads = new Set([
  'threads',
  'stackTrace',
  'scopes',
  'variables',
  'evaluate',
  'source',
  'exceptionInfo',
  'loadedSources',
  'modules',
  'disassemble',
  'readMemory',
  'completions',
]);

export interface Measured {
  roundTripMs: number | undefined;
  /** Of what VS Code has read, 0 to 1; undefined before it has read anything. */
  local: number | undefined;
  reads: number;
}

export function measured(report: SessionReport): Measured {
  let all = 0;
  let here = 0;
  for (const [command, { count, hits, joined }] of Object.entries(report.commands)) {
    if (!reads.has(command)) continue;
    all += count;
    here += hits + joined;
  }
  return { roundTripMs: report.link.roundTripMs, local: all === 0 ? undefined : here / all, reads: all };
}
