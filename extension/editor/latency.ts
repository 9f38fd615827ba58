// `Nearside: Show Latency`: a page beside the editor that is drawn anew each second while it is seen.
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { latencyBody, latencyPage } from '../pure/latency_page.ts';
import type { SessionReport } from '../pure/report.ts';
import { l10n } from '../pure/words.ts';
import type { Sessions } from './sessions.ts';

const drawingPause = 1000;

export class Latency {
  private readonly sessions: Sessions;
  private panel: vscode.WebviewPanel | undefined;

  constructor(sessions: Sessions) {
    this.sessions = sessions;
  }

  async show(): Promise<void> {
    if (this.panel !== undefined) {
      this.panel.reveal();
      return;
    }
    const panel = vscode.window.createWebviewPanel(
      'nearside.latency',
      l10n.t('Nearside: Latency'),
      vscode.ViewColumn.Beside,
      { enableScripts: true, localResourceRoots: [] },
    );
    this.panel = panel;
    const { webview } = panel;
    let last = latencyBody(await this.numbers());
    webview.html = latencyPage(await this.numbers(), randomBytes(16).toString('base64url'), webview.cspSource);
    let drawing = false;
    const draw = async () => {
      if (drawing || !panel.visible || this.sessions.list().length === 0) return;
      drawing = true;
      const now = latencyBody(await this.numbers());
      drawing = false;
      if (now !== last && this.panel === panel) await webview.postMessage((last = now));
    };
    const timer = setInterval(() => void draw(), drawingPause);
    panel.onDidDispose(() => {
      clearInterval(timer);
      this.panel = undefined;
    });
  }

  /** Of the sessions of this window, the one in front first. */
  private async numbers(): Promise<SessionReport[]> {
    const found = await this.sessions.measure();
    const front = this.sessions.current();
    return [...found].sort(([a], [b]) => Number(b === front) - Number(a === front)).map(([, report]) => report);
  }
}
