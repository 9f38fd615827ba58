// Installs the VS Code that the extension's tests press keys in: code-server from npm, which is VS Code with its real
// extension host, made ready as its own postinstall would (that one downloads from elsewhere). It lies outside the tree, one
// folder a version, and is there whole or not at all. Run again, it finds that folder and is done.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** VS Code 1.99.3, whose extension host runs on the Node 20 that the project is built with. */
export const version = '4.99.4';
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'nearside');
export const folder = join(cache, `code-server-${version}`);
export const entry = join(folder, 'node_modules/code-server/out/node/entry.js');

/** @param {string} cwd @param {string[]} args @param {NodeJS.ProcessEnv} [more] */
function npm(cwd, args, more = {}) {
  const prefix = resolve(dirname(realpathSync(process.execPath)), '..');
  const headers = existsSync(join(prefix, 'include/node/node_api.h')) ? { npm_config_nodedir: prefix } : {};
  const done = spawnSync('npm', [...args, '--loglevel=error', '--no-progress'], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, npm_config_yes: 'true', ...headers, ...more },
  });
  if (done.status !== 0) throw new Error(`npm ${args.join(' ')} failed in ${cwd}:\n${done.stdout}${done.stderr}`);
}

/**
 * Native code is compiled here. A quiet npm may skip that without a word, so the result is looked for.
 * @param {string} cwd @param {string} name @param {string} result
 */
function compile(cwd, name, result) {
  npm(cwd, ['rebuild', name, '--foreground-scripts'], { npm_config_build_from_source: 'true' });
  if (!existsSync(join(cwd, result))) throw new Error(`npm rebuild ${name} did not make ${join(cwd, result)}`);
}

function install() {
  mkdirSync(cache, { recursive: true });
  const making = join(cache, `making-${process.pid}`);
  try {
    mkdirSync(making);
    writeFileSync(join(making, 'package.json'), '{ "private": true }\n');
    npm(making, ['install', '--ignore-scripts', '--no-save', `code-server@${version}`]);
    const code = join(making, 'node_modules/code-server/lib/vscode');
    for (const each of [code, join(code, 'extensions')]) npm(each, ['install', '--omit=dev', '--ignore-scripts']);
    compile(making, 'argon2', 'node_modules/argon2/lib/binding/napi-v3/argon2.node');
    compile(code, 'node-pty', 'node_modules/node-pty/build/Release/pty.node');
    // Debian's ripgrep, in the place of one that would be downloaded: VS Code finds files with it.
    const ripgrep = join(code, 'node_modules/@vscode/ripgrep/bin');
    mkdirSync(ripgrep, { recursive: true });
    symlinkSync('/usr/bin/rg', join(ripgrep, 'rg'));
    symlinkSync('node_modules', join(code, 'node_modules.asar'));
    symlinkSync('code-linux.sh', join(code, 'bin/remote-cli/code-server'));
    symlinkSync('browser-linux.sh', join(code, 'bin/helpers/browser.sh'));
    rmSync(folder, { recursive: true, force: true });
    renameSync(making, folder);
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
}

if (import.meta.filename === realpathSync(process.argv[1] ?? '') && !existsSync(entry)) install();
