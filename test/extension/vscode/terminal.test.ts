// A program that wants a terminal: debugpy asks for one, it runs at the far end, and its user sees it and types into it here.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { stopAgentOf } from '../../e2e/places/nearside.ts';
import { scratchFor } from '../../e2e/places/scratch.ts';
import { limit } from './hands.ts';
import { openWindow } from './open_window.ts';
import { markedLine } from './window.ts';
import { launchJson } from './workspaces.ts';

const program = `name = input("Who? ")
greeting = "hello " + name
print(greeting)  # BREAK: greeted
`;

describe('In the real VS Code, a program in a terminal', () => {
  it('is typed into, and what it prints is seen there', limit, async (t) => {
    const scratch = scratchFor(t);
    const folder = scratch.file('greeter');
    mkdirSync(folder);
    const file = path.join(folder, 'greet.py');
    writeFileSync(file, program);
    const common = { type: 'nearside', request: 'launch', target: 'local', adapter: 'debugpy', program: '${file}' };
    launchJson(folder, [{ ...common, name: 'Greet', console: 'integratedTerminal' }]);
    const state = scratch.file('state');
    scratch.after(() => stopAgentOf(scratch, state));
    const settings = { 'nearside.stateFolder': state, 'terminal.integrated.gpuAcceleration': 'off' };
    const window = await openWindow(scratch, { folder, name: 'terminal', settings });
    await window.openFile('greet.py');
    await window.breakAt(markedLine(file, 'greeted'));
    await window.startConfiguration('Greet');
    await window.seeInTerminal('Who?');
    await window.picture('asked');
    await window.typeInTerminal('Ada');
    await window.yellowLine(markedLine(file, 'greeted'));
    await window.seeVariable(/greeting.*hello Ada/);
    await window.picture('stopped');
    await window.press('F5');
    await window.sessionOver();
    await window.seeInTerminal('hello Ada');
    await window.seeInTerminal('What ran here has ended');
    await window.picture('ended');
  });
});
