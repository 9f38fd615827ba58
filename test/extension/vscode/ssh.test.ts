// A host of the user's ssh configuration, with a real sshd: it is in the list, and is debugged on without any more ado.
import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { farNearside } from '../../e2e/places/far_nearside.ts';
import { scratchFor } from '../../e2e/places/scratch.ts';
import { startSshd } from '../../e2e/places/sshd.ts';
import { limit } from './hands.ts';
import { openWindow } from './open_window.ts';
import { markedLine } from './window.ts';
import { goWorkspace } from './workspaces.ts';

describe('In the real VS Code, an ssh host', () => {
  it('is chosen from the list, and debugged on', limit, async (t) => {
    const scratch = scratchFor(t);
    const far = farNearside(scratch);
    const sshd = await startSshd(scratch, { path: [far.bin] });
    mkdirSync(scratch.file('.ssh'));
    writeFileSync(scratch.file('.ssh/config'), 'Include hosts\n');
    writeFileSync(scratch.file('.ssh/hosts'), `Host ${sshd.host}\n  HostName 127.0.0.1\nHost *\n  User me\n`);
    const { folder, main } = goWorkspace(scratch);
    const settings = { 'nearside.stateFolder': scratch.file('state') };
    // VS Code takes the PATH of the user's login shell.
    writeFileSync(scratch.file('.profile'), `export PATH=${sshd.bin}:$PATH\n`);
    const window = await openWindow(scratch, { folder, name: 'ssh', settings });
    const line = markedLine(main, 'loop');
    await window.openFile('main.go');
    await window.breakAt(line);
    await window.press('F5');
    await window.seeChoice(sshd.host);
    await window.picture('hosts');
    await window.pick(sshd.host);
    await window.pick('Go: this folder');
    await window.yellowLine(line);
    await window.seeVariable('people');
    await window.seeStatus(RegExp(`${sshd.host} · \\d+ ms`));
    await window.picture('stopped');
    await window.stop();
  });
});
