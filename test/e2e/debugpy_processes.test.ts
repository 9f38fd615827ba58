// debugpy has more than one process to debug: `console: integratedTerminal` asks the client to run the program, and `subProcess`
// brings a session per child. Nearside runs the terminal at the far end, and the client is never asked to run anything.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DebugProtocol as Dap } from '@vscode/debugprotocol';
import { DapClient, patience } from './dap/client.ts';
import { debugpy } from './debuggers/debugpy.ts';
import { lldbDap } from './debuggers/lldb_dap.ts';
import { connectStdio } from './places/nearside.ts';
import { fixtures } from './places/programs.ts';
import { pairedPlace } from './places/routes.ts';
import { scratchFor } from './places/scratch.ts';
import { Session } from './scenarios/session.ts';

const limit = { timeout: 90_000 * patience };

for (const console of ['integratedTerminal', 'externalTerminal']) {
  test(`debugpy with ${console} runs the program on a terminal at the far end`, limit, async (t) => {
    const scratch = scratchFor(t);
    const { agent, state } = await pairedPlace(scratch);
    const client = new DapClient(connectStdio(scratch, { target: agent.address, adapter: 'debugpy', state }));
    let asked = 0;
    client.onReverse('runInTerminal', () => {
      ++asked;
      throw new Error('nothing is to be run at the near end');
    });
    const s = new Session(client, debugpy, scratch);
    const program = await s.launch('orders', [{ at: 'loop' }], { extra: { console, redirectOutput: false } });
    const stop = await s.stop('breakpoint');
    s.standsAt(stop, program, 'loop');
    await client.outputWith('stdout: hello');
    await client.outputWith('stderr: a word of warning');
    await s.breakpoints(program, []);
    await s.resume(stop);
    await client.outputWith('stdout: total 17.5');
    await s.finish();
    assert.equal(asked, 0);
    await client.close();
  });
}

test('lldb-dap with runInTerminal runs the program on a terminal at the far end', limit, async (t) => {
  const scratch = scratchFor(t);
  const { agent, state } = await pairedPlace(scratch);
  const client = new DapClient(connectStdio(scratch, { target: agent.address, adapter: 'lldb-dap', state }));
  const s = new Session(client, lldbDap, scratch);
  const program = await s.launch('orders', [{ at: 'loop' }], { extra: { runInTerminal: true } });
  const stop = await s.stop('breakpoint');
  s.standsAt(stop, program, 'loop');
  await client.outputWith('stdout: hello');
  await s.leave({ terminateDebuggee: true });
  await client.close();
});

test('debugpy with a subprocess: the child is a session of its own, on the same target', limit, async (t) => {
  const scratch = scratchFor(t);
  const { agent, state } = await pairedPlace(scratch);
  const parent = new Session(
    new DapClient(connectStdio(scratch, { target: agent.address, adapter: 'debugpy', state })),
    debugpy,
    scratch,
  );
  const program = await parent.launch('family', [{ at: 'after' }], { extra: { subProcess: true } });
  // debugpy 1.6 announces a child with an event of its own; what it names is at the far end.
  const announced = (await parent.client.anyEvent('debugpyAttach')).body as {
    connect: { host: string; port: number };
    subProcessId: number;
  };
  const { host, port } = announced.connect;
  const child = new Session(
    new DapClient(connectStdio(scratch, { target: agent.address, adapter: `tcp:${host}:${port}`, state })),
    debugpy,
    scratch,
  );
  await child.initialize();
  await child.begin('attach', { request: 'attach', ...announced });
  await child.configure(program, [{ at: 'child' }]);
  const inChild = await child.stop('breakpoint');
  child.standsAt(inChild, program, 'child');
  assert.equal(await child.evaluate('inherited', inChild.top), '7');
  await child.resume(inChild);
  await child.finish();
  const after = await parent.stop('breakpoint');
  parent.standsAt(after, program, 'after');
  await parent.client.outputWith('child got 7');
  await parent.resume(after);
  await parent.finish();
  await child.client.close();
  await parent.client.close();
});

test('a startDebugging request of the adapter reaches the client that launched', limit, async (t) => {
  const scratch = scratchFor(t);
  const { agent, state } = await pairedPlace(scratch);
  // debugpy 1.6 has none, so a stand-in asks.
  const adapter = `stdio:/usr/bin/python3 ${fixtures}/adapters/misbehaving.py starts-debugging`;
  const client = new DapClient(connectStdio(scratch, { target: agent.address, adapter, state }));
  const asked = new Promise<Dap.Request>((resolve) => {
    client.onReverse('startDebugging', (request) => {
      resolve(request);
      return {};
    });
  });
  await client.request('initialize', { adapterID: 'test', supportsStartDebuggingRequest: true });
  const launched = client.ask('launch', {});
  const request = await asked;
  assert.equal((request.arguments as { request: string }).request, 'attach');
  assert.ok((await launched).success, 'the adapter got the answer to its own request, with its own number');
  await client.ask('disconnect');
  await client.close();
});
