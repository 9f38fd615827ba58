// A program that was built from another folder: nothing is configured, and the breakpoint in the workspace's own file is hit. The
// Nearside view shows the rule that was learned; the pages of explanation, times and diagnostics say what they promise.
import { appendFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { stopAgentOf } from '../../e2e/places/nearside.ts';
import { scratchFor } from '../../e2e/places/scratch.ts';
import { limit } from './hands.ts';
import { openWindow } from './open_window.ts';
import { markedLine } from './window.ts';
import { goBuild, goWorkspace, launchJson } from './workspaces.ts';

const configuration = {
  type: 'nearside',
  request: 'launch',
  name: 'Built elsewhere',
  target: 'local',
  adapter: 'dlv',
  mode: 'exec',
};

describe('In the real VS Code, a program that was built elsewhere', () => {
  it('stops in the file that is open here, and it can be seen why', limit, async (t) => {
    const scratch = scratchFor(t);
    const elsewhere = goWorkspace(scratch, 'orders', scratch.file('builds/4711'));
    const program = goBuild(elsewhere.folder, scratch.file('shop.out'));
    const { folder, main } = goWorkspace(scratch);
    launchJson(folder, [{ ...configuration, program }]);
    const state = scratch.file('state');
    scratch.after(() => stopAgentOf(scratch, state));
    const window = await openWindow(scratch, { folder, name: 'paths', settings: { 'nearside.stateFolder': state } });
    const line = markedLine(main, 'loop');
    await window.openFile('main.go');
    await window.goTo(line);
    await window.clickGutter(line);
    await window.press('F5');
    await window.yellowLine(line);
    await window.picture('stopped');

    await window.clickPane('Variables');
    await window.clickPane('Watch');
    await window.clickPane('Call Stack');
    await window.clickPane('Nearside');
    await window.seeRow(/Learned path rules/);
    await window.picture('view');
    await window.rowAction(/⇄/, 'Keep', /Kept in the settings of this workspace/);
    await window.rowAction(/⇄/, 'Forget');
    await window.noRow(/Learned path rules/);
    await window.command('Nearside: Explain This Breakpoint');
    await window.seeInPage('The way there');
    await window.picture('explained');
    await window.closeEditor();
    await window.command('Nearside: Show Latency');
    await window.seeInPage('Where the time goes');
    await window.seeInPage('stackTrace');
    await window.picture('latency');
    await window.closeEditor();
    await window.command('Nearside: Collect Diagnostics');
    await window.see('Nearside diagnostics');
    await window.picture('diagnostics');
    await window.stop();
  });

  it('is mapped by hand where nothing tells which file it was', limit, async (t) => {
    const scratch = scratchFor(t);
    const elsewhere = goWorkspace(scratch, 'waiter', scratch.file('builds/4711'));
    const program = goBuild(elsewhere.folder, scratch.file('shop.out'));
    appendFileSync(elsewhere.main, '// It is another file now.\n');
    const { folder, main } = goWorkspace(scratch, 'waiter');
    launchJson(folder, [{ ...configuration, program }]);
    const state = scratch.file('state');
    scratch.after(() => stopAgentOf(scratch, state));
    const window = await openWindow(scratch, { folder, name: 'mapped', settings: { 'nearside.stateFolder': state } });
    await window.openFile('main.go');
    const line = markedLine(main, 'tick');
    await window.breakAt(line);
    await window.startConfiguration('Built elsewhere');
    await window.seeUnverified();
    await window.offers('Explain this breakpoint');
    await window.picture('quick-fix');
    await window.press('Escape');
    await window.command('Nearside: Map This Path');
    await window.answer(elsewhere.main);
    await window.see(/from the next start on/);
    await window.picture('mapped');
    await window.notification('Restart');
    await window.yellowLine(line);
    await window.stop();
  });
});
