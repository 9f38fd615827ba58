// The real VS Code with a person's hands in front of it: words for what a person does, and for what is then seen. Nothing here calls
// into the extension: there are keys and the mouse. Each wait is for something to be seen; a picture is kept of everything that a
// test wants to remember, and of each failure.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { patience } from '../../e2e/dap/client.ts';
import { root } from '../../e2e/places/programs.ts';

export const seeLimit = 20_000 * patience;
const pictures = path.join(root, 'build/screenshots');

export class Window {
  readonly page: Page;
  private readonly name: string;
  private readonly settings: readonly string[];
  private count = 0;

  constructor(page: Page, name: string, settings: readonly string[]) {
    this.page = page;
    this.name = name;
    this.settings = settings;
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

  /** Does it again until its effect is seen: what comes while a window is busy is not noticed, and a person tries again. */
  private async until(seen: Locator, action: () => Promise<void>): Promise<void> {
    const deadline = performance.now() + seeLimit;
    while (performance.now() < deadline && !(await seen.first().isVisible())) {
      await action().catch(() => undefined);
      await seen
        .first()
        .waitFor({ timeout: 3000 })
        .catch(() => undefined);
    }
    await this.wait(seen);
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

  /** Chooses a configuration of launch.json by its name and starts it. */
  async startConfiguration(name: string): Promise<void> {
    await this.press('F1');
    await this.wait(this.page.locator('.quick-input-widget .quick-input-box input'));
    await this.page.locator('.quick-input-widget .quick-input-box input').first().fill(`debug ${name}`);
    await this.pick(name);
  }

  /** Starts what is chosen in Run and Debug. A window that has just opened takes no notice of it; a person presses again. */
  async startSelected(then: string | RegExp): Promise<void> {
    const seen = this.page.getByText(then).first();
    const button = this.page.locator('.start-debug-action-item .codicon-debug-start');
    await this.until(seen, () => button.click({ timeout: 2000 }));
  }

  /** Changes a setting, as an editor of settings.json would. */
  set(name: string, value: unknown): void {
    for (const file of this.settings) {
      const all = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
      writeFileSync(file, JSON.stringify({ ...all, [name]: value }, null, 2));
    }
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

  /** When a variable's value is on the screen, as Date.now(). It is looked at with each frame that is painted. */
  async shows(name: string, value: string): Promise<number> {
    // As a text: what runs in the page is no code of this program, and knows other names.
    const rows = `[...document.querySelectorAll('.debug-variables .monaco-list-row')]`;
    const isThere = `${rows}.some((row) => row.innerText.replace(/\\s+/g, ' ').trim() === ${JSON.stringify(`${name} = ${value}`)})`;
    const options = { timeout: seeLimit, polling: 'raf' } as const;
    const handle = await this.page.waitForFunction<number>(`${isThere} ? Date.now() : 0`, undefined, options);
    return handle.jsonValue();
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
      await this.until(widget, async () => {
        await this.page.mouse.move(x, y + 200, { steps: 4 });
        await this.page.mouse.move(x, y, { steps: 4 });
      });
      return;
    }
    throw new Error(`"${word}" is not seen in line ${line}`);
  }

  /** By a double click, as one does. */
  async setVariable(name: string, value: string): Promise<void> {
    const box = this.page.locator('.debug-variables .inputBoxContainer input');
    const shown = this.variable(RegExp(`^${name}\\b`)).locator('.value');
    await this.until(box, () => shown.first().dblclick({ timeout: 2000 }));
    await this.press('Control+a');
    await this.type(value);
    await this.press('Enter');
  }

  /** Types a line into the debug console. */
  async console(line: string): Promise<void> {
    await this.command('Debug Console: Focus on Debug Console View');
    await this.wait(this.page.locator('.repl-input-wrapper .monaco-editor.focused'));
    await this.type(line);
    await this.press('Enter');
  }

  async seeInConsole(text: string | RegExp): Promise<void> {
    await this.wait(this.page.locator('.repl .monaco-list-row').filter({ hasText: text }));
  }

  statusBar(text: string | RegExp): Locator {
    return this.page.locator('.statusbar-item').filter({ hasText: text }).first();
  }

  /** Opens or closes a part of the side bar by its title. */
  async clickPane(title: string): Promise<void> {
    await this.click(this.page.locator(`.pane-header[aria-label^="${title}"]`));
  }

  /** A row of the Nearside view. */
  row(text: string | RegExp): Locator {
    return this.page.locator('.customview-tree .monaco-list-row').filter({ hasText: text }).first();
  }

  async seeRow(text: string | RegExp): Promise<void> {
    await this.wait(this.row(text));
  }

  async noRow(text: string | RegExp): Promise<void> {
    await this.wait(this.row(text), 'detached');
  }

  /** A button of a row, which is there while the row is chosen. */
  async rowAction(text: string | RegExp, action: string): Promise<void> {
    await this.click(this.row(text));
    await this.click(this.row(text).locator(`.action-label[aria-label="${action}"]`));
  }

  /** Text of a page within the window: a webview, a preview. */
  async seeInPage(text: string | RegExp, limit = seeLimit): Promise<void> {
    const deadline = performance.now() + limit;
    for (;;) {
      for (const frame of this.page.frames()) {
        const found = await frame
          .getByText(text)
          .first()
          .isVisible()
          .catch(() => false);
        if (found && frame !== this.page.mainFrame()) return;
      }
      if (performance.now() > deadline) {
        await this.picture('failed');
        throw new Error(`no page shows ${String(text)}`);
      }
      await this.page.waitForTimeout(100);
    }
  }

  async closeEditor(): Promise<void> {
    await this.command('View: Close Editor');
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

  /** VS Code takes no notice of it before it has heard of a thread; a person presses it again. */
  async pause(): Promise<void> {
    const paused = this.page.locator('.debug-call-stack .monaco-list-row').filter({ hasText: 'paused' }).first();
    const button = this.page.locator('.debug-toolbar .action-label[aria-label^="Pause"]');
    await this.until(paused, () => button.click({ timeout: 1000 }));
  }

  /** A button of a notification. */
  async notification(button: string): Promise<void> {
    await this.click(this.page.locator('.notifications-toasts .monaco-button').filter({ hasText: button }));
  }

  /** The debugger has found no place for a breakpoint of the open file. */
  async seeUnverified(): Promise<void> {
    await this.wait(this.page.locator('.margin .codicon-debug-breakpoint-unverified'));
  }

  /** A button of the dialog that is open. */
  async dialog(button: string): Promise<void> {
    await this.click(this.page.locator('.monaco-dialog-box .monaco-button').filter({ hasText: button }));
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

/** The line of a `BREAK: name` marker, from 1. */
export function markedLine(file: string, marker: string): number {
  const at = readFileSync(file, 'utf8')
    .split('\n')
    .findIndex((text) => text.endsWith(`BREAK: ${marker}`));
  assert.ok(at >= 0, `${file} has no marker ${marker}`);
  return at + 1;
}
