// Rules between folders here and there, as a person makes them: from two spellings of one file, and what was learned, as it
// stands in the state folder's learned-rules.json (written by `nearside` alone).
import type { PathRule } from '../native.d.ts';

/** The last part of a path of either system; the whole where there is none. */
export const baseName = (path: string): string => path.split(/[\\/]/).at(-1) ?? path;

export interface LearnedRule extends PathRule {
  workspace: string;
  target: string;
  source: string;
}

interface LearnedFile {
  version: number;
  workspaces: { workspace: string; target: string; used?: number; rules: (PathRule & { source?: string })[] }[];
}

function parsed(text: string): LearnedFile | undefined {
  try {
    const value = JSON.parse(text) as Partial<LearnedFile> | null;
    return value?.version === 1 && Array.isArray(value.workspaces) ? (value as LearnedFile) : undefined;
  } catch {
    return undefined;
  }
}

/** Of these workspaces; a file that cannot be read has none. */
export function learnedRules(text: string, workspaces: readonly string[]): LearnedRule[] {
  const wanted = new Set(workspaces);
  return (parsed(text)?.workspaces ?? [])
    .filter(({ workspace }) => wanted.has(workspace))
    .flatMap(({ workspace, target, rules }) =>
      rules.map(({ local, remote, source = '' }) => ({ workspace, target, local, remote, source })),
    );
}

const separator = /[\\/]/;

/** The rule that makes one of the two files the other: their common end is taken off. Undefined: not even the names agree. */
export function ruleBetween(local: string, remote: string): PathRule | undefined {
  const here = local.split(separator);
  const there = remote.split(separator);
  let common = 0;
  while (common < here.length - 1 && common < there.length - 1 && here.at(-1 - common) === there.at(-1 - common))
    common += 1;
  if (common === 0) return undefined;
  const cut = (path: string, parts: string[]) => {
    const kept = parts.slice(0, parts.length - common).join(path.includes('\\') ? '\\' : '/');
    return kept === '' ? '/' : kept;
  };
  return { local: cut(local, here), remote: cut(remote, there) };
}

/** Files here that could be that one over there: the more of their ends agree, the earlier. */
export function likely(remote: string, locals: readonly string[]): string[] {
  const there = remote.split(separator).reverse();
  const agreeing = (local: string) => {
    const here = local.split(separator).reverse();
    const end = there.findIndex((part, at) => part !== here[at]);
    return end < 0 ? there.length : end;
  };
  return locals.filter((local) => agreeing(local) > 0).sort((a, b) => agreeing(b) - agreeing(a));
}
