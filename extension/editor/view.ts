// The Nearside view of Run and Debug: sessions (of this window, and those that wait at a target without a client), targets, and
// the path rules that were learned. It asks only while it is seen; a target that does not answer soon has no sessions to show.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { baseName, type LearnedRule, learnedRules } from '../pure/path_rules.ts';
import { ago } from '../pure/processes.ts';
import { iconOf, pairedAgents, shortName, thisMachine, type Target } from '../pure/targets.ts';
import { l10n } from '../pure/words.ts';
import type { Nearside } from './nearside.ts';
import type { FarSession } from './resume.ts';
import type { LiveSession, Sessions } from './sessions.ts';

/** Longer nobody looks at an empty list. */
const askingLimit = 5000;
const refreshPause = 5000;

export type Row =
  | { kind: 'group'; label: string; children: Row[] }
  | { kind: 'live'; live: LiveSession }
  | { kind: 'waiting'; target: string; session: FarSession }
  | { kind: 'target'; target: Target; fingerprint: string | undefined }
  | { kind: 'rule'; rule: LearnedRule };

export class View implements vscode.TreeDataProvider<Row>, vscode.Disposable {
  private readonly nearside: Nearside;
  private readonly sessions: Sessions;
  private readonly changed = new vscode.EventEmitter<Row | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly tree: vscode.TreeView<Row>;
  private readonly subscriptions: { dispose(): unknown }[];
  private timer: NodeJS.Timeout | undefined;

  constructor(nearside: Nearside, sessions: Sessions) {
    this.nearside = nearside;
    this.sessions = sessions;
    this.tree = vscode.window.createTreeView('nearside.view', { treeDataProvider: this });
    this.subscriptions = [
      this.tree,
      this.changed,
      sessions.onDidChange(() => {
        this.refresh();
      }),
      this.tree.onDidChangeVisibility(({ visible }) => {
        clearInterval(this.timer);
        this.timer = visible
          ? setInterval(() => {
              this.refresh();
            }, refreshPause)
          : undefined;
        void vscode.commands.executeCommand('setContext', 'nearside.viewShown', visible);
      }),
    ];
  }

  dispose(): void {
    clearInterval(this.timer);
    for (const each of this.subscriptions) each.dispose();
  }

  refresh(): void {
    if (this.tree.visible) this.changed.fire(undefined);
  }

  async getChildren(row?: Row): Promise<Row[]> {
    if (row !== undefined) return row.kind === 'group' ? row.children : [];
    const peers = pairedAgents(await this.nearside.ask(['peers', '--json']).catch(() => ''));
    const [waiting, rules] = await Promise.all([
      this.waiting(['local', ...peers.map(({ target }) => target.address)]),
      this.rules(),
    ]);
    const live = this.sessions.list().map((each): Row => ({ kind: 'live', live: each }));
    const targets = [{ target: thisMachine(), fingerprint: undefined }, ...peers].map((each): Row => ({
      kind: 'target',
      ...each,
    }));
    const groups: Row[] = [
      { kind: 'group', label: l10n.t('Sessions'), children: [...live, ...waiting] },
      { kind: 'group', label: l10n.t('Targets'), children: targets },
      {
        kind: 'group',
        label: l10n.t('Learned path rules'),
        children: rules.map((rule): Row => ({ kind: 'rule', rule })),
      },
    ];
    return groups.filter((group) => group.kind === 'group' && group.children.length > 0);
  }

  getTreeItem(row: Row): vscode.TreeItem {
    switch (row.kind) {
      case 'group':
        return new vscode.TreeItem(row.label, vscode.TreeItemCollapsibleState.Expanded);
      case 'live':
        return ofLive(row.live);
      case 'waiting':
        return ofWaiting(row.session, row.target);
      case 'target':
        return ofTarget(row.target, row.fingerprint);
      case 'rule':
        return ofRule(row.rule);
    }
  }

  async forget(rule: LearnedRule): Promise<void> {
    const { local, remote, workspace, target } = rule;
    await this.nearside.ask(['paths', 'forget', `${local}=${remote}`, '--workspace', workspace, '--target', target]);
    this.changed.fire(undefined);
  }

  private async waiting(targets: readonly string[]): Promise<Row[]> {
    const mine = new Set(this.sessions.list().map(({ options }) => options.client));
    const of = async (target: string): Promise<Row[]> => {
      const all = await this.nearside.askTarget(['sessions'], target, { limit: askingLimit }).catch(() => []);
      return (all as FarSession[])
        .filter(({ state, client }) => state !== 'live' && !mine.has(client))
        .map((session): Row => ({ kind: 'waiting', target, session }));
    };
    const lists = await Promise.all([...new Set(targets)].map(of));
    return lists.flat();
  }

  private async rules(): Promise<LearnedRule[]> {
    const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
    const text = await readFile(join(this.nearside.state, 'learned-rules.json'), 'utf8').catch(() => '');
    return learnedRules(text, folders);
  }
}

function item(label: string, description: string, icon: string, context: string, tooltip: string): vscode.TreeItem {
  const made = new vscode.TreeItem(label);
  return Object.assign(made, { description, iconPath: new vscode.ThemeIcon(icon), contextValue: context, tooltip });
}

function ofLive({ session, options, link, stopped }: LiveSession): vscode.TreeItem {
  const states = {
    connecting: l10n.t('connecting'),
    connected: stopped ? l10n.t('stopped') : l10n.t('running'),
    reconnecting: l10n.t('reconnecting'),
    lost: l10n.t('lost'),
  };
  const icons = {
    connecting: 'sync~spin',
    connected: stopped ? 'debug-pause' : 'debug-start',
    reconnecting: 'debug-disconnect',
    lost: 'error',
  };
  const context = link.kind === 'reconnecting' ? 'live session reconnecting' : 'live session';
  const tooltip = [session.name, options.target, link.security, link.detail].filter((line) => line !== '').join('\n');
  return item(session.name, `${shortName(options.target)} · ${states[link.kind]}`, icons[link.kind], context, tooltip);
}

function ofWaiting(session: FarSession, target: string): vscode.TreeItem {
  const program = baseName(session.program);
  const since = ago(session.stateSince, Date.now() / 1000);
  const state = session.state === 'away' ? l10n.t('its link is down') : l10n.t('waits for a client');
  const tooltip = [
    `${session.adapter} ${session.program}`,
    l10n.t('Session {0} at {1}', session.id, target),
    l10n.t('Its client: {0}', session.client),
  ].join('\n');
  return item(
    program === '' ? session.adapter : program,
    `${shortName(target)} · ${state} · ${since}`,
    'debug-disconnect',
    'session orphan',
    tooltip,
  );
}

function ofTarget(target: Target, fingerprint: string | undefined): vscode.TreeItem {
  const context = fingerprint === undefined ? 'target' : 'target paired';
  const description = target.address === 'local' ? '' : target.address;
  return item(
    target.label,
    description,
    iconOf(target.kind),
    context,
    [target.detail, fingerprint ?? ''].join('\n').trim(),
  );
}

function ofRule({ local, remote, source, target }: LearnedRule): vscode.TreeItem {
  return item(
    vscode.workspace.asRelativePath(local),
    `⇄ ${remote}`,
    'file-symlink-directory',
    'rule',
    [`${local} ⇄ ${remote}`, source, target].join('\n'),
  );
}
