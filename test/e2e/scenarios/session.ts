// One debugging session as a test drives it: a client, the debugger that it talks to, and the steps that every scenario
// shares. It waits for what must come and asserts what a user would see; what differs between debuggers is asked of
// `Debugger`, never guessed from a name.
import assert from 'node:assert/strict';
import type { DebugProtocol as Dap } from '@vscode/debugprotocol';
import { refusalText, waitLimit, type DapClient } from '../dap/client.ts';
import { vscodeArguments } from '../dap/editor.ts';
import type { Debugger, LaunchOptions } from '../debuggers/debugger.ts';
import type { Program, ProgramName } from '../places/programs.ts';
import type { Scratch } from '../places/scratch.ts';

/** A breakpoint at a marker of the program's source. */
export interface Mark {
  at: string;
  condition?: string;
  log?: string;
}

export interface Stop {
  thread: number;
  event: Dap.StoppedEvent;
  frames: Dap.StackFrame[];
  total: number | undefined;
  /** The innermost frame. */
  top: Dap.StackFrame;
}

export class Session {
  readonly client: DapClient;
  readonly kit: Debugger;
  readonly scratch: Scratch;
  capabilities: Dap.Capabilities = {};
  private mode: 'launch' | 'attach' = 'launch';
  private starting: Promise<Dap.Response> | undefined;

  constructor(client: DapClient, kit: Debugger, scratch: Scratch) {
    this.client = client;
    this.kit = kit;
    this.scratch = scratch;
  }

  program(name: ProgramName): Program {
    return this.kit.program(this.scratch, name);
  }

  async initialize(): Promise<void> {
    const answer = await this.client.request('initialize', { ...vscodeArguments, ...this.kit.client });
    this.capabilities = answer.body ?? {};
  }

  /** From nothing to running: initialize, launch, breakpoints, configurationDone. */
  async launch(name: ProgramName, marks: Mark[] = [], options: LaunchOptions = {}): Promise<Program> {
    const program = this.program(name);
    await this.initialize();
    await this.begin('launch', this.kit.launch(program, options));
    await this.configure(program, marks);
    return program;
  }

  /** Sends launch or attach and waits for `initialized`; adapters answer the request itself when they like. */
  async begin(command: 'launch' | 'attach', args: object): Promise<void> {
    this.mode = command;
    this.starting = this.client.ask(command, args);
    // Whoever gives up first says why: a refused launch never sends `initialized`.
    await Promise.race([
      this.client.event('initialized'),
      this.starting.then((answer) => {
        assert.ok(answer.success, `${command} was refused: ${JSON.stringify(answer)}`);
        return this.client.event('initialized');
      }),
    ]);
  }

  async configure(program: Program, marks: Mark[]): Promise<void> {
    if (marks.length > 0) await this.breakpoints(program, marks);
    await this.client.request('setExceptionBreakpoints', { filters: this.kit.filters });
    await this.client.request('configurationDone', {});
    const started = await this.starting;
    assert.ok(started?.success, `the start was refused: ${JSON.stringify(started)}`);
  }

  async breakpoints(program: Program, marks: Mark[]): Promise<Dap.Breakpoint[]> {
    const answer = await this.client.request('setBreakpoints', {
      source: { path: program.source },
      breakpoints: marks.map((mark) => ({
        line: program.line(mark.at),
        ...(mark.condition === undefined ? {} : { condition: mark.condition }),
        ...(mark.log === undefined ? {} : { logMessage: mark.log }),
      })),
    });
    assert.equal(answer.body.breakpoints.length, marks.length);
    return answer.body.breakpoints;
  }

  /** The next stop, with its stack, read as VS Code reads it. */
  async stop(reason?: string): Promise<Stop> {
    const event = await this.client.event('stopped');
    if (reason !== undefined) assert.equal(event.body.reason, reason);
    const threads = await this.client.request('threads', undefined);
    // Delve's stop after a pause names no thread: VS Code then takes the first.
    const thread = event.body.threadId ?? threads.body.threads[0]?.id;
    assert.ok(thread !== undefined, 'a stopped program has a thread');
    return this.stack(thread, event);
  }

  async stack(thread: number, event: Dap.StoppedEvent): Promise<Stop> {
    const answer = await this.client.request('stackTrace', { threadId: thread, startFrame: 0, levels: 20 });
    const frames = answer.body.stackFrames;
    const top = frames[0];
    assert.ok(top, 'a stopped thread has a frame');
    return { thread, event, frames, total: answer.body.totalFrames, top };
  }

