// What goes wrong on this side: the extension host dies in the middle of a session. The next session runs in a process of its own
// and says so; and the one that was left is found when the same is started again.
import { readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { stopAgentOf } from '../../e2e/places/nearside.ts';
import { scratchFor } from '../../e2e/places/scratch.ts';
import { limit } from './hands.ts';
import { openWindow } from './open_window.ts';
import { markedLine } from './window.ts';
import { goWorkspace, launchJson } from './workspaces.ts';

describe('In the real VS Code, when the extension host dies', () => {
  it('the next session runs in a process of its own, and the one that was left can be resumed', limit, async (t) => {
    const scratch = scratchFor(t);
    const { folder, main } = goWorkspace(scratch, 'steps');
    launchJson(folder, [
      { type: 'nearside', request: 'launch', name: 'Steps', target: 'local', program: '${workspaceFolder}' },
    ]);
    const state = scratch.file('state');
    scratch.after(() => stopAgentOf(scratch, state));
    const settings = { 'nearside.stateFolder': state, 'nearside.resumeAfterReload': false };
    const window = await openWindow(scratch, { folder, name: 'trouble', settings });
    const line = markedLine(main, 'loop');
    await window.openFile('main.go');
    await window.breakAt(line);
    await window.startConfiguration('Steps');
    await window.yellowLine(line);
    await window.press('F10');
    await window.yellowLine(line + 1);

    const [host] = readdirSync(scratch.file('vscode/User/globalStorage/nearside.nearside/in-process'));
    process.kill(Number(host), 'SIGKILL');
    await window.sessionOver();
    await window.reload();
    await window.startSelected(/“Steps” still runs at this machine/);
    await window.picture('orphan');
    await window.dialog('Resume');
    await window.see(/runs as a process of its own; debugging works as before/);
    await window.yellowLine(line + 1);
    await window.picture('resumed');
    await window.press('F5');
    await window.yellowLine(line);
    await window.stop();
  });
});
