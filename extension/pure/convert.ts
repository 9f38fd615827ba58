// Other extensions' launch configurations as ours: what means the same keeps its meaning, what has no counterpart is left out and
// said. Nothing is guessed: where the program runs is asked by who calls, unless the configuration says it itself.
import type { Configuration, Json } from './configuration.ts';
import { l10n } from './words.ts';
import { baseName } from './path_rules.ts';

export const convertible = ['go', 'lldb', 'lldb-dap', 'cppdbg', 'debugpy', 'python'] as const;
export type Convertible = (typeof convertible)[number];

export interface Converted {
  configuration: Configuration;
  /** A line each: what was left out or has to be looked at. */
  notes: string[];
}

export const isConvertible = (type: unknown): type is Convertible =>
  typeof type === 'string' && (convertible as readonly string[]).includes(type);

/** Members of VS Code itself: every type has them. */
const ofEveryType = [
  'name',
  'request',
  'preLaunchTask',
  'postDebugTask',
  'internalConsoleOptions',
  'presentation',
  'serverReadyAction',
  'debugServer',
  'suppressMultipleSessionWarning',
];

class Work {
  readonly made: Json = {};
  readonly notes: string[] = [];
  private readonly rest: Json;

  constructor(given: Json) {
    this.rest = { ...given };
    this.take('type');
  }

  take(member: string): unknown {
    const value = this.rest[member];
    Reflect.deleteProperty(this.rest, member);
    return value;
  }

  /** These stand as they are. */
  keep(...members: string[]): void {
    for (const member of members) this.set(member, this.take(member));
  }

  rename(from: string, to: string): void {
    this.set(to, this.take(from));
  }

  set(member: string, value: unknown): void {
    if (value !== undefined) this.made[member] = value;
  }

  /** These have no counterpart, and nobody misses them. */
  drop(...members: string[]): void {
    for (const member of members) this.take(member);
  }

  note(member: string, why: string): void {
    if (this.take(member) !== undefined) this.notes.push(`${member}: ${why}`);
  }

  /** What is left was not understood: left out, and said. */
  finish(adapter: string): Converted {
    for (const member of Object.keys(this.rest))
      this.notes.push(l10n.t('{0}: left out, it has no counterpart here', member));
    const { name, request, ...rest } = this.made;
    const { adapter: own = adapter, target, ...others } = rest;
    const first = {
      type: 'nearside',
      name: String(name),
      request: String(request),
      ...(target === undefined ? {} : { target }),
      adapter: own,
    };
    return { configuration: { ...first, ...others }, notes: this.notes };
  }
}

export function convert(given: Json): Converted {
  const work = new Work(given);
  const type = given.type as Convertible;
  work.keep(...ofEveryType);
  for (const system of ['windows', 'osx', 'linux'])
    work.note(system, l10n.t('say what holds for the machine where the program runs'));
  switch (type) {
    case 'go':
      return go(work);
    case 'lldb':
      return codelldb(work);
    case 'lldb-dap':
      return lldbDap(work);
    case 'cppdbg':
      return cppdbg(work);
    case 'debugpy':
    case 'python':
      return debugpy(work);
  }
}

const isLoopback = (host: unknown): boolean =>
  host === undefined || ['127.0.0.1', 'localhost', '::1', ''].includes(host as string);

/** An adapter or debugger that listens: over there it is reached at its own loopback. */
function listening(work: Work, host: unknown, port: unknown): string {
  if (!isLoopback(host))
    work.notes.push(
      l10n.t(
        'host: {0} was dialled from here; say it as "target", and the debugger may listen on its loopback alone',
        String(host),
      ),
    );
  return `tcp:127.0.0.1:${String(port)}`;
}

function go(work: Work): Converted {
  work.keep(
    'mode',
    'program',
    'args',
    'cwd',
    'env',
    'envFile',
    'buildFlags',
    'output',
    'outputMode',
    'dlvToolPath',
    'substitutePath',
    'showGlobalVariables',
    'showRegisters',
    'showPprofLabels',
    'hideSystemGoroutines',
    'goroutineFilters',
    'stackTraceDepth',
    'stopOnEntry',
    'backend',
    'traceDirPath',
    'coreFilePath',
    'processId',
    'followExec',
    'followExecRegex',
    'dlvCwd',
  );
  work.drop(
    'debugAdapter',
    'apiVersion',
    'trace',
    'showLog',
    'logOutput',
    'logDest',
    'dlvLoadConfig',
    'packagePathToGoModPathMap',
  );
  work.note('dlvFlags', l10n.t('left out: the agent starts Delve; name such a command in its adapters.json'));
  work.note('console', l10n.t("left out: the program's output comes to the debug console"));
  work.note('asRoot', l10n.t('left out: run the agent as the user that may debug'));
  const remote = work.take('remotePath');
  if (typeof remote === 'string' && remote !== '')
    work.set('paths', [{ local: work.made.cwd ?? '${workspaceFolder}', remote }]);
  const [host, port] = [work.take('host'), work.take('port')];
  if (work.made.mode === 'remote' && port !== undefined) work.set('adapter', listening(work, host, port));
  return work.finish('dlv');
}

/** `{"there": "here"}` as rules. */
function mapRules(work: Work, member: string): void {
  const map = work.take(member);
  if (typeof map !== 'object' || map === null) return;
  const rules = Object.entries(map as Json).flatMap(([remote, local]) => {
    const here: unknown =
      typeof local === 'object' && local !== null && 'editorPath' in local ? local.editorPath : local;
    return typeof here === 'string' && here !== '' ? [{ local: here, remote }] : [];
  });
  if (rules.length > 0) work.set('paths', rules);
}

