// The real VS Code with a person's hands in front of it: code-server, headless Chromium, and words for what a person does.
// Nothing here calls into the extension; it is installed, and then there are keys and the mouse. Each wait is for something to
// be seen; a picture is kept of everything that a test wants to remember, and of each failure.
import assert from 'node:assert/strict';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import { entry } from '../../../scripts/code-server.mjs';
import { patience } from '../../e2e/dap/client.ts';
import { root } from '../../e2e/places/programs.ts';
import type { Scratch } from '../../e2e/places/scratch.ts';
import { packagedExtension } from './package.ts';

export const seeLimit = 20_000 * patience;
const pictures = path.join(root, 'build/screenshots');
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
  /** Pictures' names begin with it. */
  name: string;
}

async function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => {
        resolve(port);
      });
    });
  });
}

export class Window {
  readonly page: Page;
  private readonly name: string;
  private count = 0;

  constructor(page: Page, name: string) {
    this.page = page;
    this.name = name;
  }

  /** A picture of what is seen now, `build/screenshots/NAME-01-WHAT.png`. */
  async picture(what: string): Promise<void> {
    mkdirSync(pictures, { recursive: true });
    this.count += 1;
    await this.page.screenshot({
      path: path.join(pictures, `${this.name}-${String(this.count).padStart(2, '0')}-${what}.png`),
    });
  }

  /** Waits for something to be seen, or gone; what is seen instead is kept as a picture. */
  async wait(
    what: Locator,
    state: 'visible' | 'hidden' | 'attached' | 'detached' = 'visible',
    limit = seeLimit,
  ): Promise<void> {
    try {
      await what.first().waitFor({ state, timeout: limit });
    } catch (error) {
      await this.picture('failed').catch(() => undefined);
      throw error;
    }
  }

  private async click(what: Locator): Promise<void> {
    await this.wait(what);
    await what.first().click({ timeout: seeLimit });
  }

