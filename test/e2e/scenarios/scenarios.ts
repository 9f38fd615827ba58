// Every scenario that a debugger must serve alike whether a client talks to it directly or through Nearside. A scenario sends
// its requests one after another, so that two runs can be compared request by request, and asserts what the user would see.
import assert from 'node:assert/strict';
import { refusalText, waitLimit } from '../dap/client.ts';
import type { Debugger } from '../debuggers/debugger.ts';
import { gone, isAlive } from '../places/scratch.ts';
import { repeatedScenarios } from './again.ts';
import { adapterScenarios } from './features.ts';
import type { Session } from './session.ts';

export interface Scenario {
  name: string;
  /** The debuggers that can do it; all when absent. */
  only?: Debugger['name'][];
  run(session: Session): Promise<void>;
}

export const scenarios: Scenario[] = [
  {
    name: 'a breakpoint stops the program and its stack, locals and nested values can be read',
    run: async (s) => {
      const program = await s.launch('orders', [{ at: 'loop' }]);
      const stop = await s.stop('breakpoint');
      s.standsAt(stop, program, 'loop');
      const locals = await s.scope(stop.top);
      // Before the nested ones: once they have been read, Delve shows more of the values that hold them, and Nearside the same
      // as before.
      const all = await s.variables(locals);
      assert.match(all.find((variable) => variable.name === 'greeting')?.value ?? '', /grüß dich, 世界/);
      const floor = await s.path(locals, s.kit.words.nested);
      assert.equal(floor.value, '2');
      await s.breakpoints(program, []);
      await s.resume(stop);
      await s.finish();
    },
  },
  {
    name: 'a conditional breakpoint stops where its condition holds and a log point prints without a stop',
    run: async (s) => {
      const program = await s.launch('orders', [
        { at: 'loop', condition: s.kit.words.condition },
        { at: 'inner', log: s.kit.words.log },
      ]);
      const stop = await s.stop('breakpoint');
      s.standsAt(stop, program, 'loop');
      assert.equal(await s.evaluate('i', stop.top), '3');
      await s.client.outputWith(/price is 1\.5/);
      await s.resume(stop);
      await s.finish();
      assert.equal(s.client.events('stopped').length, 1, 'nothing else stopped');
      assert.equal(s.client.output().match(/price is /g)?.length, 10, 'each pass printed');
    },
  },
  {
    name: 'steps go over, into and out of a function',
    run: async (s) => {
      const program = await s.launch('orders', [{ at: 'start' }, { at: 'loop' }]);
      const first = await s.stop('breakpoint');
      s.standsAt(first, program, 'start');
      await s.client.request('next', { threadId: first.thread });
      const second = await s.stop('step');
      assert.ok(second.top.line > first.top.line, 'a step goes on');
      await s.resume(second);
      const third = await s.stop('breakpoint');
      s.standsAt(third, program, 'loop');
      await s.breakpoints(program, []);
      await s.client.request('stepIn', { threadId: third.thread });
      const inside = await s.stop('step');
      assert.match(inside.top.name, s.kit.words.total);
      await s.client.request('stepOut', { threadId: third.thread });
      const outside = await s.stop('step');
      assert.doesNotMatch(outside.top.name, s.kit.words.total);
      assert.ok(Math.abs(outside.top.line - program.line('loop')) <= 1, 'back where it was called');
      await s.resume(outside);
      await s.finish();
    },
  },
  {
    name: 'a deep stack is read in pages',
    run: async (s) => {
      const program = await s.launch('orders', [{ at: 'bottom' }]);
      const stop = await s.stop('breakpoint');
      s.standsAt(stop, program, 'bottom');
      const page = async (startFrame: number, levels: number) =>
        (await s.client.request('stackTrace', { threadId: stop.thread, startFrame, levels })).body.stackFrames;
      const top = await page(0, 1);
      const rest = await page(1, 19);
      assert.deepEqual(
        [...top, ...rest].map((frame) => `${frame.name}:${frame.line}`),
        stop.frames.map((frame) => `${frame.name}:${frame.line}`),
      );
      const values: string[] = [];
      for (const frame of stop.frames.slice(0, 7)) {
        values.push((await s.variable(await s.argumentsScope(frame), 'n')).value);
      }
      assert.deepEqual(values, ['0', '1', '2', '3', '4', '5', '6'], 'each frame has its own n');
      await s.resume(stop);
      await s.finish();
    },
  },
  {
    name: 'a variable is changed and stays changed',
    run: async (s) => {
      const program = await s.launch('orders', [{ at: 'loop' }]);
      const stop = await s.stop('breakpoint');
      const locals = await s.scope(stop.top);
      await s.variables(locals);
      const changed = await s.client.request('setVariable', {
        variablesReference: locals,
        name: 'answer',
        value: '1000',
      });
      // lldb-dap 19 calls it `result`.
      assert.match(JSON.stringify(changed.body), /"(value|result)":"1000"/);
      assert.equal(await s.evaluate(s.kit.words.answerPlusOne, stop.top), '1001');
      await s.breakpoints(program, []);
      await s.resume(stop);
      await s.finish();
    },
  },
  {
    name: 'expressions are evaluated for watch, hover and console, and nonsense is refused with a reason',
    run: async (s) => {
      const program = await s.launch('orders', [{ at: 'loop' }]);
      const stop = await s.stop('breakpoint');
      for (const context of ['watch', 'hover', 'clipboard']) {
        assert.equal(await s.evaluate('answer', stop.top, context), '42');
      }
      assert.match(await s.evaluate(s.kit.words.console, stop.top, 'repl'), /43/);
      const nonsense = await s.client.ask('evaluate', {
        expression: 'no_such_thing',
        context: 'watch',
        frameId: stop.top.id,
      });
      assert.ok(!nonsense.success);
      assert.match(refusalText(nonsense), /no_such_thing/);
      await s.breakpoints(program, []);
      await s.resume(stop);
      await s.finish();
    },
  },
  {
    name: 'a running program is paused, looked at, and stopped for good',
    run: async (s) => {
      await s.launch('waiter');
      const pid = await s.waiterPid();
      const thread = await s.anyThread();
      await s.client.request('pause', { threadId: thread });
      const stop = await s.stop(s.kit.words.pauseReason);
      assert.ok(stop.frames.length > 0);
      await s.leave({ terminateDebuggee: true });
      await gone(pid);
    },
  },
  {
    name: 'leaving a launched program ends it though it runs',
    run: async (s) => {
      await s.launch('waiter');
      const pid = await s.waiterPid();
      await s.leave();
      await gone(pid);
    },
  },
  {
    name: 'a program that ends by itself is told, with its exit code and all that it printed',
    run: async (s) => {
      await s.launch('orders');
      await s.client.event('terminated');
      if (s.kit.words.exited) assert.equal((await s.client.event('exited')).body.exitCode, 0);
      await s.leave();
      await s.printedWith(/stdout: total 17.5 depth 6 stock 3/);
    },
  },
  {
    name: 'a crash stops the program and says why',
    run: async (s) => {
      const program = await s.launch('crash');
      const stop = await s.stop(s.kit.words.crashReason);
      const info = await s.client.ask('exceptionInfo', { threadId: stop.thread });
      const told = JSON.stringify([stop.event.body, info.body ?? {}]);
      assert.match(told, s.kit.words.crashWords);
      assert.ok(
        // Delve names the line before: it takes the faulting address for a return address.
        stop.frames.some(
          (frame) => frame.source?.path === program.source && Math.abs(frame.line - program.line('crash')) <= 1,
        ),
        'the crash stands in the stack',
      );
      await s.resume(stop);
      // Some debuggers stop again when the signal is delivered; whatever they do, the session can be left.
      await Promise.race([s.client.event('terminated'), s.client.event('stopped')]);
      await s.leave({ terminateDebuggee: true });
    },
  },
  {
    name: 'attaching to a running program stops it at a breakpoint, and detaching leaves it running',
    run: async (s) => {
      const running = await s.kit.waiter(s.scratch);
      const program = s.program('waiter');
      await s.initialize();
      await s.begin('attach', running.arguments);
      await s.configure(program, [{ at: 'tick' }]);
      const stop = await s.stopAtAttach(program);
      s.standsAt(stop, program, 'tick');
      await s.breakpoints(program, []);
      await s.resume(stop);
      await s.leave({ terminateDebuggee: false });
      assert.ok(isAlive(running.pid), 'the program goes on');
      await running.end();
    },
  },
  {
    name: 'terminate ends the program',
    only: ['debugpy'],
    run: async (s) => {
      await s.launch('waiter');
      const pid = await s.waiterPid();
      await s.client.request('terminate', {});
      await s.client.event('terminated');
      await gone(pid);
      await s.leave();
    },
  },
  {
    name: 'restart begins again',
    only: ['lldb-dap'],
    run: async (s) => {
      const program = await s.launch('orders', [{ at: 'start' }]);
      s.standsAt(await s.stop('breakpoint'), program, 'start');
      await s.client.request('restart', {});
      s.standsAt(await s.stop('breakpoint'), program, 'start');
      await s.leave({ terminateDebuggee: true });
    },
  },
  {
    name: 'what the adapter has not learned yet is refused in its own words',
    // lldb-dap aborts at an unknown request, and debugpy never answers to restart.
    only: ['dlv'],
    run: async (s) => {
      const program = await s.launch('orders', [{ at: 'start' }]);
      s.standsAt(await s.stop('breakpoint'), program, 'start');
      for (const command of ['restart', 'terminate', 'goto', 'readMemory', 'noSuchRequest']) {
        const answer = await s.client.ask(command, {});
        if (!answer.success) assert.match(refusalText(answer), /not (yet )?(implemented|supported)|Unsupported/i);
      }
      await s.leave({ terminateDebuggee: true });
    },
  },
  {
    name: 'a function breakpoint stops in its function',
    run: async (s) => {
      const program = s.program('orders');
      await s.initialize();
      await s.begin('launch', s.kit.launch(program));
      await s.client.request('setFunctionBreakpoints', { breakpoints: [{ name: s.kit.words.function }] });
      await s.configure(program, []);
      const stop = await s.stop();
      assert.match(stop.top.name, s.kit.words.total);
      await s.client.request('setFunctionBreakpoints', { breakpoints: [] });
      await s.resume(stop);
      await s.finish();
    },
  },
  {
    name: 'breakpoints are added, moved and removed while the program stands',
    run: async (s) => {
      const program = await s.launch('orders', [{ at: 'start' }]);
      const first = await s.stop('breakpoint');
      const both = await s.breakpoints(program, [{ at: 'sum' }, { at: 'end' }]);
      assert.ok(both.every((breakpoint) => breakpoint.verified));
      await s.resume(first);
      const second = await s.stop('breakpoint');
      s.standsAt(second, program, 'sum');
      await s.breakpoints(program, [{ at: 'end' }]);
      await s.resume(second);
      const third = await s.stop('breakpoint');
      s.standsAt(third, program, 'end');
      await s.resume(third);
      await s.finish();
    },
  },
  {
    name: 'a program that does not exist is refused and the refusal names it',
    run: async (s) => {
      const missing = { ...s.program('orders'), path: s.scratch.file('no-such-program') };
      await s.initialize();
      const answer = await s.firstFailure(s.kit.launch(missing));
      assert.match(answer, /no-such-program|No such file|can't open file/);
      await s.client.ask('disconnect', { restart: false });
    },
  },
  {
    name: 'requests that make no sense are answered one by one and the session goes on',
    run: async (s) => {
      const program = await s.launch('orders', [{ at: 'loop' }]);
      const stop = await s.stop('breakpoint');
      for (const [command, args] of [
        ['scopes', { frameId: 987654 }],
        ['variables', { variablesReference: 987654 }],
        ['setVariable', { variablesReference: 987654, name: 'a', value: '1' }],
      ] as const) {
        // lldb-dap answers some of these with emptiness instead of a refusal; either way there is one answer.
        await s.client.ask(command, args);
      }
      assert.equal(await s.evaluate('answer', stop.top), '42');
      await s.breakpoints(program, []);
      await s.resume(stop);
      await s.finish();
    },
  },
  {
    name: 'a program that prints a lot loses no line and keeps the order of each stream',
    run: async (s) => {
      const count = 3000;
      await s.launch('chatter', [], { args: [String(count)] });
      await s.client.event('terminated');
      await s.leave();
      const text = await s.printedWith(/printed/, waitLimit);
      for (const stream of ['out', 'err']) {
        const numbers = [...text.matchAll(new RegExp(`${stream} (\\d{6})`, 'g'))].map((match) => Number(match[1]));
        assert.equal(numbers.length, count, `${stream} lines`);
        assert.ok(
          numbers.every((number, index) => number === index),
          `${stream} lines in order`,
        );
      }
    },
  },
  {
    name: 'stop on entry stands before the first line',
    run: async (s) => {
      await s.launch('orders', [], { stopOnEntry: true });
      const stopped = await s.client.event('stopped');
      assert.doesNotMatch(s.printed(), /stdout: /, 'nothing has run yet');
      await s.client.request('continue', { threadId: stopped.body.threadId ?? 1 });
      await s.finish();
    },
  },
  ...repeatedScenarios,
  ...adapterScenarios,
];
