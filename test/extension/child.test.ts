// The near end as a process of its own, as the extension runs it: what becomes of its link is told, and Retry Now is heard.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LinkState } from '../../extension/native.d.ts';
import { childNearEnd } from '../../extension/pure/child_near_end.ts';
import { connectArguments } from '../../extension/pure/configuration.ts';
import { waitLimit } from '../e2e/dap/client.ts';
import { nearsideBinary, pairedAt, startAgent } from '../e2e/places/nearside.ts';
import { delayRelay } from '../e2e/places/relay.ts';
import { scratchFor } from '../e2e/places/scratch.ts';

async function until(what: string, isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + waitLimit;
  while (!isSo()) {
    assert.ok(performance.now() < deadline, what);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('A near end in a process of its own', () => {
  it('tells of its link, counts down, and tries again at once when it is told to', async (t) => {
    const scratch = scratchFor(t);
    const agent = await startAgent(scratch);
    const relay = await delayRelay(scratch, agent.port);
    const state = await pairedAt(scratch, agent, `127.0.0.1:${relay.port}`);
    const options = { target: `tls://127.0.0.1:${relay.port}`, adapter: 'dlv', state, workspace: scratch.dir };
    const states: LinkState[] = [];
    let answered = false;
    let over = false;
    const nearEnd = childNearEnd(
      nearsideBinary,
      connectArguments(options),
      {
        onMessage: (json) => (answered ||= json.includes('"initialize"')),
        onState: (link) => states.push(link),
        onLine: () => undefined,
        onClosed: () => (over = true),
      },
      scratch.env,
    );
    t.after(() => nearEnd.close());
    nearEnd.send('{"seq":1,"type":"request","command":"initialize","arguments":{"adapterID":"go"}}');
    await until('it is answered', () => answered);
    const last = () => states.at(-1);
    assert.equal(last()?.kind, 'connected');
    assert.match(last()?.security ?? '', /^TLSv1\.3/);

    relay.setDown(true);
    // Pauses double; from the fourth on there is time to be told to hurry.
    await until('it waits for the next try', () => (last()?.attempt ?? 0) >= 4 && (last()?.nextTry ?? 0) > 0);
    assert.equal(last()?.kind, 'reconnecting');
    const before = last()?.attempt ?? 0;
    const asked = states.length;
    nearEnd.retryNow();
    await until('the try is made', () => states.slice(asked).some(({ nextTry }) => nextTry === 0));
    assert.equal(states.slice(asked).find(({ nextTry }) => nextTry === 0)?.attempt, before);
    relay.setDown(false);
    nearEnd.retryNow();
    await until('it is linked again', () => last()?.kind === 'connected');
    await nearEnd.close();
    assert.ok(over);
  });
});
