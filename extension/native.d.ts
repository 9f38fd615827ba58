/**
 * The contract of the addon, `build/Release/nearside.node`: a near end inside Node. Load it with
 * `createRequire(import.meta.url)('…/nearside.node') as typeof import('./native.d.ts')`.
 *
 * A `NearEnd` is one debug session of one DAP client. All of them in a Node environment (the main thread, or one
 * worker) share a thread of their own and, to the same target, one link. Nothing here blocks the event loop.
 */

/** Where, what and as whom to debug. */
export interface NearEndOptions {
  /**
   * `local` (this machine's own agent, started when it is not running), `tls://HOST:PORT` (paired before), `ssh:HOST`,
   * `docker:CONTAINER`, `wsl:DISTRO`, `kubectl:NAMESPACE/POD[/CONTAINER]`, `exec:COMMAND` (the user's own agent over there, by
   * that command), or `reverse:[HOST:]PORT` (the agent dials in).
   */
  target: string;
  /**
   * `dlv`, `lldb-dap`, `debugpy`, `stdio:COMMAND ARG…`, `tcp:HOST:PORT`, or a name from the agent's configuration.
   * The far end resolves it. Required, but for `session`.
   */
  adapter?: string | undefined;
  /** A session to be joined that is there, by its name (`nearside sessions`); `adapter` says nothing then. */
  session?: string | undefined;
  /** As what it is joined: no more than the agent gives. Default: its owner if nobody else is, else a controller. */
  role?: 'observer' | 'controller' | 'owner' | undefined;
  /** Seconds that the session is kept when its client leaves without ending it (0: not at all), 0 to 2678400. Default: the agent's. */
  lingerLeft?: number | undefined;
  /** The same when its link is lost. */
  lingerLost?: number | undefined;
  /** What becomes of it then. Default: the agent's. */
  lingerEnd?: 'as-started' | 'keep' | 'disconnect' | 'terminate' | undefined;
  /**
   * Seconds after which a connection that was silent although it was asked is taken for dead, and another one made: a whole
   * number from 2 to 600. Default: 4, and 10 where the round trip takes more than 200 ms.
   */
  silenceLimit?: number | undefined;
  /** The state folder, with key and pins. Default: `$XDG_STATE_HOME/nearside`, else `~/.local/state/nearside`. */
  state?: string | undefined;
  /** Absolute folder at the far end in which the adapter starts. Default: the home folder there. */
  workingDirectory?: string | undefined;
  /** The client's name, for lists shown to people (`nearside status`). Default: `node`. */
  client?: string | undefined;
  /** The executable `nearside` that starts the local agent. Default: the one beside `nearside.node`. */
  executable?: string | undefined;
  /** A PEM file with an organisation's CA, in the place of pins. Needs `allow`. */
  ca?: string | undefined;
  /** Exact subject alternative names that an agent may have. Needs `ca`. */
  allow?: readonly string[] | undefined;
  /**
   * Absolute folder in which the files of the program are looked for, so that rules can be learned. Default: nothing
   * is learned.
   */
  workspace?: string | undefined;
  /**
   * Whether breakpoints that an earlier session of this workspace, adapter and configuration (`name` of the launch) had are
   * set again, but for those of files that the client sets itself. Default: false.
   */
  restore?: boolean | undefined;
  /** The user's own mapping rules, stronger than all others. One that makes no sense is refused by name. */
  pathRules?: readonly PathRule[] | undefined;
  /** Whether answers are kept until the program runs on or is changed. Default: true. False: nothing is pushed, too. */
  cache?: boolean | undefined;
  /** Most that is kept, in MiB: a whole number from 1 to 4096. Default: 64. */
  cacheSize?: number | undefined;
  /** Whether the far end pushes what the client is about to read. Default: true. */
  prefetch?: boolean | undefined;
  /** Most requests that the far end makes for that at a stop: a whole number from 1 to 256. Default: 256. */
  prefetchRequests?: number | undefined;
  /** Most that is pushed at a stop, in KiB before compression: a whole number from 1 to 1024. Default: 1024. */
  prefetchBytes?: number | undefined;
  /** For how long after a stop, in milliseconds: a whole number from 1 to 2000. Default: 2000. */
  prefetchTime?: number | undefined;
  /** Push only where the link's round trip takes that long, in milliseconds: a whole number from 0 to 10000. Default: 5. */
  prefetchFrom?: number | undefined;
  /** No watch expression changes anything, whatever it says: keep and push what any of them gives. Default: false. */
  pureWatches?: boolean | undefined;
  /**
   * How much of a value the debugger loads at once, where it can be told:
   * `string=BYTES,array=ELEMENTS,struct=FIELDS,depth=LEVELS`, each of them or none; Delve's names (`maxStringLen`, …) too.
   * Default: the debugger's own.
   */
  loadLimits?: string | undefined;
}

/** What is `local` here is `remote` at the far end: absolute folders (or files), each as its side writes it. */
export interface PathRule {
  local: string;
  remote: string;
}

/** A rule that holds in a session. An earlier origin in this list is stronger. */
export interface ActivePathRule extends PathRule {
  origin: 'user' | 'launch' | 'preset' | 'learned';
  /** For people: `settings`, `WSL drive C`, `learned from main.go`. */
  source: string;
}

/** A rule that matches a path, and what it would make of it. */
export interface PathCandidate extends ActivePathRule {
  result: string;
  /** `wins: the longest match`, `is passed over: …`. */
  verdict: string;
}

