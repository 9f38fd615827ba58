// The near end inside this extension host, and whether it may be. The addon is loaded at the first session and not before. A
// marker in the extension's own folder stands while such a session runs: one of a process that is gone means that it ended
// abnormally with it, and then the next session gets a process of its own, as it does when the addon does not load.
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as Native from '../native.d.ts';
import type { NearEndEvents, RunningNearEnd } from '../pure/near_end.ts';
import { l10n, reasonOf } from '../pure/words.ts';

declare const __filename: string; // the bundle is CommonJS

export class Addon {
  private loaded: typeof Native | undefined;
  private readonly markers: string;
  private open = 0;
  private before: string | undefined;

  private readonly file: string;

  constructor(file: string, storage: string) {
    this.file = file;
    this.markers = join(storage, 'in-process');
  }

  /** Why no session may run in this process; undefined: it may. */
  trouble(): string | undefined {
    const dead = this.deadMarkers();
    if (dead.length > 0) {
      // This window is warned once for all; the next one may try again.
      this.before = l10n.t('The extension host ended abnormally while a session ran inside it.');
      for (const name of dead) rmSync(join(this.markers, name), { force: true });
    }
    if (this.before !== undefined) return this.before;
    try {
      this.native();
      return undefined;
    } catch (error) {
      return l10n.t('{0} could not be loaded: {1}', this.file, reasonOf(error));
    }
  }

  start(options: Native.NearEndOptions, events: NearEndEvents): RunningNearEnd {
    const { NearEnd } = this.native();
    this.mark(1);
    let over = false;
    const end = () => {
      if (!over) this.mark(-1);
      over = true;
    };
    try {
      const nearEnd = new NearEnd(options, {
        onMessage: events.onMessage,
        onState: events.onState,
        onClosed: (fault) => {
          end();
          events.onClosed(fault);
        },
      });
      return {
        kind: 'inProcess',
        pid: process.pid,
        send: (json) => void nearEnd.send(json),
        close: () => nearEnd.close(),
        retryNow: () => {
          nearEnd.retryNow();
        },
      };
    } catch (error) {
      end();
      throw error;
    }
  }

  /** At the orderly end of this process: what is open now was not cut off by a crash. */
  leave(): void {
    rmSync(this.marker(), { force: true });
  }

  private native(): typeof Native {
    this.loaded ??= createRequire(__filename)(this.file) as typeof Native;
    return this.loaded;
  }

  private marker(): string {
    return join(this.markers, String(process.pid));
  }

  private mark(change: number): void {
    this.open += change;
    if (this.open > 0) {
      mkdirSync(this.markers, { recursive: true });
      writeFileSync(this.marker(), '');
    } else this.leave();
  }

  private deadMarkers(): string[] {
    if (!existsSync(this.markers)) return [];
    return readdirSync(this.markers).filter((name) => !isAlive(Number(name)));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
