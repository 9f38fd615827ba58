// `Nearside: Collect Diagnostics`: what somebody who helps needs to see, as one text that the user reads before anybody else does.
// Names, addresses, keys and tokens are taken out; no values of a program are in it.
import { readFile } from 'node:fs/promises';
import { homedir, hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { redact } from '../pure/redact.ts';
import { sshHosts } from '../pure/ssh_hosts.ts';
import { l10n, reasonOf } from '../pure/words.ts';
import type { Nearside } from './nearside.ts';
import type { Sessions } from './sessions.ts';
import { run } from './tool.ts';

/** Of a log, the end is what matters. */
const longestLog = 20_000;

export async function collectDiagnostics(nearside: Nearside, sessions: Sessions, version: string): Promise<void> {
  const part = async (title: string, make: () => Promise<string> | string) => {
    const body = await Promise.resolve()
      .then(make)
      .catch((error: unknown) => `(${reasonOf(error)})`);
    return `## ${title}\n\n\`\`\`\n${body.trim()}\n\`\`\`\n`;
  };
  const file = async (name: string) => (await readFile(name, 'utf8')).slice(-longestLog);
  const settings = vscode.workspace.getConfiguration('nearside');
  const parts = await Promise.all([
    part('Versions', async () =>
      [
        `extension ${version}`,
        `VS Code ${vscode.version} (${vscode.env.appName}, ${vscode.env.remoteName ?? 'no remote'}, ${vscode.env.uiKind === vscode.UIKind.Web ? 'web' : 'desktop'})`,
        `${process.platform} ${process.arch}, Node ${process.versions.node}`,
        await nearside.ask(['--version']),
      ].join('\n'),
    ),
    part('Settings', () =>
      JSON.stringify(
        Object.fromEntries(
          [
            'target',
            'nearEnd',
            'executable',
            'stateFolder',
            'ca',
            'allow',
            'paths',
            'statusBar',
            'resumeAfterReload',
          ].map((name) => [name, settings.get(name)]),
        ),
        null,
        2,
      ),
    ),
    part('Sessions of this window', () =>
      JSON.stringify(
        sessions.list().map(({ configuration, link, adapter, stopped }) => ({
          adapter: configuration.adapter,
          request: configuration.request,
          mode: configuration.mode,
          target: configuration.target,
          nearEnd: adapter.nearEnd.kind,
          link,
          stopped,
        })),
        null,
        2,
      ),
    ),
    part('nearside status', async () => JSON.stringify(JSON.parse(await nearside.status()), null, 2)),
    part('Peers', () => nearside.ask(['peers'])),
    part('Path rules', () => nearside.ask(['paths', 'rules'])),
    part('Debuggers here', debuggersHere),
    part('May processes be attached to here?', () =>
      file('/proc/sys/kernel/yama/ptrace_scope').then((scope) => `ptrace_scope ${scope.trim()}`),
    ),
    part('agent.log', () => file(join(nearside.state, 'agent.log'))),
  ]);
  const names = [
    ...sshHosts().map(({ label }) => label),
    ...(vscode.workspace.workspaceFolders ?? []).map(({ name }) => name),
  ];
  const text = redact(parts.join('\n'), { user: userInfo().username, home: homedir(), host: hostname(), names });
  const head = l10n.t('Names, addresses, keys and tokens were taken out. Read it before you give it to anybody.');
  const document = await vscode.workspace.openTextDocument({
    language: 'markdown',
    content: `# Nearside diagnostics\n\n${head}\n\n${text}`,
  });
  await vscode.window.showTextDocument(document);
}

async function debuggersHere(): Promise<string> {
  const of = async (program: string, ...args: string[]) => {
    const out = await run(program, args, { limit: 5000 }).catch(() => undefined);
    return `${program}: ${out?.toString('utf8').trim().split('\n').slice(0, 2).join(' ') ?? '-'}`;
  };
  return (
    await Promise.all([
      of('dlv', 'version'),
      of('go', 'version'),
      of('lldb-dap', '--version'),
      of('python3', '-c', 'import debugpy, sys; print(debugpy.__version__, sys.version)'),
    ])
  ).join('\n');
}
