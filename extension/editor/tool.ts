// Other programs: `nearside` of this package, and docker, kubectl, wsl.exe where the user has them. Each call has a limit, and
// what a failed one said is its error. Nothing goes through a shell.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { l10n } from '../pure/words.ts';

const usualLimit = 15_000;
/** More than a list for people ever has. */
const longestOutput = 8 * 1024 * 1024;

export interface RunOptions {
  input?: string;
  limit?: number;
  env?: NodeJS.ProcessEnv;
  signal?: AbortSignal;
  /** Exit codes that are no failure. */
  accept?: readonly number[];
}

export class ToolError extends Error {}

/** Its stdout, when it has succeeded. */
export async function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Buffer> {
  const { input = '', limit = usualLimit, env, signal, accept = [0] } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
      timeout: limit,
      env: { ...process.env, ...env },
      ...(signal === undefined ? {} : { signal }),
    });
    const out: Buffer[] = [];
    let size = 0;
    let err = '';
    child.stdout.on('data', (bytes: Buffer) => {
      size += bytes.length;
      if (size <= longestOutput) out.push(bytes);
      else child.kill();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err = (err + text).slice(-4000)));
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    child.on('error', (error) => {
      reject(new ToolError(l10n.t('{0} could not be run: {1}', program, error.message)));
    });
    child.on('close', (code, by) => {
      if (accept.includes(code ?? -1) && size <= longestOutput) resolve(Buffer.concat(out));
      else
        reject(
          new ToolError(
            err.trim() === ''
              ? l10n.t('{0} has failed ({1}).', [program, ...args].join(' '), code ?? by ?? '')
              : err.trim().replace(/^nearside: /, ''),
          ),
        );
    });
  });
}

/** Whether a program of that name is on the PATH. */
export function isOnPath(name: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => folder !== '' && existsSync(join(folder, name)));
}
