// The real VS Code with a person in front of it: words for what a person does, and for what is then seen. Nothing here calls
// into the extension: there are keys and the mouse. Each wait is for something to be seen; a motion of several steps is made again
// as a whole until its effect is seen (hands.ts).
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { Hands, moment, seeLimit, startLimit } from './hands.ts';

export class Window extends Hands {
  private readonly settings: readonly string[];

  constructor(page: Page, name: string, settings: readonly string[]) {
    super(page, name);
    this.settings = settings;
  }

  /** From the command palette, by its title. */
  async command(title: string): Promise<void> {
    await this.choose('F1', `>${title}`, title);
  }

  /** Picks a row of the list that is open, with the mouse. */
  async pick(text: string | RegExp): Promise<void> {
    await this.wait(this.quickRow(text));
    await this.clickUntil(this.gone(this.quickRow(text)), this.quickRow(text));
  }

  async seeChoice(text: string | RegExp): Promise<void> {
    await this.wait(this.quickRow(text));
  }

  /** Types into the box that is open, and Enter. */
  async answer(text: string): Promise<void> {
    await this.wait(this.box);
    await this.box.fill(text, { timeout: seeLimit });
    await this.enter(text);
  }

  /** Chooses a configuration of launch.json by its name and starts it. */
  async startConfiguration(name: string): Promise<void> {
    await this.choose('F1', `debug ${name}`, name);
  }

  /** Starts what is chosen in Run and Debug. A window that has just opened takes no notice of it; a person presses again. */
  async startSelected(then: string | RegExp): Promise<void> {
    await this.clickUntil(
      this.page.getByText(then),
      this.page.locator('.start-debug-action-item .codicon-debug-start'),
    );
  }

  /** Changes a setting, as an editor of settings.json would. */
  set(name: string, value: unknown): void {
    for (const file of this.settings) {
      const all = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
      writeFileSync(file, JSON.stringify({ ...all, [name]: value }, null, 2));
    }
  }

  async openFile(name: string): Promise<void> {
    const isOpen = this.page.locator('.tab.active').filter({ hasText: path.basename(name) });
    await this.choose('Control+p', name, path.basename(name));
    await this.wait(isOpen);
    await this.wait(this.page.locator('.editor-instance .view-line'));
  }

  /** The cursor to a line of the open file. */
  async goTo(line: number): Promise<void> {
    const isThere = this.page.locator('.statusbar-item').filter({ hasText: `Ln ${line},` });
    await this.until(isThere, async () => {
      if (!(await this.box.isVisible())) await this.press('Control+g');
      await this.box.fill(`:${line}`, { timeout: moment });
      await this.box.press('Enter', { timeout: moment });
    });
    await this.wait(this.box, 'hidden');
  }

  private get glyph(): Locator {
    return this.page.locator('.margin .codicon-debug-breakpoint, .margin .codicon-debug-breakpoint-unverified');
  }

  /** A breakpoint in a line of the open file that has none, by its key. */
  async breakAt(line: number): Promise<void> {
    await this.goTo(line);
    await this.until(this.glyph, () => this.press('F9'));
  }

  /** The same with the mouse, in the gutter. */
  async clickGutter(line: number): Promise<void> {
    const number = this.page
      .locator('.margin-view-overlays .line-numbers')
      .filter({ hasText: RegExp(`^${line}$`) })
      .first();
    await this.until(this.glyph, async () => {
      const box = await number.boundingBox({ timeout: moment });
      assert.ok(box !== null, `line ${line} is not in view`);
      const margin = await this.page.locator('.editor-instance .margin').first().boundingBox();
      await this.page.mouse.click((margin?.x ?? box.x) + 10, box.y + box.height / 2);
    });
  }

  /** The line that is marked as the one where the program stands. */
  async yellowLine(line?: number, limit = startLimit): Promise<void> {
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
    const row = this.variable(text);
    const isOpen = async () => (await row.getAttribute('aria-expanded', { timeout: moment })) === 'true';
    await this.wait(row);
    await this.until(
      () => isOpen().catch(() => false),
      () => row.locator('.monaco-tl-twistie').click({ timeout: moment }),
    );
  }

