// What single adapters can do beyond the common set; a proxy must pass all of it, custom requests too.
import assert from 'node:assert/strict';
import type { Scenario } from './scenarios.ts';

export const adapterScenarios: Scenario[] = [
  {
    name: 'Delve disassembles, sets instruction breakpoints and answers its own console commands',
    only: ['dlv'],
    run: async (s) => {
      const program = await s.launch('orders', [{ at: 'loop' }]);
      const stop = await s.stop('breakpoint');
      assert.match(await s.evaluate('dlv help', stop.top, 'repl'), /dlv/);
      assert.match(await s.evaluate('dlv config -list', stop.top, 'repl'), /stackTraceDepth/);
      const reference = stop.top.instructionPointerReference ?? '';
      const code = await s.client.request('disassemble', { memoryReference: reference, instructionCount: 20 });
      const instructions = code.body?.instructions ?? [];
      assert.equal(instructions.length, 20);
      const next = instructions.find((instruction, index) => index > 0 && instruction.address !== reference)?.address;
      assert.ok(next !== undefined);
      await s.client.request('setInstructionBreakpoints', { breakpoints: [{ instructionReference: next }] });
      await s.breakpoints(program, []);
      await s.resume(stop);
      const there = await s.stop('instruction breakpoint');
      await s.client.request('setInstructionBreakpoints', { breakpoints: [] });
      assert.match(await s.evaluate('call countdown(3)', there.top, 'repl'), /3/);
      await s.client.ask('variables', {
        variablesReference: await s.scope(there.top),
        filter: 'named',
        start: 0,
        count: 2,
      });
      await s.resume(there);
      await s.finish();
    },
  },
  {
    name: 'lldb-dap lists modules, completes, disassembles and watches data',
    only: ['lldb-dap'],
    run: async (s) => {
      const program = await s.launch('orders', [{ at: 'loop' }]);
      const stop = await s.stop('breakpoint');
      const modules = await s.client.ask('modules', {});
      assert.ok(modules.success);
      const locals = await s.scope(stop.top);
      const names = (await s.variables(locals)).map((variable) => variable.name);
      assert.ok(names.includes('stock'));
      await s.client.ask('completions', { text: 'ans', column: 4, frameId: stop.top.id });
      const reference = stop.top.instructionPointerReference ?? '';
      const code = await s.client.request('disassemble', { memoryReference: reference, instructionCount: 10 });
      assert.equal(code.body?.instructions.length, 10);
      await s.client.ask('stepInTargets', { frameId: stop.top.id });
      const info = await s.client.request('dataBreakpointInfo', { variablesReference: locals, name: 'grand' });
      await s.breakpoints(program, []);
      if (info.body.dataId !== null) {
        await s.client.request('setDataBreakpoints', {
          breakpoints: [{ dataId: info.body.dataId, accessType: 'write' }],
        });
        await s.resume(stop);
        const hit = await s.stop();
        assert.match(hit.event.body.description ?? '', /watchpoint/);
        await s.client.request('setDataBreakpoints', { breakpoints: [] });
        await s.resume(hit);
      } else {
        await s.resume(stop);
      }
      await s.finish();
    },
  },
  {
    name: 'lldb-dap shows registers and globals, and each frame its own scopes though the references are the same',
    only: ['lldb-dap'],
    run: async (s) => {
      await s.launch('orders', [{ at: 'bottom' }]);
      const stop = await s.stop('breakpoint');
      for (const frame of stop.frames.slice(0, 3)) {
        const locals = await s.scope(frame);
        await s.variables(locals);
      }
      const registers = await s.variables(await s.scope(stop.top, 'Registers'));
      assert.ok(registers.length > 0);
      await s.client.request('variables', {
        variablesReference: registers[0]?.variablesReference ?? 0,
        format: { hex: true },
      });
      await s.variables(await s.scope(stop.top, 'Globals'));
      await s.leave({ terminateDebuggee: true });
    },
  },
  {
    name: 'debugpy lists modules, completes, sets expressions, jumps to a line and answers its own requests',
    only: ['debugpy'],
    run: async (s) => {
      const program = await s.launch('orders', [{ at: 'loop' }]);
      const stop = await s.stop('breakpoint');
      await s.client.request('modules', {});
      await s.client.request('completions', { text: 'gree', column: 5, frameId: stop.top.id });
      await s.client.request('setExpression', { expression: 'answer', value: '7', frameId: stop.top.id });
      assert.equal(await s.evaluate('answer', stop.top), '7');
      assert.ok((await s.client.ask('debugpySystemInfo')).success);
      await s.client.ask('setDebuggerProperty', { skipSuspendOnBreakpointException: [] });
      await s.client.ask('source', { source: { path: program.source }, sourceReference: 0 });
      // Fails inside debugpy 1.6 on Python 3.11; the failure must arrive as it is.
      await s.client.ask('stepInTargets', { frameId: stop.top.id });
      const targets = await s.client.request('gotoTargets', {
        source: { path: program.source },
        line: program.line('loop') + 1,
      });
      await s.breakpoints(program, []);
      const target = targets.body.targets[0];
      assert.ok(target);
      await s.client.request('goto', { threadId: stop.thread, targetId: target.id });
      const jumped = await s.stop('goto');
      assert.equal(jumped.top.line, program.line('loop') + 1);
      await s.resume(jumped);
      await s.finish();
    },
  },
  {
    name: 'debugpy breaks on a raised exception and describes it',
    only: ['debugpy'],
    run: async (s) => {
      const program = s.program('crash');
      await s.initialize();
      await s.begin('launch', s.kit.launch(program));
      await s.client.request('setExceptionBreakpoints', { filters: ['raised'] });
      await s.client.request('configurationDone', {});
      const stop = await s.stop('exception');
      const info = await s.client.request('exceptionInfo', { threadId: stop.thread });
      assert.match(info.body.description ?? '', /no room for 1/);
      await s.leave({ terminateDebuggee: true });
    },
  },
];
