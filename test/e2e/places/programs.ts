// The programs that are debugged: compiled once a machine into build/fixtures (named by what they are made of), then put
// into a test's own folder, so that a process can be told by its path. Lines are found by `BREAK: name` markers, never by
// number.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import path from 'node:path';
import type { Scratch } from './scratch.ts';

export const root = path.resolve(import.meta.dirname, '../../..');
export const fixtures = path.join(root, 'test/fixtures');
const programs = path.join(fixtures, 'programs');
const store = path.join(root, 'build/fixtures');

export type Language = 'go' | 'cpp' | 'python';
export type ProgramName = 'orders' | 'crash' | 'offspring' | 'chatter' | 'waiter' | 'family' | 'steps';

export interface Program {
  /** What is run: an executable, or the Python file. */
  path: string;
  /** The source as the debugger names it. */
  source: string;
  /** The line of a `BREAK: name` marker, from 1. */
  line(marker: string): number;
}

export function program(scratch: Scratch, language: Language, name: ProgramName): Program {
  const original = sourceOf(language, name);
  const file = scratch.file(language === 'python' ? `${name}.py` : `${name}-${language}`);
  if (!existsSync(file)) {
    if (language === 'python') copyFileSync(original, file);
    else placeExecutable(compiled(language, name, original), file);
  }
  const lines = readFileSync(original, 'utf8').split('\n');
  return {
    path: file,
    source: language === 'python' ? file : original,
    line: (marker) => {
      const at = lines.findIndex((text) => text.endsWith(`BREAK: ${marker}`));
      if (at < 0) throw new Error(`${original} has no marker "BREAK: ${marker}"`);
      return at + 1;
    },
  };
}

function sourceOf(language: Language, name: ProgramName): string {
  switch (language) {
    case 'go':
      return path.join(programs, 'go', name, 'main.go');
    case 'cpp':
      return path.join(programs, 'cpp', `${name}.cpp`);
    case 'python':
      return path.join(programs, 'python', `${name}.py`);
  }
}

// A link shares the bytes; another file system needs the copy.
function placeExecutable(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}

function compiled(language: 'go' | 'cpp', name: ProgramName, source: string): string {
  const digest = createHash('sha256').update(source).update(readFileSync(source)).digest('hex').slice(0, 12);
  const wanted = path.join(store, `${language}-${name}-${digest}`);
  if (existsSync(wanted)) return wanted;
  mkdirSync(store, { recursive: true });
  const making = mkdtempSync(path.join(store, 'making-'));
  try {
    const made = path.join(making, name);
    if (language === 'go') {
      execFileSync('go', ['build', '-gcflags=all=-N -l', '-o', made, '.'], {
        cwd: path.dirname(source),
        env: { ...process.env, GOFLAGS: '-mod=mod', GOPROXY: 'off', GOTOOLCHAIN: 'local' },
        stdio: ['ignore', 'ignore', 'inherit'],
      });
    } else {
      execFileSync('g++', ['-g', '-O0', '-pthread', source, '-o', made], { stdio: ['ignore', 'ignore', 'inherit'] });
    }
    for (const old of readdirSync(store)) {
      if (old.startsWith(`${language}-${name}-`)) rmSync(path.join(store, old), { force: true });
    }
    // Two test files may compile at once: the last rename wins, and both results are the same.
    renameSync(made, wanted);
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
  return wanted;
}
