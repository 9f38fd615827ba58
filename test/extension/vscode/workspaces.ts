// Folders that a person opens: copies of the fixtures' programs, each with what its language's tools need and nothing of ours.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fixtures } from '../../e2e/places/programs.ts';
import type { Scratch } from '../../e2e/places/scratch.ts';

export interface Workspace {
  folder: string;
  /** The file that is opened. */
  main: string;
}

/** A Go module with one program, `shop`, and no launch.json. */
export function goWorkspace(
  scratch: Scratch,
  program: 'orders' | 'steps' | 'waiter' = 'orders',
  folder = scratch.file('shop'),
): Workspace {
  mkdirSync(folder, { recursive: true });
  cpSync(path.join(fixtures, 'programs/go', program, 'main.go'), path.join(folder, 'main.go'));
  writeFileSync(path.join(folder, 'go.mod'), 'module example.com/shop\n\ngo 1.19\n');
  return { folder, main: path.join(folder, 'main.go') };
}

/** Writes the folder's launch.json. */
export function launchJson(folder: string, configurations: object[]): void {
  mkdirSync(path.join(folder, '.vscode'), { recursive: true });
  const text = JSON.stringify({ version: '0.2.0', configurations }, null, 2);
  writeFileSync(path.join(folder, '.vscode/launch.json'), text);
}

/** Builds a Go workspace's program; by default beside it. */
export function goBuild(folder: string, to = path.join(folder, 'shop.out')): string {
  execFileSync('go', ['build', '-gcflags=all=-N -l', '-o', to, '.'], {
    cwd: folder,
    env: { ...process.env, GOFLAGS: '-mod=mod', GOPROXY: 'off', GOTOOLCHAIN: 'local' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return to;
}

/** A folder with a C++ program, its executable, and a Python file. */
export function mixedWorkspace(scratch: Scratch): { folder: string; cpp: string; python: string; executable: string } {
  const folder = scratch.file('mixed');
  mkdirSync(folder, { recursive: true });
  const cpp = path.join(folder, 'orders.cpp');
  const python = path.join(folder, 'orders.py');
  cpSync(path.join(fixtures, 'programs/cpp/orders.cpp'), cpp);
  cpSync(path.join(fixtures, 'programs/python/orders.py'), python);
  const executable = path.join(folder, 'orders');
  execFileSync('g++', ['-g', '-O0', '-pthread', cpp, '-o', executable], { stdio: ['ignore', 'ignore', 'inherit'] });
  return { folder, cpp, python, executable };
}
