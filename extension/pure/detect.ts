// What there is to debug in a folder, from the files that say so: go.mod, CMakeLists.txt, Cargo.toml, pyproject.toml. Gives
// configurations without a target; where the folder has a devcontainer.json, the same again with its container as the target. It reads only what it is handed, and guesses no program that the files do not name.
import type { Configuration, Json } from './configuration.ts';
import { l10n } from './words.ts';

/** A file of the workspace: its path from the folder on, with `/`, and its text where that is looked at. */
export interface Manifest {
  path: string;
  text: string;
}

export interface Suggestion extends Json {
  name: string;
  request: string;
  adapter: string;
  /** For lists, not for launch.json. */
  detail: string;
}

const workspace = '${workspaceFolder}';

function folderOf(path: string): string {
  const at = path.lastIndexOf('/');
  return at < 0 ? '' : path.slice(0, at);
}

const below = (folder: string, rest = ''): string => [workspace, folder, rest].filter((each) => each !== '').join('/');

/** Files that `suggestions` wants to see. */
export const manifestPattern =
  '**/{go.mod,CMakeLists.txt,Cargo.toml,pyproject.toml,main.go,main.py,__main__.py,manage.py,devcontainer.json,.devcontainer.json}';
export const ignoredPattern = '**/{node_modules,vendor,.git,target,build,dist,.venv,venv,third_party}/**';

export function suggestions(manifests: readonly Manifest[]): Suggestion[] {
  const sorted = [...manifests].sort(
    (a, b) => a.path.split('/').length - b.path.split('/').length || (a.path < b.path ? -1 : 1),
  );
  const found = sorted.flatMap((manifest) => {
    const name = manifest.path.split('/').at(-1) ?? '';
    switch (name) {
      case 'main.go':
        return goProgram(manifest);
      case 'go.mod':
        return goTests(manifest);
      case 'CMakeLists.txt':
        return cmake(manifest);
      case 'Cargo.toml':
        return cargo(manifest);
      case 'pyproject.toml':
        return pyproject(manifest);
      case 'devcontainer.json':
      case '.devcontainer.json':
        return [];
      default:
        return python(manifest);
    }
  });
  return manifests.some(({ path }) => isDevcontainer(path)) ? [...found, ...found.map(inDevcontainer)] : found;
}

/** Where its own tools look for it: `.devcontainer.json`, `.devcontainer/devcontainer.json`, `.devcontainer/NAME/devcontainer.json`. */
const isDevcontainer = (path: string): boolean =>
  /^(\.devcontainer\.json|\.devcontainer\/([^/]+\/)?devcontainer\.json)$/.test(path);

/** Its container's name is another one each time; the command finds it. */
function inDevcontainer(suggestion: Suggestion): Suggestion {
  const name = l10n.t('{0}, in the dev container', suggestion.name);
  return { ...suggestion, name, target: 'docker:${command:devcontainer}' };
}

function goProgram({ path, text }: Manifest): Suggestion[] {
  if (!/^package main\b/m.test(text)) return [];
  const folder = folderOf(path);
  const what = folder === '' ? l10n.t('this folder') : folder;
  return [
    {
      name: l10n.t('Go: {0}', what),
      detail: l10n.t('build the package and debug it'),
      request: 'launch',
      adapter: 'dlv',
      mode: 'debug',
      program: below(folder),
    },
  ];
}

function goTests({ path, text }: Manifest): Suggestion[] {
  const module = /^module\s+(\S+)/m.exec(text)?.[1] ?? '';
  const name = module.split('/').at(-1) ?? module;
  return [
    {
      name: l10n.t('Go: tests of {0}', name),
      detail: l10n.t('build the tests of the package and debug them'),
      request: 'launch',
      adapter: 'dlv',
      mode: 'test',
      program: below(folderOf(path)),
    },
  ];
}

