// The near end as a process of its own, `nearside connect --stdio`: what crashes there does not take the extension host with
// it. Its stderr is for the log; a fourth descriptor, open both ways, tells of its link and takes Retry Now. It ends when its stdin
// does; one that does not is killed.
import { spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import type { LinkState } from '../native.d.ts';
import { FrameReader, frame } from './frames.ts';
import type { NearEndEvents, RunningNearEnd } from './near_end.ts';
import { l10n } from './words.ts';

/** After its stdin was closed. It has to tell the agent, which may be far. */
const leavingLimit = 4000;
const control = 3;

export function childNearEnd(
  executable: string,
  args: readonly string[],
  events: NearEndEvents,
  environment: NodeJS.ProcessEnv = {},
): RunningNearEnd {
  const child = spawn(executable, [...args, '--control', String(control)], {
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
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
  const words = lines((text) => {
    if (text !== '') lastWords = text;
    events.onLine(text);
  });
  child.stderr.setEncoding('utf8').on('data', words);
  const steering = child.stdio[control] as Duplex;
  const states = lines((text) => {
    events.onState(JSON.parse(text) as LinkState);
  });
  steering.setEncoding('utf8').on('data', states);
  for (const stream of [child.stdin, steering]) stream.on('error', () => undefined); // it has ended, and `close` says why
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
    retryNow: () => {
      if (steering.writable) steering.write('retry\n');
    },
  };
}

/** Takes pieces of a text, and gives its lines. */
function lines(take: (line: string) => void): (text: string) => void {
  let rest = '';
  return (text) => {
    const whole = (rest + text).split('\n');
    rest = whole.pop() ?? '';
    for (const line of whole) take(line);
  };
}
