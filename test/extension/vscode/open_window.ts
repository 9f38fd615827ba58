// Starts the real VS Code: code-server with the packaged extension installed as a user does it, and Chromium in front of it. All of
// it lives in a test's own place and is gone with it.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { entry } from '../../../scripts/code-server.mjs';
import type { Scratch } from '../../e2e/places/scratch.ts';
import { packagedExtension } from './package.ts';
import { seeLimit } from './hands.ts';
import { Window } from './window.ts';

const chromiumArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface WindowOptions {
  folder: string;
  settings?: Record<string, unknown>;
  env?: NodeJS.ProcessEnv;
  /** Files of others that are installed, too. */
  extensions?: string[];
  /** Pictures' names begin with it. */
  name: string;
}

/** Installs the extension and opens a folder in a new VS Code, which is gone when the place is left. */
export async function openWindow(scratch: Scratch, options: WindowOptions): Promise<Window> {
  if (!existsSync(entry)) throw new Error('VS Code for tests is not installed: run scripts/setup --test');
  const data = scratch.file('vscode');
  const extensions = scratch.file('extensions');
  const settings = {
    'workbench.startupEditor': 'none',
    'security.workspace.trust.enabled': false,
    'telemetry.telemetryLevel': 'off',
    'window.commandCenter': false,
    ...options.settings,
  };
  // Where VS Code runs beside its user in one process, both are one file; here, settings of a machine have one of their own.
  const settingsFiles = ['User', 'Machine'].map((kind) => path.join(data, kind, 'settings.json'));
  for (const file of settingsFiles) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(settings, null, 2));
  }
  const env = {
    ...scratch.env,
    EXTENSIONS_GALLERY: '{}',
    TMPDIR: scratch.dir,
    XDG_RUNTIME_DIR: scratch.dir,
    XDG_DATA_HOME: scratch.file('xdg'),
    XDG_CONFIG_HOME: scratch.file('xdg'),
    HOME: scratch.dir,
    ...options.env,
  };
  const config = scratch.file('code-server.yaml');
  writeFileSync(config, 'auth: none\n');
  const common = [entry, '--config', config, '--user-data-dir', data, '--extensions-dir', extensions];
  const files = [await packagedExtension(), ...(options.extensions ?? [])];
  const installing = files.flatMap((file) => ['--install-extension', file]);
  execFileSync(process.execPath, [...common, ...installing], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const server = spawn(
    process.execPath,
    [
      ...common,
      '--auth',
      'none',
      '--bind-addr',
      '127.0.0.1:0',
      '--disable-telemetry',
      '--disable-update-check',
      '--disable-workspace-trust',
      '--disable-getting-started-override',
    ],
    { env, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  for (const stream of [server.stdout, server.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  scratch.after(async () => {
    await ended(server);
    await hostsEnded(scratch);
  });
  const address = await answering(() => said);
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    headless: true,
    args: chromiumArguments,
    env: env,
  });
  scratch.after(() => close(browser));
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  const window = new Window(page, options.name, settingsFiles);
  await page.goto(`${address}/?folder=${encodeURIComponent(options.folder)}`);
  await window.ready();
  return window;
}

/** Where VS Code says that it listens, once it answers there. */
async function answering(said: () => string): Promise<string> {
  const deadline = performance.now() + 3 * seeLimit;
  for (;;) {
    const address = /listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(said())?.[1];
    const isUp = async () => (await fetch(`${address ?? ''}/healthz`)).ok;
    if (address !== undefined && (await isUp().catch(() => false))) return address;
    if (performance.now() > deadline) throw new Error(`VS Code does not answer: ${said()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function close(browser: Browser): Promise<void> {
  await browser.close();
}

/** VS Code's own processes go by themselves when their server has gone, but in their own time. */
async function hostsEnded(scratch: Scratch): Promise<void> {
  const hosts = () => scratch.living().filter(({ command }) => command.includes('bootstrap-fork --type='));
  const deadline = performance.now() + 6000;
  while (hosts().length > 0 && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50));
  for (const { pid } of hosts()) process.kill(pid, 'SIGKILL');
}

async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return;
  const gone = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGTERM');
  const late = setTimeout(() => server.kill('SIGKILL'), 10_000);
  await gone;
  clearTimeout(late);
}