function codelldb(work: Work): Converted {
  work.keep(
    'program',
    'args',
    'cwd',
    'env',
    'envFile',
    'stopOnEntry',
    'initCommands',
    'preRunCommands',
    'exitCommands',
    'pid',
    'waitFor',
  );
  mapRules(work, 'sourceMap');
  work.drop(
    'sourceLanguages',
    'expressions',
    'relativePathBase',
    'breakpointMode',
    'console',
    'reverseDebugging',
    'consoleMode',
  );
  work.rename('processCreateCommands', work.made.request === 'attach' ? 'attachCommands' : 'launchCommands');
  work.rename('postRunCommands', 'stopCommands');
  work.rename('gracefulShutdown', 'terminateCommands');
  if (work.take('terminal') === 'integrated') work.set('runInTerminal', true);
  work.note('cargo', l10n.t('left out: build before, and name the executable as "program"'));
  work.note('targetCreateCommands', l10n.t('left out: put them into "initCommands"'));
  return work.finish('lldb-dap');
}

function lldbDap(work: Work): Converted {
  work.keep(
    'program',
    'args',
    'cwd',
    'env',
    'stopOnEntry',
    'initCommands',
    'preRunCommands',
    'stopCommands',
    'exitCommands',
    'terminateCommands',
    'launchCommands',
    'attachCommands',
    'postRunCommands',
    'sourceMap',
    'sourcePath',
    'debuggerRoot',
    'runInTerminal',
    'timeout',
    'pid',
    'waitFor',
    'coreFile',
    'targetTriple',
    'platformName',
    'disableASLR',
    'disableSTDIO',
    'shellExpandArguments',
    'detachOnError',
    'enableAutoVariableSummaries',
    'enableSyntheticChildDebugging',
    'displayExtendedBacktrace',
    'commandEscapePrefix',
    'customFrameFormat',
    'customThreadFormat',
  );
  work.note(
    'debugAdapterExecutable',
    l10n.t('left out: the agent finds lldb-dap, or name it as "adapter": "stdio:COMMAND"'),
  );
  const [host, port] = [work.take('gdb-remote-hostname'), work.take('gdb-remote-port')];
  if (typeof port === 'number' || typeof port === 'string')
    work.set('attachCommands', [`gdb-remote ${typeof host === 'string' ? host : '127.0.0.1'}:${port}`]);
  return work.finish('lldb-dap');
}

function cppdbg(work: Work): Converted {
  work.keep('program', 'args', 'cwd', 'envFile');
  work.rename('stopAtEntry', 'stopOnEntry');
  work.rename('processId', 'pid');
  work.rename('coreDumpPath', 'coreFile');
  const environment = work.take('environment');
  if (Array.isArray(environment)) {
    work.set(
      'env',
      Object.fromEntries((environment as { name: string; value: string }[]).map(({ name, value }) => [name, value])),
    );
  }
  mapRules(work, 'sourceFileMap');
  const server = work.take('miDebuggerServerAddress');
  if (typeof server === 'string') work.set('attachCommands', [`gdb-remote ${server}`]);
  const pipe = work.take('pipeTransport') as Json | undefined;
  if (pipe !== undefined) throughPipe(work, pipe);
  work.drop(
    'MIMode',
    'logging',
    'launchCompleteCommand',
    'avoidWindowsConsoleRedirection',
    'visualizerFile',
    'showDisplayString',
  );
  work.note('miDebuggerPath', l10n.t('left out: lldb-dap debugs, in the place of gdb'));
  work.note('setupCommands', l10n.t('left out: they are for gdb; lldb has "initCommands"'));
  work.note('externalConsole', l10n.t("left out: the program's output comes to the debug console"));
  return work.finish('lldb-dap');
}

/** `docker exec -i web-1 …`, `ssh user@host …`: where the program runs is said already. */
function throughPipe(work: Work, pipe: Json): void {
  const program = typeof pipe.pipeProgram === 'string' ? baseName(pipe.pipeProgram) : '';
  const args = (Array.isArray(pipe.pipeArgs) ? pipe.pipeArgs : []).map(String).flatMap((each) => each.split(' '));
  const operands = args.filter(
    (each) => each !== '' && !each.startsWith('-') && each !== 'exec' && !each.includes('${debuggerCommand}'),
  );
  const [first] = operands;
  if (/^ssh(\.exe)?$/.test(program) && first !== undefined) work.set('target', `ssh:${first}`);
  else if (/^docker(\.exe)?$/.test(program) && first !== undefined) work.set('target', `docker:${first}`);
  else work.notes.push(l10n.t('pipeTransport: left out; say where the program runs as "target"'));
}

function debugpy(work: Work): Converted {
  work.keep(
    'program',
    'module',
    'code',
    'args',
    'cwd',
    'env',
    'envFile',
    'python',
    'pythonArgs',
    'console',
    'justMyCode',
    'django',
    'jinja',
    'pyramid',
    'gevent',
    'redirectOutput',
    'showReturnValue',
    'stopOnEntry',
    'subProcess',
    'sudo',
    'processId',
    'pathMappings',
    'autoReload',
    'logToFile',
    'steppingResumesAllThreads',
    'guiEventLoop',
    'purpose',
  );
  work.rename('pythonPath', 'python');
  work.note('listen', l10n.t('left out: the program would have to find this machine; let it listen, and attach'));
  const connect = work.take('connect') as Json | undefined;
  const [host, port] = [work.take('host') ?? connect?.host, work.take('port') ?? connect?.port];
  if (work.made.request === 'attach' && port !== undefined) work.set('adapter', listening(work, host, port));
  return work.finish('debugpy');
}
