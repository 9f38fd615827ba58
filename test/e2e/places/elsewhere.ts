// A far side with files of its own: a mount namespace, in which a folder of the scratch place holds what the near side does not
// have there. The near side sees the same folder empty. As on another machine the files are copies; as in a container they are
// the near side's own, mounted.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { fixtures } from './programs.ts';
import type { Scratch } from './scratch.ts';

export type Language = 'go' | 'cpp' | 'python';

export type Sources = 'copied' | 'mounted' | 'gone';

/** The words that run a command where these folders are empty. */
export const withoutFolders = (...hidden: string[]): string[] => [
  'bwrap',
  '--die-with-parent',
  ...['--dev-bind', '/', '/'],
  ...hidden.flatMap((folder) => ['--tmpfs', folder]),
  '--',
];

export interface Elsewhere {
  /** Where the near side keeps its projects. */
  readonly near: string;
  /** The same projects at the far side. The near side finds nothing below it. */
  readonly far: string;
  /** What is built there, for both sides the same path. */
  readonly bin: string;
  /** The words in front of what runs at the far side. */
  enter(sources: Sources): string[];
  /** Builds where the sources are copies. */
  build(command: string[], options: { cwd: string }): void;
}

/** `names.near` and `names.far`: how the folders of the projects are called on either side. */
export function elsewhere(
  scratch: Scratch,
  language: Language,
  names: { near?: string; far?: string } = {},
): Elsewhere {
  const near = scratch.file('near side', names.near ?? 'work');
  const far = scratch.file('elsewhere', names.far ?? 'src');
  const empty = scratch.file('empty');
  const bin = scratch.file('bin');
  for (const folder of [far, empty, bin]) mkdirSync(folder, { recursive: true });
  cpSync(path.join(fixtures, 'projects', language), near, { recursive: true });
  const enter = (sources: Sources): string[] => {
    const bubble = ['bwrap', '--die-with-parent', '--dev-bind', '/', '/'];
    if (sources === 'mounted') return [...bubble, '--bind', near, far, '--'];
    if (sources === 'gone') return [...bubble, '--tmpfs', far, '--'];
    const copy = 'cp -r "$1/." "$2" && shift 2 && exec "$@"';
    return [...bubble, '--tmpfs', far, '--', 'sh', '-c', copy, 'sh', path.join(fixtures, 'projects', language), far];
  };
  return {
    near,
    far,
    bin,
    enter,
    build: (command, { cwd }) => {
      // The folder shows inside only.
      const [program = '', ...args] = [...enter('copied'), 'env', `--chdir=${cwd}`, ...command];
      execFileSync(program, args, {
        env: { ...scratch.env, GOFLAGS: '', GOPROXY: 'off', GOTOOLCHAIN: 'local' },
        stdio: ['ignore', 'ignore', 'inherit'],
      });
    },
  };
}