  async addWatch(expression: string): Promise<void> {
    const pane = this.page.locator('.pane').filter({ has: this.page.locator('.pane-header[aria-label*="Watch"]') });
    const box = this.page.locator('.debug-watch .inputBoxContainer input').first();
    const row = this.page.locator('.debug-watch .monaco-list-row').filter({ hasText: expression });
    await this.until(row, async () => {
      if (!(await box.isVisible())) {
        await pane.locator('.pane-header').hover({ timeout: moment });
        await pane.locator('[aria-label="Add Expression"]').first().click({ timeout: moment });
      }
      await box.fill(expression, { timeout: moment });
      await box.press('Enter', { timeout: moment });
    });
  }

  async seeWatch(text: string | RegExp): Promise<void> {
    await this.wait(this.page.locator('.debug-watch .monaco-list-row').filter({ hasText: text }));
  }

  /** The mouse over a word of a line that is in view, until its value is shown. */
  async hover(word: string, line: number): Promise<void> {
    await this.until(this.page.locator('.debug-hover-widget'), async () => {
      const [x, y] = await this.placeOf(word, line);
      await this.page.mouse.move(x, y + 200, { steps: 4 });
      await this.page.mouse.move(x, y, { steps: 4 });
    });
  }

  private async placeOf(word: string, line: number): Promise<[number, number]> {
    const number = this.page.locator('.margin-view-overlays .line-numbers').filter({ hasText: RegExp(`^${line}$`) });
    const top = (await number.first().boundingBox({ timeout: moment }))?.y ?? 0;
    for (const each of await this.page.locator('.view-line span span').filter({ hasText: word }).all()) {
      const box = await each.boundingBox({ timeout: moment });
      if (box === null || Math.abs(box.y - top) > box.height / 2) continue;
      const text = (await each.innerText({ timeout: moment })).replaceAll('\u00a0', ' ');
      const width = box.width / text.length;
      return [box.x + width * (text.indexOf(word) + word.length / 2), box.y + box.height / 2];
    }
    throw new Error(`"${word}" is not seen in line ${line}`);
  }

  /** By a double click, as one does. The list is painted anew after a step, and takes the box with it. */
  async setVariable(name: string, value: string): Promise<void> {
    const box = this.page.locator('.debug-variables .inputBoxContainer input').first();
    const shown = this.variable(RegExp(`^${name}\\b`)).locator('.value');
    await this.until(this.variable(RegExp(`^${name}\\b.*${value}`)), async () => {
      if (!(await box.isVisible())) await shown.first().dblclick({ timeout: moment });
      await box.fill(value, { timeout: moment });
      await box.press('Enter', { timeout: moment });
    });
  }

  /** Types a line into the debug console, one that is not there yet. */
  async console(line: string): Promise<void> {
    const input = this.page.locator('.repl-input-wrapper textarea').first();
    const text = this.page.locator('.repl-input-wrapper .view-lines');
    const written = async () => (await text.innerText({ timeout: moment })).replaceAll('\u00a0', ' ').trim();
    await this.command('Debug Console: Focus on Debug Console View');
    await this.until(this.page.locator('.repl .monaco-list-row').filter({ hasText: line }), async () => {
      if ((await written()) !== line) {
        await input.press('Control+a', { timeout: moment });
        await input.pressSequentially(line, { timeout: moment });
      }
      if ((await written()) === line) await input.press('Enter', { timeout: moment });
    });
  }

  async seeInConsole(text: string | RegExp): Promise<void> {
    await this.wait(this.page.locator('.repl .monaco-list-row').filter({ hasText: text }));
  }

  statusBar(text: string | RegExp): Locator {
    return this.page.locator('.statusbar-item').filter({ hasText: text }).first();
  }

