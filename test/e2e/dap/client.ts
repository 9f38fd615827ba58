// A DAP client for tests: typed requests, events that can be waited for, and the whole transcript of both ways. Nothing
// that arrives is lost (an event waits until somebody asks for it), every wait has a limit, and each failure shows the end of
// the transcript. `DebugClient` of @vscode/debugadapter-testsupport was not used: it knows stdio and TCP only, keeps no
// transcript, and loses an event that comes before its listener; a comparison of transcripts needs all three.
import type { DebugProtocol as Dap } from '@vscode/debugprotocol';
import type { Port } from './port.ts';

/** Sanitizer builds are slow: NEARSIDE_PATIENCE multiplies every limit. */
export const patience = Number(process.env.NEARSIDE_PATIENCE ?? '1');
/** How long one answer or event may take. Starting a debugger on a busy 2-core machine takes seconds. */
export const waitLimit = 20_000 * patience;

export interface Requests {
  initialize: [Dap.InitializeRequestArguments, Dap.InitializeResponse];
  launch: [object, Dap.LaunchResponse];
  attach: [object, Dap.AttachResponse];
  configurationDone: [Dap.ConfigurationDoneArguments, Dap.ConfigurationDoneResponse];
  disconnect: [Dap.DisconnectArguments, Dap.DisconnectResponse];
  terminate: [Dap.TerminateArguments, Dap.TerminateResponse];
  restart: [Dap.RestartArguments, Dap.RestartResponse];
  cancel: [Dap.CancelArguments, Dap.CancelResponse];
  setBreakpoints: [Dap.SetBreakpointsArguments, Dap.SetBreakpointsResponse];
  setFunctionBreakpoints: [Dap.SetFunctionBreakpointsArguments, Dap.SetFunctionBreakpointsResponse];
  setExceptionBreakpoints: [Dap.SetExceptionBreakpointsArguments, Dap.SetExceptionBreakpointsResponse];
  setInstructionBreakpoints: [Dap.SetInstructionBreakpointsArguments, Dap.SetInstructionBreakpointsResponse];
  dataBreakpointInfo: [Dap.DataBreakpointInfoArguments, Dap.DataBreakpointInfoResponse];
  setDataBreakpoints: [Dap.SetDataBreakpointsArguments, Dap.SetDataBreakpointsResponse];
  breakpointLocations: [Dap.BreakpointLocationsArguments, Dap.BreakpointLocationsResponse];
  continue: [Dap.ContinueArguments, Dap.ContinueResponse];
  next: [Dap.NextArguments, Dap.NextResponse];
  stepIn: [Dap.StepInArguments, Dap.StepInResponse];
  stepOut: [Dap.StepOutArguments, Dap.StepOutResponse];
  pause: [Dap.PauseArguments, Dap.PauseResponse];
  threads: [undefined, Dap.ThreadsResponse];
  stackTrace: [Dap.StackTraceArguments, Dap.StackTraceResponse];
  scopes: [Dap.ScopesArguments, Dap.ScopesResponse];
  variables: [Dap.VariablesArguments, Dap.VariablesResponse];
  setVariable: [Dap.SetVariableArguments, Dap.SetVariableResponse];
  setExpression: [Dap.SetExpressionArguments, Dap.SetExpressionResponse];
  evaluate: [Dap.EvaluateArguments, Dap.EvaluateResponse];
  exceptionInfo: [Dap.ExceptionInfoArguments, Dap.ExceptionInfoResponse];
  completions: [Dap.CompletionsArguments, Dap.CompletionsResponse];
  disassemble: [Dap.DisassembleArguments, Dap.DisassembleResponse];
  readMemory: [Dap.ReadMemoryArguments, Dap.ReadMemoryResponse];
  modules: [Dap.ModulesArguments, Dap.ModulesResponse];
  loadedSources: [Dap.LoadedSourcesArguments, Dap.LoadedSourcesResponse];
  source: [Dap.SourceArguments, Dap.SourceResponse];
  gotoTargets: [Dap.GotoTargetsArguments, Dap.GotoTargetsResponse];
  goto: [Dap.GotoArguments, Dap.GotoResponse];
  stepInTargets: [Dap.StepInTargetsArguments, Dap.StepInTargetsResponse];
}