  async press(keys: string): Promise<void> {
    await this.page.keyboard.press(keys);
  }

  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text);
  }

  /** From the command palette, by its title. */
  async command(title: string): Promise<void> {
    await this.press('F1');
    const input = this.page.locator('.quick-input-widget .quick-input-box input').first();
    await this.wait(input);
    await input.fill(`>${title}`);
    await this.wait(this.quickRow(title));
    await this.press('Enter');
    await input.waitFor({ state: 'hidden', timeout: 2000 }).catch(() => undefined); // the command may ask in turn
  }

  quickRow(text: string | RegExp): Locator {
    return this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: text });
  }

  /** Picks a row of the list that is open, with the mouse. */
  async pick(text: string | RegExp): Promise<void> {
    await this.click(this.quickRow(text));
  }

  async seeChoice(text: string | RegExp): Promise<void> {
    await this.wait(this.quickRow(text));
  }

  /** Types into the box that is open, and Enter. */
  async answer(text: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget .quick-input-box input').first();
    await this.wait(input);
    await input.fill(text);
    await this.press('Enter');
  }

  async openFile(name: string): Promise<void> {
    await this.press('Control+p');
    await this.answerFile(name);
    await this.wait(this.page.locator('.tab.active').filter({ hasText: path.basename(name) }));
    await this.wait(this.page.locator('.editor-instance .view-line'));
  }

  private async answerFile(name: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget .quick-input-box input').first();
    await this.wait(input);
    await input.fill(name);
    await this.wait(this.quickRow(path.basename(name)));
    await this.press('Enter');
  }

  /** The cursor to a line of the open file. */
  async goTo(line: number): Promise<void> {
    await this.press('Control+g');
    await this.answer(`:${line}`);
    await this.wait(this.page.locator('.status-bar-info, .statusbar-item').filter({ hasText: `Ln ${line},` }));
  }

  /** A click into the gutter beside a line that is in view. */
  async clickGutter(line: number): Promise<void> {
    const number = this.page
      .locator('.margin-view-overlays .line-numbers')
      .filter({ hasText: RegExp(`^${line}$`) })
      .first();
    const box = await number.boundingBox({ timeout: seeLimit });
    assert.ok(box !== null, `line ${line} is not in view`);
    const margin = await this.page.locator('.editor-instance .margin').first().boundingBox();
    await this.page.mouse.click((margin?.x ?? box.x) + 10, box.y + box.height / 2);
    await this.wait(
      this.page.locator('.margin .codicon-debug-breakpoint, .margin .codicon-debug-breakpoint-unverified'),
    );
  }

  /** The line that is marked as the one where the program stands. */
  async yellowLine(line?: number, limit = seeLimit): Promise<void> {
    await this.wait(this.page.locator('.debug-top-stack-frame-line'), 'attached', limit);
    if (line !== undefined)
      await this.wait(this.page.locator('.statusbar-item').filter({ hasText: `Ln ${line},` }), 'visible', limit);
  }

  async noYellowLine(): Promise<void> {
    await this.wait(this.page.locator('.debug-top-stack-frame-line'), 'detached');
  }

  variable(text: string | RegExp): Locator {
    return this.page.locator('.debug-variables .monaco-list-row').filter({ hasText: text }).first();
  }

  async seeVariable(text: string | RegExp): Promise<void> {
    await this.wait(this.variable(text));
  }

  /** What the variables view shows, a line a row. */
  async variables(): Promise<string[]> {
    return this.page.locator('.debug-variables .monaco-list-row').allInnerTexts();
  }

  async expand(text: string | RegExp): Promise<void> {
    await this.click(this.variable(text).locator('.monaco-tl-twistie'));
  }

  async addWatch(expression: string): Promise<void> {
    const pane = this.page.locator('.pane').filter({ has: this.page.locator('.pane-header[aria-label*="Watch"]') });
    await pane.locator('.pane-header').hover({ timeout: seeLimit });
    await this.click(pane.locator('[aria-label="Add Expression"]'));
    await this.wait(this.page.locator('.debug-watch .inputBoxContainer input'));
    await this.type(expression);
    await this.press('Enter');
  }

  async seeWatch(text: string | RegExp): Promise<void> {
    await this.wait(this.page.locator('.debug-watch .monaco-list-row').filter({ hasText: text }));
  }

  /** The mouse over a word of a line that is in view, until its value is shown. */
  async hover(word: string, line: number): Promise<void> {
    const number = this.page.locator('.margin-view-overlays .line-numbers').filter({ hasText: RegExp(`^${line}$`) });
    const top = (await number.first().boundingBox())?.y ?? 0;
    for (const each of await this.page.locator('.view-line span span').filter({ hasText: word }).all()) {
      const box = await each.boundingBox();
      if (box === null || Math.abs(box.y - top) > box.height / 2) continue;
      const text = (await each.innerText()).replaceAll('\u00a0', ' ');
      const width = box.width / text.length;
      const widget = this.page.locator('.debug-hover-widget').first();
      const [x, y] = [box.x + width * (text.indexOf(word) + word.length / 2), box.y + box.height / 2];
      const deadline = performance.now() + seeLimit;
      // A mouse that comes while the editor is busy is not noticed; a person moves it again.
      while (performance.now() < deadline) {
        await this.page.mouse.move(x, y, { steps: 4 });
        const shown = widget.waitFor({ timeout: 2000 }).then(
          () => true,
          () => false,
        );
        if (await shown) return;
        await this.page.mouse.move(x, y + 200, { steps: 4 });
      }
      await this.wait(widget);
    }
    throw new Error(`"${word}" is not seen in line ${line}`);
  }

  /** By a double click, as one does. */
  async setVariable(name: string, value: string): Promise<void> {
    await this.variable(RegExp(`^${name}\\b`))
      .locator('.value')
      .first()
      .dblclick({ timeout: seeLimit });
    await this.wait(this.page.locator('.debug-variables .inputBoxContainer input'));
    await this.press('Control+a');
    await this.type(value);
    await this.press('Enter');
  }

  /** Types a line into the debug console. */
  async console(line: string): Promise<void> {
    await this.command('Debug Console: Focus on Debug Console View');
    await this.type(line);
    await this.press('Enter');
  }

  async seeInConsole(text: string | RegExp): Promise<void> {
    await this.wait(this.page.locator('.repl .monaco-list-row').filter({ hasText: text }));
  }

  statusBar(text: string | RegExp): Locator {
    return this.page.locator('.statusbar-item').filter({ hasText: text }).first();
  }

  async seeStatus(text: string | RegExp): Promise<void> {
    await this.wait(this.statusBar(text));
  }

  async see(text: string | RegExp, limit = seeLimit): Promise<void> {
    await this.wait(this.page.getByText(text), 'visible', limit);
  }

  /** The toolbar of a running session: `Continue`, `Step Over`, `Restart`, `Stop`, … */
  async toolbar(button: string): Promise<void> {
    await this.click(this.page.locator(`.debug-toolbar .action-label[aria-label^="${button}"]`));
  }

  async sessionOver(): Promise<void> {
    await this.wait(this.page.locator('.debug-toolbar'), 'hidden');
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this.ready();
  }

  async ready(): Promise<void> {
    await this.wait(this.page.locator('.monaco-workbench .statusbar'), 'visible', 3 * seeLimit);
    await this.wait(this.page.locator('.explorer-folders-view, .debug-viewlet'), 'visible', 3 * seeLimit);
  }
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
  for (const kind of ['User', 'Machine']) {
    mkdirSync(path.join(data, kind), { recursive: true });
    writeFileSync(path.join(data, kind, 'settings.json'), JSON.stringify(settings, null, 2));
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
  const port = await freePort();
  const common = [entry, '--config', config, '--user-data-dir', data, '--extensions-dir', extensions];
  execFileSync(process.execPath, [...common, '--install-extension', await packagedExtension()], {
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
      `127.0.0.1:${port}`,
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
  scratch.after(() => ended(server));
  await answers(`http://127.0.0.1:${port}/healthz`, () => said);
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    headless: true,
    args: chromiumArguments,
    env: env,
  });
  scratch.after(() => close(browser));
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  const window = new Window(page, options.name);
  await page.goto(`http://127.0.0.1:${port}/?folder=${encodeURIComponent(options.folder)}`);
  await window.ready();
  return window;
}

async function answers(url: string, said: () => string): Promise<void> {
  const deadline = performance.now() + 3 * seeLimit;
  for (;;) {
    const ok = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (ok) return;
    if (performance.now() > deadline) throw new Error(`VS Code does not answer: ${said()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function close(browser: Browser): Promise<void> {
  await browser.close();
}

async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return;
  const gone = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGTERM');
  const late = setTimeout(() => server.kill('SIGKILL'), 10_000);
  await gone;
  clearTimeout(late);
}

/** The line of a `BREAK: name` marker, from 1. */
export function markedLine(file: string, marker: string): number {
  const at = readFileSync(file, 'utf8')
    .split('\n')
    .findIndex((text) => text.endsWith(`BREAK: ${marker}`));
  assert.ok(at >= 0, `${file} has no marker ${marker}`);
  return at + 1;
}