/** What becomes of a path: the same as `nearside paths explain --json` prints. */
export interface PathExplanation {
  path: string;
  /** Its one spelling; the same if it is no path. */
  canonical: string;
  /** On the other side; the canonical path if no rule matches. */
  result: string;
  /** Taken for a path of this machine: the winner first. */
  toRemote: PathCandidate[];
  /** Taken for a path of the far end: likewise. */
  toLocal: PathCandidate[];
  /** A line each, for a person. */
  steps: string[];
}

/** Why something failed: a sentence for a person, and a stable code (native/core/fault.hpp, `Errc`). */
export interface Fault {
  code: number;
  condition: 'peer_violation' | 'auth_rejected' | 'unreachable' | 'misconfigured' | 'adapter_failed' | 'internal';
  message: string;
}

/** The link to the target, as a status bar would show it. */
export interface LinkState {
  /** `reconnecting`: the link is down and is tried again; its sessions go on over there. */
  kind: 'connecting' | 'connected' | 'reconnecting' | 'lost';
  target: string;
  /** Why it is down or lost, or why the last attempt failed. Empty when connected. */
  detail: string;
  /** While `connecting`: what is done over there before there can be a link, and how far it is. */
  progress?: string;
  /** `TLSv1.3 TLS_AES_256_GCM_SHA384, agent SHA256:…` or `local socket, same user`. Empty until connected. */
  security: string;
  /** While `reconnecting`: which attempt runs or comes next, from 1. */
  attempt: number;
  /** While `reconnecting`: milliseconds until then; 0: it runs. */
  nextTry: number;
}

/** Called on the thread that made the `NearEnd`. What they throw becomes an uncaught exception. */
export interface NearEndCallbacks {
  /** One DAP message body (JSON text, no header). */
  onMessage: (json: string) => void;
  /** `send` said false; now there is room again. */
  onWritable?: (() => void) | undefined;
  onState?: ((state: LinkState) => void) | undefined;
  /** The last call. The fault says why the session ended, if it was not by the client's own wish. */
  onClosed?: ((fault: Fault | null) => void) | undefined;
}

/** Since the session began. Bytes are those of message bodies. */
export interface NearEndCounters {
  messagesToAdapter: number;
  bytesToAdapter: number;
  messagesToClient: number;
  bytesToClient: number;
  /** Answers to nothing that the client had asked; they are not passed on. */
  droppedResponses: number;
  /** What the answered requests took, by command; those that the protocol does not know as `other`. */
  commands: Record<string, CommandTimes>;
  inspector: InspectorCounters;
}

/** The parts that a request comes through. */
export type Leg = 'client' | 'nearEnd' | 'link' | 'farEnd' | 'adapter';

/** `count` is the sum of the next three. */
export interface CommandTimes {
  count: number;
  /** Answered from memory. */
  hits: number;
  /** Answered with what was on its way already: a push, or the answer to another. */
  joined: number;
  /** Answered by asking the far end. */
  asked: number;
  /** From the client's asking to its having the answer. */
  total: Spread;
  /** Of these, each part's share. Of `link` and what is beyond, only those that were asked count. */
  legs: Partial<Record<Leg, Spread>>;
}

/** Microseconds, to within 3 %. `p95`: what 95 of 100 did not exceed. */
export interface Spread {
  median: number;
  p95: number;
}

/** What was answered from memory. */
export interface InspectorCounters {
  /** By command, of those that only read. */
  commands: Record<string, ReadCounters>;
  /** Answers that the far end sent unasked. */
  pushes: number;
  pushedBytes: number;
  /** Of these, read by the client. */
  pushesUsed: number;
  /** Now. */
  keptBytes: number;
  /** Answers that had to go because others needed the room. */
  evictions: number;
}

export interface ReadCounters {
  /** Answered from memory. */
  hits: number;
  /** Answered with what was on its way already. */
  joins: number;
  /** Passed on. */
  misses: number;
}

export class NearEnd {
  /**
   * Opens the session; connecting goes on in the background, and what is sent meanwhile waits. A `NearEnd` that is
   * not closed keeps the process alive.
   * @throws TypeError naming the option that is missing, of the wrong type, or names nothing that could be.
   */
  constructor(options: NearEndOptions, callbacks: NearEndCallbacks);
  /**
   * Sends one DAP message body. False: it was taken, but wait for `onWritable` before sending more. After the session
   * is closed it does nothing and returns false.
   * @throws TypeError when `json` is not a string.
   */
  send(json: string): boolean;
  /** While the link is `reconnecting`: makes the next attempt at once, without the pause before it. Else it does nothing. */
  retryNow(): void;
  /** Lets the session go: the far end ends it as its rules say. Resolves when it is closed; never rejects. */
  close(): Promise<void>;
  counters(): NearEndCounters;
  /** The mapping rules that hold now, and what is doubtful about them. */
  paths(): { rules: ActivePathRule[]; warnings: string[] };
  /**
   * What becomes of a path under these rules, from either side. It looks whether files are there.
   * @throws TypeError when `path` is not a string.
   */
  explainPath(path: string): PathExplanation;
}

/** Of the package, `0.1.0`. */
export const version: string;
/** Of the OpenSSL inside the addon, which is not Node's: `OpenSSL 3.0.22 …`. */
export function opensslVersion(): string;