export interface Events {
  initialized: Dap.InitializedEvent;
  stopped: Dap.StoppedEvent;
  continued: Dap.ContinuedEvent;
  exited: Dap.ExitedEvent;
  terminated: Dap.TerminatedEvent;
  thread: Dap.ThreadEvent;
  output: Dap.OutputEvent;
  breakpoint: Dap.BreakpointEvent;
  module: Dap.ModuleEvent;
  process: Dap.ProcessEvent;
  capabilities: Dap.CapabilitiesEvent;
  invalidated: Dap.InvalidatedEvent;
  progressStart: Dap.ProgressStartEvent;
  progressUpdate: Dap.ProgressUpdateEvent;
  progressEnd: Dap.ProgressEndEvent;
}

export type Message = Dap.Request | Dap.Response | Dap.Event;

export interface Entry {
  way: 'sent' | 'received';
  /** Milliseconds since the client was made. */
  at: number;
  message: Message;
}

/** An answer with `success: false`. */
export class Refused extends Error {
  readonly response: Dap.ErrorResponse;

  constructor(command: string, response: Dap.ErrorResponse) {
    super(`${command} was refused: ${refusalText(response)}`);
    this.response = response;
  }
}

/** What a user reads of a failed answer: VS Code shows `body.error.format` with its variables, else `message`. */
export function refusalText(response: Dap.Response): string {
  const error = (response.body as { error?: Dap.Message } | undefined)?.error;
  if (error === undefined) return response.message ?? '';
  return error.format.replace(/\{(\w+)\}/g, (whole, name: string) => error.variables?.[name] ?? whole);
}

interface Waiter {
  matches: (event: Dap.Event) => boolean;
  resolve: (event: Dap.Event) => void;
}

type ReverseHandler = (request: Dap.Request) => object | undefined | Promise<object | undefined>;

export class DapClient {
  readonly transcript: Entry[] = [];
  readonly port: Port;
  private readonly born = performance.now();
  private seq = 0;
  private readonly pending = new Map<number, (response: Dap.Response) => void>();
  private unread: Dap.Event[] = [];
  private waiters: Waiter[] = [];
  private readonly reverse = new Map<string, ReverseHandler>();
  private over: string | undefined;

  constructor(port: Port) {
    this.port = port;
    port.onMessage = (json) => {
      this.take(json);
    };
    void port.ended.then((why) => (this.over = why));
  }

  /** Why the stream ended, once it has. */
  get ended(): string | undefined {
    return this.over;
  }

  /** Sends a request and gives its answer; throws `Refused` where `success` is false. */
  async request<C extends keyof Requests>(command: C, args: Requests[C][0]): Promise<Requests[C][1]> {
    const response = await this.ask(command, args);
    if (!response.success) throw new Refused(command, response as Dap.ErrorResponse);
    return response;
  }

  /** Sends any request and gives its answer, refused or not. */
  ask(command: string, args?: unknown, limit = waitLimit): Promise<Dap.Response> {
    const seq = ++this.seq;
    const request: Dap.Request = { seq, type: 'request', command, ...(args === undefined ? {} : { arguments: args }) };
    const answered = new Promise<Dap.Response>((resolve) => this.pending.set(seq, resolve));
    this.put(request);
    return this.within(answered, `an answer to ${command}`, limit);
  }

  /** The next event of this name that nobody has taken yet. Unread events wait; those of other names stay. */
  async event<E extends keyof Events>(
    name: E,
    matches: (event: Events[E]) => boolean = () => true,
    limit = waitLimit,
  ): Promise<Events[E]> {
    return (await this.anyEvent(name, matches as (event: Dap.Event) => boolean, limit)) as Events[E];
  }

  /** The same for events that the specification does not know. */
  anyEvent(name: string, matches: (event: Dap.Event) => boolean = () => true, limit = waitLimit): Promise<Dap.Event> {
    const wanted = (event: Dap.Event) => event.event === name && matches(event);
    const at = this.unread.findIndex(wanted);
    if (at >= 0) return Promise.resolve(this.unread.splice(at, 1)[0] as Dap.Event);
    return this.within(
      new Promise<Dap.Event>((resolve) => this.waiters.push({ matches: wanted, resolve })),
      `the event ${name}`,
      limit,
    );
  }

