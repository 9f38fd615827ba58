// What a scenario must know of a debugger, and nothing more: how it is started directly, how a program is launched or
// attached to, and the few words in which adapters differ. A new adapter is one more file beside this one.
import type { DebugProtocol as Dap } from '@vscode/debugprotocol';
import type { Port } from '../dap/port.ts';
import type { Program, ProgramName } from '../places/programs.ts';
import type { Scratch } from '../places/scratch.ts';

export interface LaunchOptions {
  args?: string[];
  stopOnEntry?: boolean;
  /** Further attributes, as a user would write them into launch.json. */
  extra?: object;
}

/** A running program that a test wants to attach to. */
export interface Running {
  pid: number;
  /** The attach arguments for it. */
  arguments: object;
  /** Its standard output so far. */
  output(): string;
  /** Ends it the friendly way and waits for that. */
  end(): Promise<void>;
}

export interface Debugger {
  /** As in `--adapter NAME`. */
  readonly name: 'dlv' | 'lldb-dap' | 'debugpy';
  program(scratch: Scratch, name: ProgramName): Program;
  /** Starts the adapter without Nearside. */
  direct(scratch: Scratch): Promise<Port>;
  launch(program: Program, options?: LaunchOptions): object;
  /** Starts `waiter` so that this debugger can attach to it. */
  waiter(scratch: Scratch): Promise<Running>;
  readonly words: {
    /** Names in `orders`, for people[0].home.floors[1]: how each level is called in `variables`. */
    nested: string[];
    /** Where the program's stdout comes out: as `output` events, or on the adapter's own stdout. */
    stdout: 'events' | 'adapter';
    /** The scope that holds locals. */
    locals: string;
    /** An expression that reads `answer` plus one. */
    answerPlusOne: string;
    /** A log message that shows the price. */
    log: string;
    /** A condition that is true at i == 3. */
    condition: string;
    /** The same, for the console. */
    console: string;
    /** What `stopped` calls a pause. */
    pauseReason: string;
    /** `total` as a function breakpoint names it. */
    function: string;
    /** The function name of `total` in a stack frame. */
    total: RegExp;
    /** What `stopped` calls an uncaught crash. */
    crashReason: string;
    /** What the crash says, in `stopped`, exceptionInfo or the output. */
    crashWords: RegExp;
    /** Exit code of a program that ended well, where the adapter sends `exited`. */
    exited: boolean;
  };
  /** Whether the end of a program that `disconnect` kills and the answer to `disconnect` come in any order. */
  readonly racesAtLeaving?: boolean;
  /** Exception filters for the crash scenario. */
  readonly filters: string[];
  /** What this adapter's clients say to `initialize` in addition. */
  readonly client?: Partial<Dap.InitializeRequestArguments>;
}
