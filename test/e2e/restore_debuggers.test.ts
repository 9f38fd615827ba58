// What was set in a session comes back with every debugger, through `nearside connect` and through the addon, and stays over a
// restart of the program.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { addonPort } from './dap/addon_port.ts';
import { DapClient, patience } from './dap/client.ts';
import type { Port } from './dap/port.ts';
import { debuggers } from './debuggers/all.ts';
import type { Debugger } from './debuggers/debugger.ts';
import { connectStdio, startAgent } from './places/nearside.ts';
import { scratchFor, type Scratch } from './places/scratch.ts';
import { Session } from './scenarios/session.ts';

const limit = { timeout: 60_000 * patience };
const rounds = { args: ['10', '2', '10'] };

type Open = (scratch: Scratch, kit: Debugger, state: string, restore: boolean) => Port;

const ways: Record<string, Open> = {
  'nearside connect': (scratch, kit, state, restore) =>
    connectStdio(scratch, { target: 'local', adapter: kit.name, state, args: restore ? ['--restore'] : [] }),
  'the addon': (scratch, kit, state, restore) =>
    addonPort({ target: 'local', adapter: kit.name, state, workingDirectory: scratch.dir, restore }),
};

for (const kit of debuggers) {
  describe(`${kit.name}: what was set`, () => {
    for (const [way, open] of Object.entries(ways))
      test(`comes back through ${way}`, limit, async (t) => {
        const scratch = scratchFor(t);
        const agent = await startAgent(scratch);
        const begin = (restore: boolean) => {
          const session = new Session(new DapClient(open(scratch, kit, agent.state, restore)), kit, scratch);
          scratch.after(() => session.client.close());
          return session;
        };

        const first = begin(false);
        const program = await first.launch(
          'steps',
          [
            { at: 'loop', condition: 'i == 3' },
            { at: 'walked', log: 'walked to {sum}' },
          ],
          rounds,
        );
        first.standsAt(await first.stop(), program, 'loop');
        await first.leave({ terminateDebuggee: true });

        const session = begin(true);
        await session.launch('steps', [], rounds);
        const shown = [await session.client.event('breakpoint'), await session.client.event('breakpoint')];
        assert.deepEqual(
          shown.map(({ body }) => [body.reason, body.breakpoint.source?.path, body.breakpoint.line]),
          [
            ['new', program.source, program.line('loop')],
            ['new', program.source, program.line('walked')],
          ],
        );
        await session.client.outputWith(/Restored \d breakpoints? of \d\d:\d\d/);
        const stop = await session.stop();
        session.standsAt(stop, program, 'loop');
        assert.equal((await session.variable(await session.scope(stop.top), 'i')).value, '3');
        await session.resume(stop);
        await session.client.outputWith(/walked to 285/);
        await session.client.event('terminated');
        await session.leave({ terminateDebuggee: true });
      });
  });
}

test('lldb-dap: what was restored stays when the program is restarted', limit, async (t) => {
  const scratch = scratchFor(t);
  const agent = await startAgent(scratch);
  const kit = debuggers.find(({ name }) => name === 'lldb-dap');
  assert.ok(kit);
  const begin = (args: string[]) => {
    const port = connectStdio(scratch, { target: 'local', adapter: kit.name, state: agent.state, args });
    const session = new Session(new DapClient(port), kit, scratch);
    scratch.after(() => session.client.close());
    return session;
  };
  const first = begin([]);
  const program = await first.launch('steps', [{ at: 'loop', condition: 'i == 3' }], rounds);
  await first.stop('breakpoint');
  await first.leave({ terminateDebuggee: true });

  const session = begin(['--restore']);
  await session.launch('steps', [], rounds);
  const before = await session.stop('breakpoint');
  await session.client.request('restart', {});
  const stop = await session.stop('breakpoint');
  session.standsAt(stop, program, 'loop');
  assert.equal((await session.variable(await session.scope(stop.top), 'i')).value, '3');
  assert.deepEqual(stop.event.body.hitBreakpointIds, before.event.body.hitBreakpointIds);
  await session.leave({ terminateDebuggee: true });
});
