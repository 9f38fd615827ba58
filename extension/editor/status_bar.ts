// The status bar's item: how the session in front of the user is linked, what a round trip takes, how much was answered here. It
// counts down while the link is down, and measures only while a session runs. A click offers what can be done.
import * as vscode from 'vscode';
import { measured, type Measured } from '../pure/report.ts';
import { statusText } from '../pure/status_text.ts';
import { shortName } from '../pure/targets.ts';
import { l10n } from '../pure/words.ts';
import type { Nearside } from './nearside.ts';
import type { LiveSession, Sessions } from './sessions.ts';

/** Asking takes some 10 ms of a process; nobody reads faster. */
const measuringPause = 3000;

export class StatusBar implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('nearside.status', vscode.StatusBarAlignment.Left, 40);
  private readonly nearside: Nearside;
  private readonly sessions: Sessions;
  private readonly measures = new Map<string, Measured>();
  private readonly subscriptions: { dispose(): unknown }[];
  private ticking: NodeJS.Timeout | undefined;
  private measuring: NodeJS.Timeout | undefined;

  constructor(nearside: Nearside, sessions: Sessions) {
    this.nearside = nearside;
    this.sessions = sessions;
    this.item.name = 'Nearside';
    const show = () => {
      this.show();
    };
    this.subscriptions = [
      this.item,
      sessions.onDidChange((live) => {
        this.show();
        if (live.stopped || live.link.kind === 'connected') this.measureSoon(300);
      }),
      vscode.debug.onDidChangeActiveDebugSession(show),
      vscode.workspace.onDidChangeConfiguration(show),
    ];
    this.show();
  }

  dispose(): void {
    clearInterval(this.ticking);
    clearTimeout(this.measuring);
    for (const each of this.subscriptions) each.dispose();
  }

  private show(): void {
    const when = this.nearside.setting('statusBar');
    const live = this.sessions.current();
    const isDown = live?.link.kind === 'reconnecting';
    void vscode.commands.executeCommand('setContext', 'nearside.active', live !== undefined);
    void vscode.commands.executeCommand('setContext', 'nearside.reconnecting', isDown);
    this.tick(isDown);
    if (when === 'never' || (live === undefined && when !== 'always')) {
      this.item.hide();
      return;
    }
    if (live === undefined) this.showTarget();
    else this.showSession(live);
    this.item.show();
  }

  private showSession(live: LiveSession): void {
    const { text, tooltip, warning } = statusText(
      live.link,
      performance.now() - live.linkSince,
      this.measures.get(live.session.id),
    );
    this.item.text = text;
    this.item.tooltip = tooltip;
    this.item.accessibilityInformation = {
      label: `Nearside ${text.replace(/\$\([^)]*\)/, '').trim()}`,
      role: 'button',
    };
    this.item.backgroundColor = warning ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    this.item.command = 'nearside.showStatus';
  }

  private showTarget(): void {
    const target = this.nearside.setting('target', vscode.workspace.workspaceFolders?.[0]);
    this.item.text = `$(debug-alt) ${target === '' ? 'Nearside' : shortName(target)}`;
    this.item.tooltip = l10n.t('Nearside: choose where to debug');
    this.item.backgroundColor = undefined;
    this.item.command = 'nearside.selectTarget';
  }

  /** Seconds are counted only while somebody waits for them. */
  private tick(wanted: boolean): void {
    if (!wanted) {
      clearInterval(this.ticking);
      this.ticking = undefined;
    } else {
      this.ticking ??= setInterval(() => {
        this.show();
      }, 1000);
    }
  }

  private measureSoon(after: number): void {
    if (this.measuring !== undefined) return;
    this.measuring = setTimeout(() => {
      void this.measure();
    }, after);
  }

  private async measure(): Promise<void> {
    const found = await this.sessions.measure();
    this.measuring = undefined;
    for (const [{ session }, report] of found) this.measures.set(session.id, measured(report));
    const live = this.sessions.list();
    for (const id of this.measures.keys()) if (!live.some(({ session }) => session.id === id)) this.measures.delete(id);
    this.show();
    if (live.length > 0) this.measureSoon(measuringPause);
  }
}

/** What a click on the item offers. */
export async function showStatus(sessions: Sessions): Promise<void> {
  const live = sessions.current();
  if (live === undefined) return;
  const offer = (icon: string, label: string, command: string) => ({ label: `$(${icon}) ${label}`, command });
  const isDown = live.link.kind === 'reconnecting';
  const offers = [
    ...(isDown ? [offer('debug-restart', l10n.t('Retry Now'), 'nearside.retryNow')] : []),
    offer('debug-stop', l10n.t('Stop Session'), 'nearside.stop'),
    offer('graph', l10n.t('Show Latency'), 'nearside.showLatency'),
    offer('output', l10n.t('Show Log'), 'nearside.showLog'),
    offer('pulse', l10n.t('Collect Diagnostics'), 'nearside.collectDiagnostics'),
  ];
  const { tooltip } = statusText(live.link, performance.now() - live.linkSince);
  const title = `${live.session.name}: ${shortName(live.options.target)}`;
  const picked = await vscode.window.showQuickPick(offers, { title, placeHolder: tooltip.replaceAll('\n\n', ' ') });
  if (picked !== undefined) await vscode.commands.executeCommand(picked.command);
}

export function retryNow(sessions: Sessions): void {
  for (const { adapter, link } of sessions.list()) if (link.kind === 'reconnecting') adapter.nearEnd.retryNow();
}

export async function stop(sessions: Sessions): Promise<void> {
  const live = sessions.current();
  if (live !== undefined) await vscode.debug.stopDebugging(live.session);
}
