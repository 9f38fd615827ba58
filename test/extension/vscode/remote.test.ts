// Another machine: paired by pasting a code, its link cut in the middle of a stop, and a window that is reloaded. The agent runs
// behind a relay, which is the network.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nearsideOk, pairedAt, startAgent } from '../../e2e/places/nearside.ts';
import { delayRelay } from '../../e2e/places/relay.ts';
import { scratchFor } from '../../e2e/places/scratch.ts';
import { limit } from './hands.ts';
import { openWindow } from './open_window.ts';
import { markedLine } from './window.ts';
import { goWorkspace, launchJson } from './workspaces.ts';

describe('In the real VS Code, a program on another machine', () => {
  it('is reached by pasting a code; its session survives a cut and a reloaded window', limit, async (t) => {
    const scratch = scratchFor(t);
    const { folder, main } = goWorkspace(scratch, 'steps');
    const agent = await startAgent(scratch);
    const relay = await delayRelay(scratch, agent.port, 40);
    const address = `127.0.0.1:${relay.port}`;
    const code = await nearsideOk(scratch, ['agent', 'pair', '--state', agent.state, '--address', address]);
    const settings = { 'nearside.stateFolder': scratch.file('state') };
    const window = await openWindow(scratch, { folder, name: 'remote', settings });
    const line = markedLine(main, 'loop');
    await window.openFile('main.go');
    await window.goTo(line);
    await window.clickGutter(line);

    await window.press('F5');
    await window.pick('Pair With an Agent');
    await window.answer(code.trim());
    await window.seeChoice('Go: this folder');
    await window.picture('paired');
    await window.pick('Go: this folder');
    await window.yellowLine(line);
    await window.seeVariable('squares');
    await window.seeStatus(/· \d+ ms · \d+ % local/);
    await window.picture('stopped');

    relay.setDown(true);
    await window.seeStatus(/reconnecting/);
    await window.seeStatus(/next try in \d+ s/);
    await window.picture('reconnecting');
    await window.fromStatusBar(/reconnecting/, 'Retry Now');
    await window.picture('choices');
    relay.setDown(false);
    await window.pick('Retry Now');
    await window.seeStatus(/\d+ ms/);
    await window.press('F10');
    await window.yellowLine(line + 1);
    await window.picture('back');

    await window.reload();
    await window.yellowLine(line + 1);
    await window.command('View: Show Run and Debug');
    await window.seeVariable('squares');
    await window.picture('resumed');
    await window.press('F5');
    await window.yellowLine(line);
    await window.stop();
    const out = await nearsideOk(scratch, ['sessions', '--json', '--state', agent.state]);
    assert.equal(out, '', 'nothing is left over there');
  });

  it('counts down in the status bar, too, when its near end is a process of its own', limit, async (t) => {
    const scratch = scratchFor(t);
    const { folder, main } = goWorkspace(scratch, 'steps');
    const agent = await startAgent(scratch);
    const relay = await delayRelay(scratch, agent.port);
    const state = await pairedAt(scratch, agent, `127.0.0.1:${relay.port}`);
    const target = `tls://127.0.0.1:${relay.port}`;
    launchJson(folder, [{ type: 'nearside', request: 'launch', name: 'Steps', target, program: '${workspaceFolder}' }]);
    const settings = { 'nearside.stateFolder': state, 'nearside.nearEnd': 'childProcess' };
    const window = await openWindow(scratch, { folder, name: 'child', settings });
    const line = markedLine(main, 'loop');
    await window.openFile('main.go');
    await window.breakAt(line);
    await window.startConfiguration('Steps');
    await window.yellowLine(line);
    relay.setDown(true);
    await window.seeStatus(/next try in \d+ s/);
    await window.picture('reconnecting');
    await window.fromStatusBar(/reconnecting/, 'Retry Now');
    relay.setDown(false);
    await window.pick('Retry Now');
    await window.seeStatus(/\d+ ms/);
    await window.press('F10');
    await window.yellowLine(line + 1);
    await window.stop();
  });
});
