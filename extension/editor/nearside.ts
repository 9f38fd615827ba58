// The package's own files, the settings, and questions to `nearside`: the one place that knows where the executable lies and
// which state folder is meant.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { PathRule } from '../native.d.ts';
import type { Surroundings } from '../pure/configuration.ts';
import { run, type RunOptions } from './tool.ts';

export type TextSetting = 'target' | 'nearEnd' | 'executable' | 'stateFolder' | 'ca' | 'statusBar';

export class Nearside {
  private readonly context: vscode.ExtensionContext;

  constructor(context: vscode.ExtensionContext) {
    this.context = context;
  }

  /** `nearside.node`, of the package or of the build. */
  get addon(): string {
    return this.file('nearside.node');
  }

  get executable(): string {
    const own = this.setting('executable');
    return own === '' ? this.file('nearside') : own;
  }

  /** Absolute; what the setting says, else the user's own. */
  get state(): string {
    const own = this.ownState;
    if (own !== undefined) return own;
    const home = process.env.XDG_STATE_HOME;
    return join(home === undefined || home === '' ? join(homedir(), '.local/state') : home, 'nearside');
  }

  get ownState(): string | undefined {
    const own = this.setting('stateFolder');
    return own === '' ? undefined : own.replace(/^~(?=\/)/, homedir());
  }

  /** What the manifest's schema says of it is what it is. */
  setting(name: TextSetting, folder?: vscode.WorkspaceFolder): string {
    return vscode.workspace.getConfiguration('nearside', folder?.uri ?? null).get<string>(name) ?? '';
  }

  surroundings(folder: vscode.WorkspaceFolder | undefined, client: string): Surroundings {
    const ca = this.setting('ca');
    const settings = vscode.workspace.getConfiguration('nearside', folder?.uri ?? null);
    return {
      workspace: folder?.uri.scheme === 'file' ? folder.uri.fsPath : undefined,
      rules: settings.get<(PathRule & { target?: string })[]>('paths') ?? [],
      client,
      executable: this.executable,
      state: this.ownState,
      ca: ca === '' ? undefined : ca,
      allow: settings.get<string[]>('allow'),
    };
  }

  /** Runs `nearside ARGS…` with the state folder of the settings, and gives its stdout. */
  async ask(args: readonly string[], options: RunOptions = {}): Promise<string> {
    const state = this.ownState;
    const out = await run(this.executable, [...args, ...(state === undefined ? [] : ['--state', state])], options);
    return out.toString('utf8');
  }

  /** `nearside status --json`: without an agent here, of the near ends alone. */
  async status(): Promise<string> {
    return this.ask(['status', '--json'], { accept: [0, 3] }).catch(() => '{}');
  }

  /** The same of the agent of a target, one JSON object a line. */
  async askTarget<T>(args: readonly string[], target: string, options: RunOptions = {}): Promise<T[]> {
    const { ca, allow } = this.surroundings(undefined, '');
    const organisation =
      target.startsWith('tls://') && ca !== undefined
        ? ['--ca', ca, ...(allow ?? []).flatMap((name) => ['--allow', name])]
        : [];
    const out = await this.ask([...args, '--target', target, '--json', ...organisation], options);
    return out
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as T);
  }

  private file(name: string): string {
    const packed = this.context.asAbsolutePath(join('dist', name));
    return existsSync(packed) ? packed : this.context.asAbsolutePath(join('build/Release', name));
  }
}
