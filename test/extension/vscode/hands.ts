// A person's hands at a window, and a person's patience: a motion whose effect is not seen is made again as a whole, for what comes
// while a window is busy, or while it paints a list anew, is not noticed. Text goes to the very box that was found, never to
// whatever happens to have the keyboard. Nothing waits for a fixed time; what is seen instead of what was wanted is kept as a picture.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { patience } from '../../e2e/dap/client.ts';
import { root } from '../../e2e/places/programs.ts';

export const seeLimit = 20_000 * patience;
/** A program is built first, and a machine that is busy takes its time. */
export const startLimit = 3 * seeLimit;
/** Of a whole test. */
export const limit = { timeout: 300_000 * patience };
/** A part of a motion that takes longer is begun anew. */
export const moment = 3000;
const lookingPause = 50;
const pictures = path.join(root, 'build/screenshots');

export type Seen = () => Promise<boolean>;

export class Hands {
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

  /** Waits for something to be seen, or gone. */
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

  /** Makes the motion again and again until its effect is there; looks before each. */
  async until(isDone: Seen | Locator, motion: () => Promise<unknown>, pause = moment): Promise<void> {
    const done = typeof isDone === 'function' ? isDone : this.shown(isDone);
    const deadline = performance.now() + seeLimit;
    let trouble = '';
    while (!(await done())) {
      if (performance.now() > deadline) {
        await this.picture('failed').catch(() => undefined);
        throw new Error(`it had no effect${trouble}`);
      }
      try {
        await motion();
        trouble = '';
      } catch (error) {
        trouble = `: ${error instanceof Error ? error.message : ''}`;
      }
      const again = performance.now() + pause;
      while (!(await done()) && performance.now() < again) await this.page.waitForTimeout(lookingPause);
    }
  }

  shown(what: Locator): Seen {
    return () => what.first().isVisible();
  }

  gone(what: Locator): Seen {
    return async () => !(await what.first().isVisible());
  }

  async press(keys: string): Promise<void> {
    await this.page.keyboard.press(keys);
  }

  /** A click whose effect is told by what is seen, or not seen, afterwards. */
  async clickUntil(isDone: Seen | Locator, what: Locator, pause = moment): Promise<void> {
    await this.until(isDone, () => what.first().click({ timeout: moment }), pause);
  }

  /** The box of the list, or question, that is open. */
  get box(): Locator {
    return this.page.locator('.quick-input-widget .quick-input-box input').first();
  }

  quickRow(text: string | RegExp): Locator {
    return this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: text });
  }

  /** Opens a box by its keys and writes into it, until the row is there; it is chosen with Enter. */
  async choose(keys: string, text: string, row: string | RegExp): Promise<void> {
    const isThere = async () => (await this.written()) === text && (await this.quickRow(row).first().isVisible());
    await this.until(isThere, async () => {
      if ((await this.written()) !== text) await this.press(keys);
      await this.box.fill(text, { timeout: moment });
    });
    await this.enter(text);
  }

  /** Enter in the open box; it is over when the box has gone, or asks something else. */
  async enter(text: string): Promise<void> {
    const isOver = async () => (await this.written()) !== text;
    await this.until(isOver, () => this.box.press('Enter', { timeout: moment }));
  }

  /** What stands in the open box; undefined where none is. */
  private async written(): Promise<string | undefined> {
    if (!(await this.box.isVisible())) return undefined;
    return this.box.inputValue({ timeout: moment }).catch(() => undefined);
  }
}
