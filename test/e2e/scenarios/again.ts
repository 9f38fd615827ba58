// What a client asks twice is answered twice alike: repeated reads, slices and pages of what was read before, and reads around
// changes. Where answers are kept between the ends, these are the requests that meet them.
import assert from 'node:assert/strict';
import type { Scenario } from './scenarios.ts';

/** Elements of the long list in `steps`. */
const elements = 100_000;

export const repeatedScenarios: Scenario[] = [
  {
    name: 'what is read twice says the same twice, at each stop anew',
    run: async (s) => {
      const program = await s.launch('steps', [{ at: 'loop' }], { args: ['4'] });
      for (let pass = 0; pass < 3; ++pass) {
        const stop = await s.stop('breakpoint');
        s.standsAt(stop, program, 'loop');
        await s.client.request('threads', undefined);
        const locals = await s.scope(stop.top);
        for (const _ of ['once', 'again']) {
          assert.equal((await s.variable(locals, 'i')).value, `${pass}`);
          await s.path(locals, ['outer', 'inner']);
          assert.equal(await s.evaluate('i + 1', stop.top), `${pass + 1}`);
          assert.equal(await s.evaluate('i', stop.top, 'hover'), `${pass}`);
        }
        // A second `scopes` may give other references; both are to be read.
        await s.variables(await s.scope(stop.top));
        await s.variables(locals);
        await s.resume(stop);
      }
      s.standsAt(await s.stop('breakpoint'), program, 'loop');
      await s.leave({ terminateDebuggee: true });
    },
  },
  {
    name: 'every slice of a stack is what that slice is without the others',
    run: async (s) => {
      await s.launch('orders', [{ at: 'bottom' }]);
      const stop = await s.stop('breakpoint');
      for (const [startFrame, levels] of [
        [0, 1],
        [1, 19],
        [0, 20],
        [0, 4],
        [2, 3],
        [6, 20],
        [0, 0],
        [3, 0],
        [0, 1],
        [500, 20],
      ] as const) {
        await s.client.ask('stackTrace', { threadId: stop.thread, startFrame, levels });
      }
      await s.client.ask('stackTrace', { threadId: stop.thread });
      await s.leave({ terminateDebuggee: true });
    },
  },
  {
    name: 'a list of 100,000 elements is read in pages, some of them twice',
    run: async (s) => {
      await s.launch('steps', [{ at: 'loop' }], { args: ['3', '2', `${elements}`] });
      for (let pass = 0; pass < 2; ++pass) {
        const stop = await s.stop('breakpoint');
        const many = await s.variable(await s.argumentsScope(stop.top), 'many');
        assert.ok(many.variablesReference > 0);
        for (const start of [0, 100, 99_900, 0, 50_000, 100]) {
          const answer = await s.client.request('variables', {
            variablesReference: many.variablesReference,
            filter: 'indexed',
            start,
            count: 100,
          });
          const names = answer.body.variables.map(({ name }) => name);
          if (s.kit.name === 'dlv') assert.equal(names[0], `[${start}]`);
        }
        // Not at the end: whether the next breakpoint comes before the end is a race.
        if (pass === 0) await s.resume(stop);
      }
      await s.leave({ terminateDebuggee: true });
    },
  },
  {
    name: 'what was read before a change is read again after it',
    run: async (s) => {
      await s.launch('steps', [{ at: 'loop' }], { args: ['4'] });
      const stop = await s.stop('breakpoint');
      for (const wanted of ['700', '800']) {
        await s.variables(await s.scope(stop.top));
        await s.evaluate('sum', stop.top);
        const locals = await s.scope(stop.top);
        await s.client.request('setVariable', { variablesReference: locals, name: 'sum', value: wanted });
        await s.variables(locals);
        assert.equal(await s.evaluate('sum', stop.top), wanted);
        assert.equal((await s.variable(await s.scope(stop.top), 'sum')).value, wanted);
        // A refusal is not kept either.
        await s.client.ask('evaluate', { expression: 'nothing_here', context: 'watch', frameId: stop.top.id });
        await s.client.ask('evaluate', { expression: 'nothing_here', context: 'watch', frameId: stop.top.id });
      }
      await s.resume(stop);
      const next = await s.stop('breakpoint');
      assert.notEqual(await s.evaluate('sum', next.top), '0');
      await s.leave({ terminateDebuggee: true });
    },
  },
  {
    name: 'frames that are looked at in turn keep their own values',
    run: async (s) => {
      await s.launch('orders', [{ at: 'bottom' }]);
      const stop = await s.stop('breakpoint');
      const frames = stop.frames.slice(0, 4);
      for (const index of [0, 1, 0, 3, 2, 1, 0]) {
        const frame = frames[index];
        assert.ok(frame);
        assert.equal((await s.variable(await s.argumentsScope(frame), 'n')).value, `${index}`);
      }
      await s.leave({ terminateDebuggee: true });
    },
  },
];
