// A `nearside` on a PATH, as it is found over there: one with a state folder of the test's own, so that no test meets the user's
// own agent. And stand-ins for the programs that lead there.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { nearsideBinary, stopAgentOf } from './nearside.ts';
import type { Scratch } from './scratch.ts';

export interface FarNearside {
  /** The folder that holds `nearside`, for a PATH. */
  readonly bin: string;
  /** What its agent is known by. */
  readonly state: string;
  /** The relay as words for a shell. */
  readonly command: string;
}

export function farNearside(scratch: Scratch, name = 'far'): FarNearside {
  const bin = scratch.file(`${name}-bin`);
  const state = scratch.file(name);
  executable(
    bin,
    'nearside',
    `[ "$1" != --version ] || exec '${nearsideBinary}' --version
     exec '${nearsideBinary}' "$@" --state '${state}'`,
  );
  scratch.after(() => stopAgentOf(scratch, state));
  return { bin, state, command: `'${bin}/nearside' agent --stdio` };
}

/** A shell script that is found as `name` on a PATH with `folder`. */
export function executable(folder: string, name: string, script: string): void {
  mkdirSync(folder, { recursive: true });
  const file = `${folder}/${name}`;
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

/** The environment of a near end that finds these folders' programs first. */
export function withPath(scratch: Scratch, ...folders: string[]): NodeJS.ProcessEnv {
  return { ...scratch.env, PATH: [...folders, process.env.PATH ?? ''].join(':') };
}
