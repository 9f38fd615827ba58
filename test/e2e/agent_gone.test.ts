// An agent that is killed while a session stands at a breakpoint: where it can be started again, the client hears within seconds
// that its session is gone, and why; only where nobody can know is it waited for.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DapClient, patience, refusalText } from './dap/client.ts';
import { dlv } from './debuggers/dlv.ts';
import { farNearside, withPath } from './places/far_nearside.ts';
import { connectStdio, status, stopAgentOf, type ConnectOptions } from './places/nearside.ts';
import { gone, scratchFor, type Scratch } from './places/scratch.ts';
import { startSshd } from './places/sshd.ts';
import { Session } from './scenarios/session.ts';

const limit = { timeout: 60_000 * patience };
/** Seconds, where giving up takes a day. */
const soon = 10_000 * patience;

const started = /The agent no longer has this link: it was started anew/;

interface Way {
  words: RegExp;
  connect: Pick<ConnectOptions, 'target' | 'env'>;
  /** Of the near end, and of the agent. */
  state: string;
  agent: string;
}

const ways: Record<string, (scratch: Scratch) => Promise<Way>> = {
  local: (scratch) => {
    const state = scratch.file('local');
    scratch.after(() => stopAgentOf(scratch, state));
    return Promise.resolve({
      words: /The agent on this machine has ended without a word/,
      connect: { target: 'local' },
      state,
      agent: state,
    });
  },
  'exec:': (scratch) => {
    const far = farNearside(scratch);
    return Promise.resolve({
      words: started,
      connect: { target: `exec:${far.command}` },
      state: scratch.file('near'),
      agent: far.state,
    });
  },
  'ssh:': async (scratch) => {
    const far = farNearside(scratch);
    const sshd = await startSshd(scratch, { path: [far.bin] });
    const connect = { target: `ssh:${sshd.host}`, env: withPath(scratch, sshd.bin) };
    return { words: started, connect, state: scratch.file('near'), agent: far.state };
  },
};

for (const [name, way] of Object.entries(ways))
  test(`${name}: the client hears soon that the agent is gone, and why`, limit, async (t) => {
    const scratch = scratchFor(t);
    const { words, connect, state, agent } = await way(scratch);
    const client = new DapClient(connectStdio(scratch, { ...connect, adapter: dlv.name, state }));
    scratch.after(() => client.close());
    const session = new Session(client, dlv, scratch);
    await session.launch('orders', [{ at: 'loop' }]);
    const stop = await session.stop('breakpoint');
    const { pid, sessions } = await status(scratch, agent);
    process.kill(pid, 'SIGKILL');
    const asked = client.ask('next', { threadId: stop.thread }, soon);
    await client.event('terminated', undefined, soon);
    const answer = await asked;
    assert.ok(!answer.success);
    assert.match(refusalText(answer), words);
    assert.match(client.output('important'), words);
    assert.ok((await client.ask('disconnect', { terminateDebuggee: true })).success);
    await gone(sessions[0]?.pid ?? 0);
  });