  /** What a click on the status bar's item offers is chosen. */
  async fromStatusBar(text: string | RegExp, choice: string): Promise<void> {
    const item = this.statusBar(text).locator('a').first();
    await this.clickUntil(this.quickRow(choice), item);
  }

  /** Opens or closes a part of the side bar by its title. */
  async clickPane(title: string): Promise<void> {
    const header = this.page.locator(`.pane-header[aria-label^="${title}"]`).first();
    await this.wait(header);
    const before = await header.getAttribute('aria-expanded');
    const isOther = async () => (await header.getAttribute('aria-expanded', { timeout: moment })) !== before;
    await this.clickUntil(isOther, header);
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

  /** A button of a row, which is there while the row is chosen; pressed again until its effect is seen, or the row has gone. */
  async rowAction(text: string | RegExp, action: string, effect?: RegExp): Promise<void> {
    const row = this.row(text);
    const isDone = effect === undefined ? this.gone(row) : this.shown(this.page.getByText(effect));
    await this.wait(row);
    await this.until(isDone, async () => {
      await row.click({ timeout: moment });
      await row.locator(`.action-label[aria-label="${action}"]`).click({ timeout: moment });
    });
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

  /** Text in the terminal that is in front. */
  async seeInTerminal(text: string): Promise<void> {
    await this.wait(this.page.locator('.terminal-wrapper.active .xterm-rows > div').filter({ hasText: text }));
  }

  /** Types a line into it, and sees what is made of it. */
  async typeInTerminal(line: string): Promise<void> {
    const input = this.page.locator('.terminal-wrapper.active textarea').first();
    const row = this.page.locator('.terminal-wrapper.active .xterm-rows > div').filter({ hasText: line });
    await this.until(row, () => input.pressSequentially(line, { timeout: moment }), seeLimit / 2);
    await input.press('Enter', { timeout: seeLimit });
  }

  async seeStatus(text: string | RegExp): Promise<void> {
    await this.wait(this.statusBar(text));
  }

  async see(text: string | RegExp, limit = seeLimit): Promise<void> {
    await this.wait(this.page.getByText(text), 'visible', limit);
  }

  /** The toolbar of a running session: `Continue`, `Step Over`, `Restart`, … */
  async toolbar(button: string): Promise<void> {
    const found = this.page.locator(`.debug-toolbar .action-label[aria-label^="${button}"]`);
    await this.wait(found);
    await found.first().click({ timeout: seeLimit });
  }

  /** Ends the session, and sees it gone. Who presses twice ends it by force, so that is done late. */
  async stop(button: 'Stop' | 'Disconnect' = 'Stop'): Promise<void> {
    const found = this.page.locator(`.debug-toolbar .action-label[aria-label^="${button}"]`);
    await this.clickUntil(this.gone(this.page.locator('.debug-toolbar')), found, seeLimit / 2);
  }

  /** VS Code takes no notice of it before it has heard of a thread; a person presses it again. */
  async pause(): Promise<void> {
    const paused = this.page.locator('.debug-call-stack .monaco-list-row').filter({ hasText: 'paused' }).first();
    await this.clickUntil(paused, this.page.locator('.debug-toolbar .action-label[aria-label^="Pause"]'));
  }

  /** What is offered where the cursor stands. */
  async offers(text: string): Promise<void> {
    await this.until(this.page.getByText(text), () => this.press('Control+.'));
  }

  /** A button of a notification. */
  async notification(button: string): Promise<void> {
    const found = this.page.locator('.notifications-toasts .monaco-button').filter({ hasText: button });
    await this.wait(found);
    await this.clickUntil(this.gone(found), found);
  }

  /** The debugger has found no place for a breakpoint of the open file. */
  async seeUnverified(): Promise<void> {
    await this.wait(this.page.locator('.margin .codicon-debug-breakpoint-unverified'));
  }

  /** A button of the dialog that is open. */
  async dialog(button: string): Promise<void> {
    const found = this.page.locator('.monaco-dialog-box .monaco-button').filter({ hasText: button });
    await this.wait(found);
    await this.clickUntil(this.gone(found), found);
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
