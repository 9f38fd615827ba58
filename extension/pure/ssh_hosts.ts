// The hosts that a user's ssh configuration names, as `ssh` itself reads it: Include with patterns, relative to ~/.ssh, nested.
// Patterns are no hosts. A file that cannot be read or parsed names none.
import { readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import SSHConfig, { LineType } from 'ssh-config';
import type { Target } from './targets.ts';
import { l10n } from './words.ts';

/** As ssh's own limit on nested Includes. */
const deepest = 16;

const words = (value: unknown): string[] =>
  (Array.isArray(value) ? value : String(value).split(/\s+/)).map((each: unknown) =>
    typeof each === 'object' && each !== null && 'val' in each ? String(each.val) : String(each),
  );

export function sshHosts(file = join(homedir(), '.ssh/config')): Target[] {
  const found = new Map<string, string>();
  read(file, dirname(file), found, 0);
  return [...found].map(([host, name]) => ({
    address: `ssh:${host}`,
    kind: 'ssh',
    label: host,
    detail: name === '' ? l10n.t('ssh host') : l10n.t('ssh host · {0}', name),
  }));
}

function read(file: string, base: string, found: Map<string, string>, depth: number): void {
  let parsed: SSHConfig;
  try {
    parsed = SSHConfig.parse(readFileSync(file, 'utf8'));
  } catch {
    return;
  }
  visit(parsed, base, found, depth);
}

function visit(lines: SSHConfig, base: string, found: Map<string, string>, depth: number): void {
  for (const line of lines) {
    if (line.type !== LineType.DIRECTIVE) continue;
    const param = line.param.toLowerCase();
    const inner = 'config' in line ? line.config : undefined;
    if (param === 'include' && depth < deepest) {
      for (const pattern of words(line.value))
        for (const each of matching(pattern, base)) read(each, base, found, depth + 1);
    } else if (param === 'host') {
      const name = inner?.find((each) => each.type === LineType.DIRECTIVE && each.param.toLowerCase() === 'hostname');
      for (const host of words(line.value)) {
        if (/[*?!]/.test(host) || found.has(host)) continue;
        found.set(host, name?.type === LineType.DIRECTIVE ? words(name.value).join(' ') : '');
      }
    }
    if (inner !== undefined) visit(inner, base, found, depth);
  }
}

/** Files that an Include names: `~` is the home folder, `*` and `?` stand in names. */
function matching(pattern: string, base: string): string[] {
  const home = pattern.replace(/^~(?=\/)/, homedir());
  const path = isAbsolute(home) ? home : join(base, home);
  if (!/[*?]/.test(path)) return [path];
  const folder = dirname(path);
  const name = path.slice(folder.length + 1);
  const matches = RegExp(
    `^${name
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '[^/]*')
      .replaceAll('?', '[^/]')}$`,
  );
  try {
    return readdirSync(folder)
      .filter((each) => matches.test(each))
      .sort()
      .map((each) => join(folder, each));
  } catch {
    return [];
  }
}