  /** Asserts that the innermost frame stands at a marker. */
  standsAt(stop: Stop, program: Program, marker: string): void {
    assert.equal(stop.top.source?.path, program.source);
    assert.equal(stop.top.line, program.line(marker), `stands at "${marker}"`);
  }

  async scope(frame: Dap.StackFrame, name = this.kit.words.locals): Promise<number> {
    const answer = await this.client.request('scopes', { frameId: frame.id });
    const found = answer.body.scopes.find((scope) => scope.name === name);
    assert.ok(found, `a scope ${name} among ${answer.body.scopes.map((scope) => scope.name).join(', ')}`);
    return found.variablesReference;
  }

  /** The scope that holds a function's arguments: `Arguments` where the adapter has one, else the locals. */
  async argumentsScope(frame: Dap.StackFrame): Promise<number> {
    const answer = await this.client.request('scopes', { frameId: frame.id });
    const found =
      answer.body.scopes.find((scope) => scope.name === 'Arguments') ??
      answer.body.scopes.find((scope) => scope.name === this.kit.words.locals);
    assert.ok(found, 'a scope with the arguments');
    return found.variablesReference;
  }

  async variables(reference: number): Promise<Dap.Variable[]> {
    return (await this.client.request('variables', { variablesReference: reference })).body.variables;
  }

  async variable(reference: number, name: string): Promise<Dap.Variable> {
    const all = await this.variables(reference);
    const found = all.find((variable) => variable.name === name);
    assert.ok(found, `a variable ${name} among ${all.map((variable) => variable.name).join(', ')}`);
    return found;
  }

  /** Expands level after level; gives the last variable. */
  async path(reference: number, names: string[]): Promise<Dap.Variable> {
    const [first, ...rest] = names;
    assert.ok(first !== undefined);
    const found = await this.variable(reference, first);
    return rest.length === 0 ? found : this.path(found.variablesReference, rest);
  }

  async evaluate(expression: string, frame: Dap.StackFrame, context = 'watch'): Promise<string> {
    return (await this.client.request('evaluate', { expression, context, frameId: frame.id })).body.result;
  }

  async resume(stop: Stop): Promise<void> {
    await this.client.request('continue', { threadId: stop.thread });
  }

  /** Waits for the end of the program, then leaves. */
  async finish(): Promise<void> {
    await this.client.event('terminated');
    await this.leave();
  }

  /** As VS Code's Stop does: it says what becomes of the program where that is declared, and Nearside declares it. */
  async leave(how: Dap.DisconnectArguments = { terminateDebuggee: this.mode === 'launch' }): Promise<void> {
    await this.client.request('disconnect', { restart: false, ...how });
  }

  /** A thread to name in `pause`. While a program runs, some adapters know none: VS Code then names the last it saw. */
  async anyThread(): Promise<number> {
    const answer = await this.client.ask('threads');
    return (answer.body as { threads?: Dap.Thread[] } | undefined)?.threads?.[0]?.id ?? 1;
  }

  /** The process id of a launched `waiter`, which says it on its output. */
  async waiterPid(): Promise<number> {
    const said = await this.printedWith(/ready \d+/);
    return Number(/ready (\d+)/.exec(said)?.[1]);
  }

  /** After an attach: the stop at the breakpoint. Some adapters report the stop of attaching first. */
  async stopAtAttach(program: Program): Promise<Stop> {
    for (;;) {
      const stop = await this.stop();
      if (stop.event.body.reason === 'breakpoint') return stop;
      await this.resume(stop);
      assert.ok(program.line('tick') > 0);
    }
  }

  /** What the user is told of a launch that cannot work: the refusal, or the output where the adapter prints it. */
  async firstFailure(args: object): Promise<string> {
    const answered = this.client.ask('launch', args);
    const answer = await Promise.race([
      answered,
      this.client.event('initialized').then(async () => {
        await this.client.ask('configurationDone', {});
        return answered;
      }),
    ]);
    if (!answer.success) return refusalText(answer);
    await this.client.event('terminated');
    return this.client.output() + this.client.beside();
  }

  /** Waits until the program's own output, wherever this debugger lets it out, shows the words. */
  async printedWith(words: RegExp, limit = waitLimit): Promise<string> {
    const deadline = performance.now() + limit;
    for (;;) {
      const text = this.printed();
      if (words.test(text)) return text;
      assert.ok(
        performance.now() < deadline,
        `the program never printed ${String(words)}; it printed ${text.slice(-500)}`,
      );
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** The program's own output so far, wherever this debugger lets it out. */
  printed(): string {
    // Each stream apart: pieces of the two come mixed, in the middle of lines.
    return this.client.output('stdout') + this.client.output('stderr') + this.client.beside();
  }
}
