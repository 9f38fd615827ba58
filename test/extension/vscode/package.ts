// The extension's package as users get it, made by scripts/package once for what the sources are now: several files of tests want
// it at once, and making it empties dist/. NEARSIDE_VSIX names one that is there.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../e2e/places/programs.ts';

const folders = ['extension', 'media', 'l10n', 'scripts', 'build/Release'];
const files = ['package.json', 'package.nls.json', 'README.md', 'CHANGELOG.md', '.vscodeignore'];

export async function packagedExtension(): Promise<string> {
  const given = process.env.NEARSIDE_VSIX;
  if (given !== undefined) return given;
  const store = path.join(root, 'build/fixtures');
  const wanted = path.join(store, `extension-${digest()}.vsix`);
  mkdirSync(store, { recursive: true });
  const lock = path.join(store, 'extension.lock');
  const making = path.join(store, 'extension.making');
  while (!existsSync(wanted)) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
    } catch {
      // Somebody else makes it; a lock that stays is of one who was killed.
      if (!isLiving(lock)) rmSync(lock, { force: true });
      await new Promise((resolve) => setTimeout(resolve, 100));
      continue;
    }
    try {
      for (const old of readdirSync(store)) if (old.endsWith('.vsix')) rmSync(path.join(store, old));
      // It is there whole or not at all: who waits looks for the file.
      const stdio = ['ignore', 'ignore', 'inherit'] as const;
      execFileSync(path.join(root, 'scripts/package'), ['--out', making], { cwd: root, stdio: [...stdio] });
      renameSync(making, wanted);
    } finally {
      rmSync(lock, { force: true });
    }
  }
  return wanted;
}

/** Whether the process that wrote its number there lives; one that has not written it yet does. */
function isLiving(lock: string): boolean {
  try {
    const pid = Number(readFileSync(lock, 'utf8'));
    return pid === 0 || process.kill(pid, 0);
  } catch {
    return !existsSync(lock);
  }
}

function digest(): string {
  const hash = createHash('sha256');
  const add = (file: string) => {
    const { size, mtimeMs } = statSync(file);
    // What is built is told by its time: reading 25 MB each time would take longer than the answer is worth.
    if (file.includes('/build/')) hash.update(`${file} ${size} ${mtimeMs}`);
    else hash.update(file).update(readFileSync(file));
  };
  for (const folder of folders) {
    const all = readdirSync(path.join(root, folder), { recursive: folder !== 'build/Release', encoding: 'utf8' });
    for (const name of all.sort()) {
      const file = path.join(root, folder, name);
      if (folder === 'build/Release' && !/^nearside(\.node)?$/.test(name)) continue;
      if (statSync(file).isFile()) add(file);
    }
  }
  for (const name of files) add(path.join(root, name));
  return hash.digest('hex').slice(0, 12);
}
