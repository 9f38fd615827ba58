// From what the user has, a launch.json or nothing at all, to a configuration that says everything. Who has nothing is asked:
// again what ran last, or where and what. Cancelling anything starts nothing.
import { readFileSync, statSync } from 'node:fs';
import * as vscode from 'vscode';
import { ConfigurationError, resumeMember, type Configuration } from '../pure/configuration.ts';
import { forDelve, withEnvironment } from '../pure/delve.ts';
import { adapterFor, ofOpenFile, suggestions, type Suggestion } from '../pure/detect.ts';
import { wantsTerminal } from '../pure/far_terminals.ts';
import { Recent } from '../pure/recent.ts';
import { iconOf, kindOf, shortName } from '../pure/targets.ts';
import { l10n } from '../pure/words.ts';
import { manifestsOf } from './manifests.ts';
import type { Nearside } from './nearside.ts';
import type { Pickers } from './pickers.ts';
import type { Resuming } from './resume.ts';

interface ProgramItem extends vscode.QuickPickItem {
  configuration?: Configuration;
  own?: boolean;
}

/** In the place of a session's name. */
const cancelled = '';

type Folder = vscode.WorkspaceFolder | undefined;

export class Provider implements vscode.DebugConfigurationProvider {
  private readonly recent: Recent<Configuration>;

  private readonly nearside: Nearside;
  private readonly pickers: Pickers;
  private readonly resuming: Resuming;

  constructor(nearside: Nearside, pickers: Pickers, resuming: Resuming, memory: vscode.Memento) {
    this.nearside = nearside;
    this.pickers = pickers;
    this.resuming = resuming;
    this.recent = new Recent(
      memory,
      'configurations',
      ({ name, target, adapter }) => `${String(adapter)} ${name} ${String(target)}`,
    );
  }

  async provideDebugConfigurations(folder: Folder): Promise<vscode.DebugConfiguration[]> {
    return (await this.offers(folder)).map(({ detail: _, ...rest }) => ({ type: 'nearside', ...rest }));
  }