  /** Throws away unread events of this name: the next wait means a later one. */
  forget(name: keyof Events): void {
    this.unread = this.unread.filter((event) => event.event !== name);
  }

  /** Answers a request that the adapter makes; what is thrown becomes a refusal. */
  onReverse(command: string, handler: ReverseHandler): void {
    this.reverse.set(command, handler);
  }

  /** All events of this name so far. */
  events<E extends keyof Events>(name: E): Events[E][] {
    return this.transcript
      .filter((entry) => entry.way === 'received')
      .map((entry) => entry.message)
      .filter((message): message is Events[E] => message.type === 'event' && (message as Dap.Event).event === name);
  }

  /** All output of these categories so far, joined; an output event without category is `console`. */
  output(...categories: string[]): string {
    return this.events('output')
      .filter((event) => categories.length === 0 || categories.includes(event.body.category ?? 'console'))
      .map((event) => event.body.output)
      .join('');
  }

  /** Waits until the joined output of a category contains the words. */
  async outputWith(words: string | RegExp, categories: string[] = [], limit = waitLimit): Promise<string> {
    const deadline = performance.now() + limit;
    for (;;) {
      const text = this.output(...categories);
      if (typeof words === 'string' ? text.includes(words) : words.test(text)) return text;
      await this.event('output', undefined, Math.max(1, deadline - performance.now())).catch((error: unknown) => {
        throw new Error(`waiting for output with ${String(words)}`, { cause: error });
      });
    }
  }

  /** Waits until the other side has ended the stream. */
  end(limit = waitLimit): Promise<string> {
    return this.within(this.port.ended, 'the end of the stream', limit, false);
  }

  /** The last lines of the transcript, for failure messages. */
  story(lines = 25): string {
    const shown = this.transcript.slice(-lines).map(({ way, at, message }) => {
      const text = JSON.stringify(message);
      return `${at.toFixed(0).padStart(7)} ms ${way === 'sent' ? '>' : '<'} ${text.length > 400 ? text.slice(0, 400) + '…' : text}`;
    });
    const said = this.beside();
    return [...shown, ...(said === '' ? [] : [`beside the protocol: ${said.slice(-2000)}`])].join('\n');
  }

  /** What came beside the protocol. */
  beside(): string {
    const { out, err } = this.port.said();
    return out + err;
  }

  async close(): Promise<void> {
    await this.port.close();
  }

  private put(message: Message): void {
    this.note('sent', message);
    this.port.send(JSON.stringify(message));
  }

  private note(way: Entry['way'], message: Message): void {
    this.transcript.push({ way, at: performance.now() - this.born, message });
  }

  private take(json: string): void {
    const message = JSON.parse(json) as Message;
    this.note('received', message);
    if (message.type === 'response') {
      const response = message as Dap.Response;
      this.pending.get(response.request_seq)?.(response);
      this.pending.delete(response.request_seq);
    } else if (message.type === 'event') {
      this.takeEvent(message as Dap.Event);
    } else {
      void this.answer(message as Dap.Request);
    }
  }

  private takeEvent(event: Dap.Event): void {
    const at = this.waiters.findIndex((waiter) => waiter.matches(event));
    if (at < 0) this.unread.push(event);
    else this.waiters.splice(at, 1)[0]?.resolve(event);
  }

  private async answer(request: Dap.Request): Promise<void> {
    const base = { type: 'response', request_seq: request.seq, command: request.command };
    try {
      const handler = this.reverse.get(request.command);
      if (handler === undefined) throw new Error(`this client does not do ${request.command}`);
      const body = await handler(request);
      this.put({ ...base, seq: ++this.seq, success: true, body });
    } catch (error) {
      this.put({ ...base, seq: ++this.seq, success: false, message: String(error) });
    }
  }

  private async within<T>(wanted: Promise<T>, what: string, limit: number, endIsFailure = true): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`no ${what} within ${Math.round(limit)} ms`));
      }, limit);
    });
    const contenders: Promise<T>[] = [wanted, late];
    if (endIsFailure) {
      contenders.push(
        this.port.ended.then(async (why) => {
          await new Promise((resolve) => setImmediate(resolve));
          throw new Error(`the stream ended (${why}) before ${what}`);
        }),
      );
    }
    try {
      return await Promise.race(contenders);
    } finally {
      clearTimeout(timer);
    }
  }
}
