// The way of a newcomer with a Go program: no configuration at all, F5, and everything that a debugger's window is for.
import { describe, it } from 'node:test';
import { stopAgentOf } from '../../e2e/places/nearside.ts';
import { scratchFor } from '../../e2e/places/scratch.ts';
import { limit } from './hands.ts';
import { openWindow } from './open_window.ts';
import { markedLine } from './window.ts';
import { goWorkspace } from './workspaces.ts';

describe('In the real VS Code, a Go program', () => {
  it('is debugged on this machine without any configuration, by hand', limit, async (t) => {
    const scratch = scratchFor(t);
    const { folder, main } = goWorkspace(scratch);
    const state = scratch.file('state');
    scratch.after(() => stopAgentOf(scratch, state));
    const window = await openWindow(scratch, { folder, name: 'go', settings: { 'nearside.stateFolder': state } });
    const line = markedLine(main, 'loop');
    await window.openFile('main.go');
    await window.goTo(line);
    await window.clickGutter(line);
    await window.press('F5');
    await window.seeChoice('This machine');
    await window.picture('target');
    await window.pick('This machine');
    await window.seeChoice('Go: this folder');
    await window.picture('program');
    await window.pick('Go: this folder');

    await window.yellowLine(line);
    await window.seeVariable('answer');
    await window.expand('stock');
    await window.seeVariable('washer');
    await window.picture('stopped');
    await window.addWatch('o.Customer.Name');
    await window.seeWatch('"Ada"');
    await window.hover('grand', line);
    await window.picture('hover');
    await window.press('F10');
    await window.yellowLine(line - 2);
    await window.setVariable('answer', '4711');
    await window.seeVariable('4711');
    await window.console('len(people)');
    await window.seeInConsole(/^2$/);
    await window.picture('changed');
    await window.press('F5');
    await window.yellowLine(line);
    await window.seeWatch('"Grace"');

    await window.toolbar('Restart');
    await window.seeWatch('"Ada"');
    await window.yellowLine(line);
    await window.picture('restarted');
    await window.stop();
    await window.press('F5');
    await window.seeChoice('Go: this folder');
    await window.picture('again');
    await window.press('Escape');
  });
});