  async resolveDebugConfiguration(
    folder: Folder,
    given: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration | undefined> {
    const isEmpty = !given.request && !given.name;
    const configuration = isEmpty ? await this.ask(folder) : given;
    if (configuration === undefined) return undefined;
    if (typeof configuration.target !== 'string' || configuration.target === '') {
      const setting = this.nearside.setting('target', folder);
      const target = setting === '' ? await this.pickers.target(folder?.uri.fsPath) : setting;
      if (target === undefined) return undefined;
      configuration.target = target;
    }
    // Else VS Code would open its console in front of the terminal that waits for its user.
    if (wantsTerminal(configuration)) configuration.internalConsoleOptions ??= 'neverOpen';
    return { ...configuration, type: 'nearside' };
  }

  async resolveDebugConfigurationWithSubstitutedVariables(
    folder: Folder,
    given: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration | undefined> {
    const configuration = { ...given };
    try {
      if (configuration[resumeMember] !== undefined) return configuration;
      const orphan = await this.orphan(configuration);
      if (orphan === cancelled) return undefined;
      if (orphan !== undefined) return { ...configuration, [resumeMember]: orphan };
      configuration.adapter ??= adapterFor(
        configuration,
        (await manifestsOf(folder)).map(({ path }) => path),
        vscode.window.activeTextEditor?.document.languageId,
      );
      if (typeof configuration.adapter !== 'string')
        throw new ConfigurationError(
          l10n.t('"{0}" is missing: say what debugs, such as dlv, lldb-dap or debugpy.', 'adapter'),
        );
      const withEnv = withEnvironment(configuration, (path) => readFileSync(path, 'utf8'));
      if (configuration.adapter !== 'dlv') return withEnv;
      const tool = this.delveTool(withEnv, folder);
      const done = forDelve(withEnv, folder?.uri.fsPath, isFile);
      return tool === undefined ? done : { ...done, dlvToolPath: tool };
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      await vscode.window.showErrorMessage(error.message, { modal: true });
      return undefined;
    }
  }

  /** One of this configuration that waits over there: its name when it is to be resumed, `cancelled` when nothing is to be started. */
  private async orphan(configuration: Configuration): Promise<string | undefined> {
    const found = await this.resuming.orphanOf(configuration);
    if (found === undefined) return undefined;
    const resume = l10n.t('Resume');
    const anew = l10n.t('End It and Start');
    const text = l10n.t('“{0}” still runs at {1}.', configuration.name, shortName(String(configuration.target)));
    const detail = l10n.t('Its window has gone, and it waits for the next one.');
    const answer = await vscode.window.showInformationMessage(text, { modal: true, detail }, resume, anew);
    if (answer === undefined) return cancelled;
    await this.resuming.settled(configuration, answer === resume ? undefined : found);
    return answer === resume ? found : undefined;
  }

  /** What there is to debug here: first of the open file, then of the folder. */
  private async offers(folder: Folder): Promise<Suggestion[]> {
    const document = vscode.window.activeTextEditor?.document;
    const open = document?.uri.scheme === 'file' ? ofOpenFile(document.languageId, document.uri.path) : undefined;
    return [...(open === undefined ? [] : [open]), ...suggestions(await manifestsOf(folder))];
  }

  private async ask(folder: Folder): Promise<Configuration | undefined> {
    const again = await this.askAgain();
    if (again === 'cancelled') return undefined;
    const chosen = again ?? (await this.askAnew(folder));
    if (chosen !== undefined) await this.recent.use(chosen);
    return chosen === undefined ? undefined : { ...chosen };
  }

  private async askAgain(): Promise<Configuration | 'cancelled' | undefined> {
    const known = this.recent.list();
    if (known.length === 0) return undefined;
    const items: ProgramItem[] = known.map((configuration) => {
      const target = String(configuration.target);
      return {
        label: configuration.name,
        description: `${String(configuration.adapter)} · ${shortName(target)}`,
        iconPath: new vscode.ThemeIcon(iconOf(kindOf(target))),
        configuration,
      };
    });
    items.push(
      { label: '', kind: vscode.QuickPickItemKind.Separator },
      { label: `$(add) ${l10n.t('Something else…')}`, description: l10n.t('another target or program'), own: true },
    );
    const picked = await vscode.window.showQuickPick(items, { title: l10n.t('Debug again') });
    return picked === undefined ? 'cancelled' : picked.configuration;
  }

  private async askAnew(folder: Folder): Promise<Configuration | undefined> {
    const setting = this.nearside.setting('target', folder);
    const target = setting === '' ? await this.pickers.target(folder?.uri.fsPath) : setting;
    if (target === undefined) return undefined;
    const offers = (await this.offers(folder)).filter((each) => each.target === undefined);
    const items: ProgramItem[] = offers.map(({ detail, ...rest }) => ({
      label: rest.name,
      description: rest.adapter,
      detail,
      configuration: { type: 'nearside', ...rest },
    }));
    items.push(
      { label: '', kind: vscode.QuickPickItemKind.Separator },
      { label: `$(edit) ${l10n.t('Another program…')}`, own: true },
    );
    const title = l10n.t('What is debugged at {0}?', shortName(target));
    const picked = await vscode.window.showQuickPick(items, { title, matchOnDescription: true });
    const configuration = picked?.own === true ? await this.askOwn(title) : picked?.configuration;
    return configuration === undefined ? undefined : { ...configuration, target };
  }

  private async askOwn(title: string): Promise<Configuration | undefined> {
    const adapters = [
      { label: 'dlv', description: 'Go' },
      { label: 'lldb-dap', description: 'C, C++, Rust, Swift' },
      { label: 'debugpy', description: 'Python' },
    ];
    const adapter = (await vscode.window.showQuickPick(adapters, { title }))?.label;
    if (adapter === undefined) return undefined;
    const prompt =
      adapter === 'dlv'
        ? l10n.t('The package or file, or an executable over there')
        : l10n.t('The program, as it is named here or over there');
    const program = await vscode.window.showInputBox({ title, prompt, value: '${workspaceFolder}/' });
    if (program === undefined || program === '') return undefined;
    return {
      type: 'nearside',
      name: program.split('/').findLast((part) => part !== '') ?? program,
      request: 'launch',
      adapter,
      program,
    };
  }

  private delveTool(configuration: Configuration, folder: Folder): string | undefined {
    if (configuration.target !== 'local') return undefined;
    const tools = vscode.workspace
      .getConfiguration('go', folder?.uri ?? null)
      .get<Record<string, string>>('alternateTools');
    const tool = configuration.dlvToolPath ?? tools?.dlv;
    return typeof tool === 'string' && tool !== '' ? tool : undefined;
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
