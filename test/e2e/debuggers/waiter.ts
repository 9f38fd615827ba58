// Starts the fixture `waiter` for attach scenarios and waits until it has said its process id.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { waitLimit } from '../dap/client.ts';
import type { Scratch } from '../places/scratch.ts';
import type { Running } from './debugger.ts';

export async function startWaiter(
  scratch: Scratch,
  command: string,
  args: string[],
  attachArguments: (pid: number) => object,
): Promise<Running> {
  const child = spawn(command, args, { env: scratch.env, cwd: scratch.dir, stdio: ['pipe', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  let text = '';
  child.stdout.setEncoding('utf8');
  const pid = await new Promise<number>((resolve, reject) => {
    const limit = setTimeout(() => {
      reject(new Error(`${command} did not say that it is ready; it said: ${text}`));
    }, waitLimit);
    child.stdout.on('data', (more: string) => {
      text += more;
      const said = /^ready (\d+)$/m.exec(text)?.[1];
      if (said === undefined) return;
      clearTimeout(limit);
      resolve(Number(said));
    });
    child.on('error', reject);
  });
  const end = async () => {
    child.stdin.end();
    const late = setTimeout(() => child.kill('SIGKILL'), waitLimit);
    await closed;
    clearTimeout(late);
  };
  scratch.after(end);
  return { pid, arguments: attachArguments(pid), output: () => text, end };
}
