// The other debuggers, and the other ways to start: C++ with lldb-dap, Python with debugpy over a near end of its own, attaching to a
// process that is picked, a configuration that another extension has left.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { program } from '../../e2e/places/programs.ts';
import { stopAgentOf } from '../../e2e/places/nearside.ts';
import { scratchFor } from '../../e2e/places/scratch.ts';
import { limit } from './hands.ts';
import { openWindow } from './open_window.ts';
import { markedLine } from './window.ts';
import { launchJson, mixedWorkspace } from './workspaces.ts';

describe('In the real VS Code, other debuggers and other ways', () => {
  it('C++, Python, a process that is picked, a configuration that is converted', limit, async (t) => {
    const scratch = scratchFor(t);
    const { folder, cpp, python } = mixedWorkspace(scratch);
    const waiter = program(scratch, 'go', 'waiter');
    launchJson(folder, [
      { type: 'nearside', request: 'launch', name: 'C++ here', target: 'local', program: '${workspaceFolder}/orders' },
      { type: 'nearside', request: 'launch', name: 'Python here', target: 'local', program: '${file}' },
      {
        type: 'nearside',
        request: 'attach',
        name: 'Attach here',
        target: 'local',
        adapter: 'dlv',
        processId: '${command:pickProcess}',
      },
      {
        type: 'go',
        request: 'launch',
        name: 'Old',
        mode: 'test',
        program: '${workspaceFolder}',
        dlvFlags: ['--check-go-version=false'],
      },
    ]);
    const state = scratch.file('state');
    scratch.after(() => stopAgentOf(scratch, state));
    const window = await openWindow(scratch, { folder, name: 'others', settings: { 'nearside.stateFolder': state } });

    await window.openFile('orders.cpp');
    await window.breakAt(markedLine(cpp, 'loop'));
    await window.startConfiguration('C++ here');
    await window.yellowLine(markedLine(cpp, 'loop'));
    await window.seeVariable('people');
    await window.picture('cpp');
    await window.stop();

    window.set('nearside.nearEnd', 'childProcess');
    await window.openFile('orders.py');
    await window.breakAt(markedLine(python, 'loop'));
    await window.startConfiguration('Python here');
    await window.yellowLine(markedLine(python, 'loop'));
    await window.seeVariable('people');
    await window.seeStatus(/this machine · \d+ ms/);
    await window.picture('python');
    await window.stop();

    const waiting = spawn(waiter.path, [], { env: scratch.env, stdio: 'ignore' });
    scratch.after(() => waiting.kill('SIGKILL'));
    await window.startConfiguration('Attach here');
    await window.seeChoice('waiter');
    await window.picture('processes');
    await window.pick(`${waiting.pid ?? 0} `);
    await window.pause();
    await window.picture('attached');
    await window.stop('Disconnect');
    assert.equal(waiting.exitCode, null, 'what was attached to goes on');

    await window.command('Nearside: Convert a Launch Configuration');
    await window.pick('Old');
    await window.pick('This machine');
    await window.see(/Not all of it could be carried over/);
    await window.picture('converted');
    const text = readFileSync(path.join(folder, '.vscode/launch.json'), 'utf8');
    assert.match(text, /"name": "Old \(Nearside\)"/);
  });
});
