// A far side with files of its own: a mount namespace, as a container has one, in which a folder of the scratch place shows what
// the near side does not have there. The near side sees the same folder empty.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { fixtures } from './programs.ts';
import type { Scratch } from './scratch.ts';

export type Language = 'go' | 'cpp' | 'python';

/** The words that run a command where `shown` lies at `at`, and `hidden` folders are empty. */
function bubble(shown: [from: string, at: string][], hidden: string[] = []): string[] {
  return [
    'bwrap',
    '--die-with-parent',
    ...['--dev-bind', '/', '/'],
    ...hidden.flatMap((folder) => ['--tmpfs', folder]),
    ...shown.flatMap(([from, at]) => ['--bind', from, at]),
    '--',
  ];
}

export const withoutFolders = (...hidden: string[]): string[] => bubble([], hidden);

export interface Elsewhere {
  /** Where the near side keeps its copy of the projects. */
  readonly near: string;
  /** The same projects at the far side. The near side finds nothing below it. */
  readonly far: string;
  /** What is built there, for both sides the same path. */
  readonly bin: string;
  /** The words in front of what runs at the far side, with its sources there or gone. */
  enter(sources: 'there' | 'gone'): string[];
  build(command: string[], options: { cwd: string; env?: Record<string, string> }): void;
}

/** `names.near` and `names.far`: how the folders of the projects are called on either side. */
export function elsewhere(
  scratch: Scratch,
  language: Language,
  names: { near?: string; far?: string } = {},
): Elsewhere {
  const near = scratch.file('near side', names.near ?? 'work');
  const far = scratch.file('elsewhere', names.far ?? 'src');
  const store = scratch.file('store');
  const empty = scratch.file('empty');
  const bin = scratch.file('bin');
  for (const folder of [far, store, empty, bin]) mkdirSync(folder, { recursive: true });
  for (const copy of [near, store]) cpSync(path.join(fixtures, 'projects', language), copy, { recursive: true });
  const enter = (sources: 'there' | 'gone') => bubble([[sources === 'there' ? store : empty, far]]);
  return {
    near,
    far,
    bin,
    enter,
    build: (command, { cwd, env = {} }) => {
      // The folder shows inside only.
      const [program = '', ...args] = [...enter('there'), 'env', `--chdir=${cwd}`, ...command];
      execFileSync(program, args, {
        env: { ...scratch.env, GOFLAGS: '-mod=mod', GOPROXY: 'off', GOTOOLCHAIN: 'local', ...env },
        stdio: ['ignore', 'ignore', 'inherit'],
      });
    },
  };
}
