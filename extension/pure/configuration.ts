// What a launch configuration of type `nearside` says: which members are ours, what the near end is told by them, and how the
// same is said on the command line of `nearside connect`. What is ours never reaches the adapter; everything else does, as it
// stands. A member of the wrong type is refused by name, before anything is started.
import type { NearEndOptions, PathRule } from '../native.d.ts';
import { l10n } from './words.ts';

export type Json = Record<string, unknown>;

/** As VS Code has it after substitution. */
export interface Configuration extends Json {
  type: string;
  name: string;
  request: string;
}

/** The member by which a window that was reloaded takes its session up again; never written by people. */
export const resumeMember = '__nearsideSession';

/** Members that are for the near end alone. */
export const ownMembers = [
  'target',
  'adapter',
  'workingDirectory',
  'paths',
  'loadLimits',
  'prefetch',
  'cache',
  'pureWatches',
  'restoreBreakpoints',
  'linger',
  'dlvToolPath',
  'envFile',
  resumeMember,
] as const;

/** What stands in settings and in the window, and not in the configuration. */
export interface Surroundings {
  /** Absolute folder of this machine; undefined in a virtual workspace. */
  workspace?: string | undefined;
  /** Rules of `nearside.paths`. */
  rules: readonly (PathRule & { target?: string })[];
  client: string;
  executable: string;
  state?: string | undefined;
  ca?: string | undefined;
  allow?: readonly string[] | undefined;
}

/** A configuration that says something that cannot be meant: a sentence for a person. */
export class ConfigurationError extends Error {}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function text(from: Json, member: string): string | undefined {
  const value = from[member];
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string') throw new ConfigurationError(l10n.t('"{0}" must be a text.', member));
  return value;
}

function whole(from: Json, member: string, of: string): number | undefined {
  const value = from[member];
  if (value === undefined) return undefined;
  if (!Number.isInteger(value)) throw new ConfigurationError(l10n.t('"{0}" must be a whole number.', of));
  return value as number;
}

function flag(from: Json, member: string): boolean | undefined {
  const value = from[member];
  if (value === undefined || typeof value === 'boolean') return value;
  throw new ConfigurationError(l10n.t('"{0}" must be true or false.', member));
}

function object(from: Json, member: string): Json {
  const value = from[member] ?? {};
  if (!isObject(value)) throw new ConfigurationError(l10n.t('"{0}" must be an object.', member));
  return value;
}

function rules(configuration: Json): PathRule[] {
  const list = configuration.paths ?? [];
  const isRule = (each: unknown): each is PathRule =>
    isObject(each) && typeof each.local === 'string' && typeof each.remote === 'string';
  if (!Array.isArray(list) || !list.every(isRule)) {
    throw new ConfigurationError(l10n.t('"paths" must be a list of {"local": folder here, "remote": folder there}.'));
  }
  return list.map(({ local, remote }) => ({ local, remote }));
}

const limitNames = {
  maxStringLen: 'string',
  maxArrayValues: 'array',
  maxStructFields: 'struct',
  maxVariableRecurse: 'depth',
};

function loadLimits(configuration: Json): string | undefined {
  const limits = object(configuration, 'loadLimits');
  const parts = Object.entries(limitNames).flatMap(([member, word]) => {
    const value = whole(limits, member, `loadLimits.${member}`);
    return value === undefined ? [] : [`${word}=${value}`];
  });
  return parts.length === 0 ? undefined : parts.join(',');
}

function inspecting(configuration: Json): Partial<NearEndOptions> {
  const options: Partial<NearEndOptions> = {};
  const { prefetch, cache } = configuration;
  if (typeof prefetch === 'boolean') options.prefetch = prefetch;
  else {
    const parts = object(configuration, 'prefetch');
    options.prefetchRequests = whole(parts, 'requests', 'prefetch.requests');
    options.prefetchBytes = whole(parts, 'bytes', 'prefetch.bytes');
    options.prefetchTime = whole(parts, 'time', 'prefetch.time');
    options.prefetchFrom = whole(parts, 'from', 'prefetch.from');
  }
  if (typeof cache === 'number') options.cacheSize = whole(configuration, 'cache', 'cache');
  else options.cache = flag(configuration, 'cache');
  options.pureWatches = flag(configuration, 'pureWatches');
  options.loadLimits = loadLimits(configuration);
  return options;
}

function lingering(configuration: Json): Partial<NearEndOptions> {
  const linger = object(configuration, 'linger');
  const end = text(linger, 'end');
  const ends = ['as-started', 'keep', 'disconnect', 'terminate'] as const;
  const lingerEnd = ends.find((each) => each === end);
  if (end !== undefined && lingerEnd === undefined) {
    throw new ConfigurationError(l10n.t('"{0}" must be one of {1}.', 'linger.end', ends.join(', ')));
  }
  return {
    lingerLeft: whole(linger, 'left', 'linger.left'),
    lingerLost: whole(linger, 'lost', 'linger.lost'),
    lingerEnd,
  };
}

