// A client that asks what VS Code asks, in its order, each request as soon as VS Code knows its arguments and not before (as
// recorded in test/fixtures/vscode-dlv.jsonl). It notes when each answer was there. VS Code's own timers are left out unless
// they are asked for: they are the same on every way.
import assert from 'node:assert/strict';
import type { DebugProtocol as Dap } from '@vscode/debugprotocol';
import type { Debugger } from '../debuggers/debugger.ts';
import type { Program } from '../places/programs.ts';
import type { DapClient } from './client.ts';

/** How long a frame has the focus before VS Code asks for its watches, and for its scopes. */
const watchTimer = 60;
const scopesTimer = 400;

export interface Habits {
  /** Names of the nodes that are expanded, each inside the one before, the first among the locals. */
  expanded: string[];
  watches: string[];
  timers?: boolean;
}

/** Milliseconds from the arrival of `stopped` to the last answer that each of these needs. */
export interface Times {
  stack: number;
  locals: number;
  expanded: number;
  watch: number;
  all: number;
}

export interface Look {
  event: Dap.StoppedEvent;
  thread: number;
  frame: Dap.StackFrame;
  locals: Dap.Variable[];
  /** Of each expanded node, outermost first. */
  children: Dap.Variable[][];
  watches: Dap.Response[];
  times: Times;
  /** When `stopped` arrived, in milliseconds of performance.now(). */
  at: number;
}

/** What VS Code declares, so that adapters behave as they do there. */
export const vscodeArguments = {
  clientID: 'vscode',
  clientName: 'Nearside end-to-end test',
  adapterID: 'nearside',
  pathFormat: 'path',
  linesStartAt1: true,
  columnsStartAt1: true,
  supportsVariableType: true,
  supportsVariablePaging: true,
  supportsRunInTerminalRequest: true,
  supportsProgressReporting: true,
  supportsInvalidatedEvent: true,
  supportsMemoryEvent: true,
  supportsStartDebuggingRequest: true,
  locale: 'en',
} satisfies Dap.InitializeRequestArguments;

export class Editor {
  readonly client: DapClient;
  readonly kit: Debugger;
  habits: Habits;
  private hasStopped = false;

  constructor(client: DapClient, kit: Debugger, habits: Habits) {
    this.client = client;
    this.kit = kit;
    this.habits = habits;
  }

  /** From nothing to running, with breakpoints at markers of the program. */
  async start(program: Program, markers: string[], args: string[] = []): Promise<void> {
    const { client, kit } = this;
    const { body: can } = await client.request('initialize', { ...vscodeArguments, ...kit.client });
    const launched = client.request('launch', kit.launch(program, { args }));
    await Promise.race([client.event('initialized'), launched.then(() => client.event('initialized'))]);
    const asked: Promise<unknown>[] = [this.breakpoints(program, markers)];
    if (can?.supportsFunctionBreakpoints) asked.push(client.request('setFunctionBreakpoints', { breakpoints: [] }));
    if (can?.supportsInstructionBreakpoints)
      asked.push(client.request('setInstructionBreakpoints', { breakpoints: [] }));
    if ((can?.exceptionBreakpointFilters ?? []).length > 0)
      asked.push(client.request('setExceptionBreakpoints', { filters: kit.filters }));
    await Promise.all(asked);
    await client.request('configurationDone', {});
    await launched;
  }

  async breakpoints(program: Program, markers: string[]): Promise<void> {
    await this.client.request('setBreakpoints', {
      source: { path: program.source },
      breakpoints: markers.map((marker) => ({ line: program.line(marker) })),
    });
  }

  /** The next stop and its innermost frame: what VS Code needs to show the yellow line. */
  async glance(): Promise<Pick<Look, 'event' | 'thread' | 'frame' | 'at'> & { stack: number }> {
    const { client } = this;
    const event = await client.event('stopped');
    const at = performance.now();
    const threads = client.request('threads', undefined);
    if (!this.hasStopped) await client.request('threads', undefined);
    this.hasStopped = true;
    const thread = event.body.threadId ?? (await threads).body.threads[0]?.id;
    assert.ok(thread !== undefined, 'a stopped program has a thread');
    await threads;
    const answer = await client.request('stackTrace', { threadId: thread, startFrame: 0, levels: 1 });
    const frame = answer.body.stackFrames[0];
    assert.ok(frame, 'a stopped thread has a frame');
    return { event, at, thread, frame, stack: performance.now() - at };
  }

  /** The next stop, with everything that is open on the screen. */
  async look(): Promise<Look> {
    const { client, habits } = this;
    const { stack, ...stop } = await this.glance();
    const passed = () => performance.now() - stop.at;
    const times: Times = { stack, locals: NaN, expanded: NaN, watch: NaN, all: NaN };
    const watched = (async () => {
      if (habits.timers) await wait(watchTimer);
      const answers = await Promise.all(
        habits.watches.map((expression) =>
          client.ask('evaluate', { expression, frameId: stop.frame.id, context: 'watch' }),
        ),
      );
      times.watch = passed();
      return answers;
    })();
    if (habits.timers) await wait(scopesTimer);
    const scopes = await client.request('scopes', { frameId: stop.frame.id });
    const scope = scopes.body.scopes.find(({ expensive }) => !expensive);
    assert.ok(scope, 'a frame has a scope');
    const asked = client.request('variables', { variablesReference: scope.variablesReference });
    const rest = client.request('stackTrace', { threadId: stop.thread, startFrame: 1, levels: 19 });
    const locals = (await asked).body.variables;
    times.locals = passed();
    const children: Dap.Variable[][] = [];
    let around = locals;
    for (const name of habits.expanded) {
      const node = around.find((variable) => variable.name === name);
      assert.ok(node, `a variable ${name} among ${around.map((variable) => variable.name).join(', ')}`);
      around = (await client.request('variables', { variablesReference: node.variablesReference })).body.variables;
      children.push(around);
    }
    times.expanded = passed();
    const watches = await watched;
    await rest;
    times.all = passed();
    return { ...stop, locals, children, watches, times };
  }

  async next(thread: number): Promise<void> {
    await this.client.request('next', { threadId: thread });
  }

  async resume(thread: number): Promise<void> {
    await this.client.request('continue', { threadId: thread });
  }

  async leave(): Promise<void> {
    await this.client.request('disconnect', { restart: false, terminateDebuggee: true });
    await this.client.close();
  }
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
