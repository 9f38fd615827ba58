// The near end as a process of its own, `nearside connect --stdio`: what crashes there does not take the extension host with
// it. Its stderr is for the log. It ends when its stdin does; one that does not is killed.
import { spawn } from 'node:child_process';
import { FrameReader, frame } from './frames.ts';
import type { NearEndEvents, RunningNearEnd } from './near_end.ts';
import { l10n } from './words.ts';

/** After its stdin was closed. It has to tell the agent, which may be far. */
const leavingLimit = 4000;

export function childNearEnd(
  executable: string,
  args: readonly string[],
  events: NearEndEvents,
  environment: NodeJS.ProcessEnv = {},
): RunningNearEnd {
  const child = spawn(executable, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
    env: { ...process.env, ...environment },
  });
  const reader = new FrameReader();
  let lastWords = '';
  let closing = false;
  const gone = new Promise<void>((resolve) => {
    const end = (fault: { message: string } | null) => {
      resolve();
      events.onClosed(fault);
    };
    child.on('error', (error) => {
      end({ message: l10n.t('{0} could not be started: {1}', executable, error.message) });
    });
    child.on('close', (code, signal) => {
      const how = signal ?? l10n.t('exit code {0}', code ?? '?');
      const message = l10n.t('The near end has ended ({0}). {1}', how, lastWords).trim();
      end(closing || code === 0 ? null : { message });
    });
  });
  child.stdout.on('data', (bytes: Buffer) => {
    try {
      for (const body of reader.push(bytes)) events.onMessage(body);
    } catch (error) {
      lastWords = String(error);
      child.kill();
    }
  });
  let line = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    const lines = (line + text).split('\n');
    line = lines.pop() ?? '';
    for (const each of lines) {
      if (each !== '') lastWords = each;
      events.onLine(each);
    }
  });
  child.stdin.on('error', () => undefined); // it has ended, and `close` says why
  return {
    kind: 'childProcess',
    pid: child.pid ?? 0,
    send: (json) => {
      if (child.stdin.writable) child.stdin.write(frame(json));
    },
    close: async () => {
      closing = true;
      child.stdin.end();
      const late = setTimeout(() => child.kill('SIGKILL'), leavingLimit);
      await gone;
      clearTimeout(late);
    },
    retryNow: () => undefined, // it cannot be asked; it tries again every 10 s at the latest
  };
}
