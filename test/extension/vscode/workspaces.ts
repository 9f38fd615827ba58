// Folders that a person opens: copies of the fixtures' programs, each with what its language's tools need and nothing of ours.
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
  program: 'orders' | 'steps' = 'orders',
  folder = scratch.file('shop'),
): Workspace {
  mkdirSync(folder, { recursive: true });
  cpSync(path.join(fixtures, 'programs/go', program, 'main.go'), path.join(folder, 'main.go'));
  writeFileSync(path.join(folder, 'go.mod'), 'module example.com/shop\n\ngo 1.19\n');
  return { folder, main: path.join(folder, 'main.go') };
}