function cmake({ path, text }: Manifest): Suggestion[] {
  const folder = folderOf(path);
  return [...text.matchAll(/^\s*add_executable\s*\(\s*([\w.+-]+)/gim)].map(([, name = '']) => ({
    name: l10n.t('C/C++: {0}', name),
    detail: below('build', [folder, name].filter((each) => each !== '').join('/')),
    request: 'launch',
    adapter: 'lldb-dap',
    program: below('build', [folder, name].filter((each) => each !== '').join('/')),
    cwd: workspace,
  }));
}

function cargo({ path, text }: Manifest): Suggestion[] {
  const sections = text.split(/^(?=\[)/m);
  const named = (section: RegExp) =>
    sections.filter((each) => section.test(each)).flatMap((each) => /^name\s*=\s*"([^"]+)"/m.exec(each)?.[1] ?? []);
  const bins = named(/^\[\[bin\]\]/);
  const names = bins.length > 0 ? bins : sections.some((each) => each.startsWith('[lib]')) ? [] : named(/^\[package\]/);
  return names.map((name) => ({
    name: l10n.t('Rust: {0}', name),
    detail: below(folderOf(path), `target/debug/${name}`),
    request: 'launch',
    adapter: 'lldb-dap',
    program: below(folderOf(path), `target/debug/${name}`),
    cwd: below(folderOf(path)),
  }));
}

function pyproject({ path, text }: Manifest): Suggestion[] {
  const scripts = text.split(/^(?=\[)/m).find((each) => each.startsWith('[project.scripts]')) ?? '';
  return [...scripts.matchAll(/^([\w-]+)\s*=\s*"([\w.]+):\w+"/gm)].map(([, name = '', module = '']) => ({
    name: l10n.t('Python: {0}', name),
    detail: l10n.t('module {0}', module),
    request: 'launch',
    adapter: 'debugpy',
    module,
    cwd: below(folderOf(path)),
  }));
}

function python({ path }: Manifest): Suggestion[] {
  return [
    {
      name: l10n.t('Python: {0}', path),
      detail: l10n.t('this file'),
      request: 'launch',
      adapter: 'debugpy',
      program: below(path),
      cwd: workspace,
    },
  ];
}

/** What the file in front of the user is debugged with; undefined where its language says nothing. */
export function ofOpenFile(language: string, path: string): Suggestion | undefined {
  const name = path.split('/').at(-1) ?? path;
  if (language === 'go') {
    const mode = name.endsWith('_test.go') ? 'test' : 'debug';
    const label = mode === 'test' ? l10n.t('Go: tests beside {0}', name) : l10n.t('Go: package of {0}', name);
    return {
      name: label,
      detail: l10n.t('the package of the open file'),
      request: 'launch',
      adapter: 'dlv',
      mode,
      program: '${fileDirname}',
    };
  }
  if (language === 'python')
    return {
      name: l10n.t('Python: {0}', name),
      detail: l10n.t('the open file'),
      request: 'launch',
      adapter: 'debugpy',
      program: '${file}',
      cwd: workspace,
    };
  return undefined;
}

/** The adapter that a configuration without one means. */
export function adapterFor(
  configuration: Configuration,
  manifests: readonly string[],
  language?: string,
): string | undefined {
  const program = typeof configuration.program === 'string' ? configuration.program : '';
  if (
    program.endsWith('.go') ||
    ['debug', 'test', 'exec', 'replay', 'core', 'auto'].includes(String(configuration.mode))
  )
    return 'dlv';
  if (program.endsWith('.py') || configuration.module !== undefined) return 'debugpy';
  const names = new Set(manifests.map((path) => path.split('/').at(-1) ?? path));
  if (language === 'go' || names.has('go.mod')) return 'dlv';
  if (
    ['c', 'cpp', 'rust', 'swift', 'zig'].includes(language ?? '') ||
    names.has('CMakeLists.txt') ||
    names.has('Cargo.toml')
  )
    return 'lldb-dap';
  if (language === 'python' || names.has('pyproject.toml')) return 'debugpy';
  return undefined;
}