/** What the near end of this session is told. Members that say nothing are left out. */
export function nearEndOptions(configuration: Configuration, around: Surroundings): NearEndOptions {
  const target = text(configuration, 'target');
  if (target === undefined) throw new ConfigurationError(l10n.t('"{0}" is missing.', 'target'));
  const session = text(configuration, resumeMember);
  const adapter = text(configuration, 'adapter');
  if (adapter === undefined && session === undefined) {
    throw new ConfigurationError(
      l10n.t('"{0}" is missing: say what debugs, such as dlv, lldb-dap or debugpy.', 'adapter'),
    );
  }
  const ofWorkspace = around.rules
    .filter((rule) => rule.target === undefined || rule.target === target)
    .map(({ local, remote }) => ({ local, remote }));
  const pathRules = [...rules(configuration), ...ofWorkspace];
  const isRemote = target.startsWith('tls://') || target.startsWith('reverse:');
  const options: NearEndOptions = {
    target,
    adapter: session === undefined ? adapter : undefined,
    session,
    ...lingering(configuration),
    ...inspecting(configuration),
    state: around.state,
    workingDirectory: text(configuration, 'workingDirectory'),
    client: around.client,
    executable: around.executable,
    ca: isRemote ? around.ca : undefined,
    allow: isRemote && around.ca !== undefined ? around.allow : undefined,
    workspace: around.workspace,
    restore: flag(configuration, 'restoreBreakpoints'),
    pathRules: pathRules.length === 0 ? undefined : pathRules,
  };
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as unknown as NearEndOptions;
}

/** Delve by its own path, where this machine is the target and the user has one. */
export function delveTool(configuration: Configuration): string | undefined {
  const { target, adapter } = configuration;
  return target === 'local' && adapter === 'dlv' ? text(configuration, 'dlvToolPath') : undefined;
}

/** The same for `nearside connect`. */
export function connectArguments(options: NearEndOptions): string[] {
  const args = ['connect', '--stdio', '--target', options.target];
  const add = (name: string, value: string | number | undefined) => {
    if (value !== undefined) args.push(name, String(value));
  };
  add('--adapter', options.adapter);
  add('--session', options.session);
  add('--linger-left', options.lingerLeft);
  add('--linger-lost', options.lingerLost);
  add('--linger-end', options.lingerEnd);
  add('--state', options.state);
  add('--cwd', options.workingDirectory);
  add('--ca', options.ca);
  for (const name of options.allow ?? []) add('--allow', name);
  add('--workspace', options.workspace);
  for (const { local, remote } of options.pathRules ?? []) add('--map', `${local}=${remote}`);
  add('--cache-size', options.cacheSize);
  add('--prefetch-requests', options.prefetchRequests);
  add('--prefetch-bytes', options.prefetchBytes);
  add('--prefetch-time', options.prefetchTime);
  add('--prefetch-from', options.prefetchFrom);
  add('--load-limits', options.loadLimits);
  if (options.cache === false) args.push('--no-cache');
  if (options.prefetch === false) args.push('--no-prefetch');
  if (options.pureWatches === true) args.push('--pure-watches');
  if (options.restore === true) args.push('--restore');
  return args;
}

/** A message to the adapter without what is ours: only launch and attach carry any. */
export function forAdapter(message: Json): Json {
  if (message.type !== 'request' || (message.command !== 'launch' && message.command !== 'attach')) return message;
  const { arguments: given } = message;
  if (!isObject(given)) return message;
  const own = new Set<string>(ownMembers);
  return { ...message, arguments: Object.fromEntries(Object.entries(given).filter(([member]) => !own.has(member))) };
}

/** A message to VS Code that shows nothing to its user. */
export function quiet(message: Json): Json {
  if (
    message.type !== 'response' ||
    message.success !== false ||
    !isObject(message.body) ||
    !isObject(message.body.error)
  )
    return message;
  return { ...message, body: { ...message.body, error: { ...message.body.error, showUser: false } } };
}

/** A message to VS Code: a child session that the adapter asks for is one of ours, on the same target. */
export function forClient(message: Json, parent: Configuration): Json {
  if (message.type !== 'request' || message.command !== 'startDebugging' || !isObject(message.arguments))
    return message;
  const { configuration } = message.arguments;
  if (!isObject(configuration)) return message;
  const inherited = Object.fromEntries(
    ownMembers
      .filter((each) => each !== resumeMember && parent[each] !== undefined)
      .map((each) => [each, parent[each]]),
  );
  const { connect } = configuration;
  // debugpy's own way: the child waits at a port of its machine.
  const adapter =
    isObject(connect) && typeof connect.port === 'number'
      ? { adapter: `tcp:${typeof connect.host === 'string' ? connect.host : '127.0.0.1'}:${connect.port}` }
      : {};
  return {
    ...message,
    arguments: { ...message.arguments, configuration: { ...configuration, ...inherited, ...adapter } },
  };
}
