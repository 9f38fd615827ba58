// A scratch place: one short-lived folder per test, the processes started in it, and the proof that none of them, nor any of
// their descendants, is left. Descendants are found by a mark in their environment or by the folder's path on their command
// line or as their executable. What is left over is killed and fails the test, unless the test had failed already.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { patience } from '../dap/client.ts';

/** How long processes may take to go once a test is over: dlv and debugpy end their debuggees in up to some seconds. */
const leavingLimit = 10_000 * patience;

export interface Scratch {
  readonly dir: string;
  /** The environment for everything started here: ours, with the mark, no real home, and no state outside the folder. */
  readonly env: NodeJS.ProcessEnv;
  file(...parts: string[]): string;
  /** Runs when the place is left, last added first. */
  after(what: () => unknown): void;
  /** Processes that belong to this place and live. */
  living(): Living[];
  /** Returns when no process of this place lives; throws with their names when some still do. */
  empty(limit?: number): Promise<void>;
  leave(): Promise<void>;
}

export interface Living {
  pid: number;
  command: string;
}

export function makeScratch(): Scratch {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'ns-'));
  const mark = `NEARSIDE_TEST_MARK=${randomUUID()}`;
  const [name, value] = mark.split('=') as [string, string];
  const closers: (() => unknown)[] = [];
  const living = () => processes((pid) => belongs(pid, mark, dir));
  const empty = async (limit = leavingLimit) => {
    const deadline = performance.now() + limit;
    for (;;) {
      const left = living();
      if (left.length === 0) return;
      if (performance.now() > deadline) {
        throw new Error(`left over: ${left.map(({ pid, command }) => `${pid} ${command}`).join('; ')}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  return {
    dir,
    env: { ...process.env, [name]: value },
    file: (...parts) => path.join(dir, ...parts),
    after: (what) => closers.unshift(what),
    living,
    empty,
    leave: async () => {
      const troubles: unknown[] = [];
      for (const close of closers.splice(0)) {
        try {
          await close();
        } catch (error) {
          troubles.push(error);
        }
      }
      await empty().catch((error: unknown) => troubles.push(error));
      for (const { pid } of living()) {
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          // it went by itself
        }
      }
      rmSync(dir, { recursive: true, force: true });
      if (troubles.length > 0) throw troubles[0];
    },
  };
}

/** A scratch place that is left when the test ends. */
export function scratchFor(t: TestContext): Scratch {
  const scratch = makeScratch();
  t.after(() => scratch.leave());
  return scratch;
}

export function isAlive(pid: number): boolean {
  try {
    // A zombie is as good as gone: only its parent has not looked yet.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** Returns when the process is gone, or throws. */
export async function gone(pid: number, limit = leavingLimit): Promise<void> {
  const deadline = performance.now() + limit;
  while (isAlive(pid)) {
    if (performance.now() > deadline) throw new Error(`process ${pid} (${commandOf(pid)}) still lives`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Living descendants of a process, itself not included. */
export function descendants(pid: number): Living[] {
  const parents = new Map<number, number>();
  for (const child of pids()) {
    const stat = read(`/proc/${child}/stat`);
    const parent = /^\d+ \(.*\) \S (\d+)/s.exec(stat)?.[1];
    if (parent !== undefined) parents.set(child, Number(parent));
  }
  const isBelow = (child: number): boolean => {
    const parent = parents.get(child);
    return parent !== undefined && (parent === pid || isBelow(parent));
  };
  return processes(isBelow);
}

function pids(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function processes(matches: (pid: number) => boolean): Living[] {
  return pids()
    .filter((pid) => pid !== process.pid && matches(pid) && isAlive(pid))
    .map((pid) => ({ pid, command: commandOf(pid) }));
}

function belongs(pid: number, mark: string, dir: string): boolean {
  if (read(`/proc/${pid}/environ`).split('\0').includes(mark)) return true;
  if (read(`/proc/${pid}/cmdline`).includes(`${dir}/`)) return true;
  try {
    return readlinkSync(`/proc/${pid}/exe`).startsWith(`${dir}/`);
  } catch {
    return false;
  }
}

function commandOf(pid: number): string {
  return read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
