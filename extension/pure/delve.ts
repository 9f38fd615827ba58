// What Delve has to be told beyond what people write, as its Go extension tells it: mode auto, the folder it builds in,
// variables from files, absolute paths.
import { isAbsolute, posix, win32 } from 'node:path';
import { ConfigurationError, type Configuration } from './configuration.ts';
import { l10n, reasonOf } from './words.ts';

const isAnyAbsolute = (path: string): boolean => isAbsolute(path) || posix.isAbsolute(path) || win32.isAbsolute(path);

/** Joins in the manner of the folder: what is relative is of the workspace. */
function absolute(path: string, folder: string | undefined): string {
  if (folder === undefined || path === '' || isAnyAbsolute(path)) return path;
  return (folder.includes('\\') ? win32 : posix).join(folder, path);
}

const absoluteMembers = ['program', 'cwd', 'output', 'coreFilePath', 'traceDirPath', 'dlvCwd'];

/** `isFile`: what is known of a path on this machine. */
export function forDelve(
  given: Configuration,
  folder: string | undefined,
  isFile: (path: string) => boolean,
): Configuration {
  const configuration: Configuration = { ...given };
  for (const member of absoluteMembers) {
    const value = configuration[member];
    if (typeof value === 'string') configuration[member] = absolute(value, folder);
  }
  if (configuration.request === 'attach') {
    configuration.mode ??= 'local';
    if (typeof configuration.processId === 'string' && /^\d+$/.test(configuration.processId))
      configuration.processId = Number(configuration.processId);
    return configuration;
  }
  const program = typeof configuration.program === 'string' ? configuration.program : '';
  if (configuration.mode === undefined || configuration.mode === 'auto')
    configuration.mode = program.endsWith('_test.go') ? 'test' : 'debug';
  const builds = configuration.mode === 'debug' || configuration.mode === 'test';
  if (builds && program !== '' && configuration.dlvCwd === undefined) {
    // go build finds its module from the folder that it runs in, so Delve runs in the package's.
    const paths = program.includes('\\') ? win32 : posix;
    const isOne = program.endsWith('.go') || isFile(program);
    configuration.dlvCwd = isOne ? paths.dirname(program) : program;
    configuration.program = isOne && configuration.mode === 'debug' ? `./${paths.basename(program)}` : '.';
  }
  return configuration;
}

/** Lines NAME=VALUE, as shells and Docker have them; `export` and quotes are taken off, comments left out. */
export function readEnvironment(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    const [, name, raw] = /^\s*(?:export\s+)?([\w.-]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (name === undefined || raw === undefined) continue;
    const quoted = /^(["'])(.*)\1$/.exec(raw);
    found[name] =
      quoted?.[2] === undefined
        ? raw.replace(/\s+#.*$/, '')
        : quoted[1] === '"'
          ? quoted[2].replaceAll('\\n', '\n')
          : quoted[2];
  }
  return found;
}

/** `env` with what `envFile` names laid under it. */
export function withEnvironment(given: Configuration, read: (path: string) => string): Configuration {
  const files = (Array.isArray(given.envFile) ? given.envFile : [given.envFile]).filter(
    (each): each is string => typeof each === 'string' && each !== '',
  );
  if (files.length === 0) return given;
  const env: Record<string, unknown> = {};
  for (const file of files) {
    try {
      Object.assign(env, readEnvironment(read(file)));
    } catch (error) {
      throw new ConfigurationError(l10n.t('"envFile" could not be read: {0}', reasonOf(error)));
    }
  }
  return { ...given, env: { ...env, ...(given.env as object | undefined) } };
}
