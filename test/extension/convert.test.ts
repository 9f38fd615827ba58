// Launch configurations of other extensions, as ours.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { convert, isConvertible } from '../../extension/pure/convert.ts';

describe('A configuration of another extension', () => {
  it('of Go keeps what Delve knows, and says what it leaves out', () => {
    const { configuration, notes } = convert({
      type: 'go',
      request: 'launch',
      name: 'A',
      mode: 'auto',
      program: '${fileDirname}',
      env: { A: '1' },
      dlvFlags: ['--x'],
      showLog: true,
      preLaunchTask: 'build',
    });
    assert.deepEqual(configuration, {
      type: 'nearside',
      name: 'A',
      request: 'launch',
      adapter: 'dlv',
      preLaunchTask: 'build',
      mode: 'auto',
      program: '${fileDirname}',
      env: { A: '1' },
    });
    assert.equal(notes.length, 1);
    assert.match(notes[0] ?? '', /^dlvFlags: /);
  });

  it('of Go that attaches to a server reaches it at its own loopback, with its folder', () => {
    const { configuration, notes } = convert({
      type: 'go',
      request: 'attach',
      name: 'A',
      mode: 'remote',
      host: 'box',
      port: 2345,
      remotePath: '/src',
      cwd: '/work',
    });
    assert.equal(configuration.adapter, 'tcp:127.0.0.1:2345');
    assert.deepEqual(configuration.paths, [{ local: '/work', remote: '/src' }]);
    assert.match(notes.join(), /host: box was dialled from here/);
  });

  it('of CodeLLDB becomes one of lldb-dap', () => {
    const { configuration, notes } = convert({
      type: 'lldb',
      request: 'launch',
      name: 'A',
      program: '/x',
      terminal: 'integrated',
      sourceMap: { '/there': '/here' },
      processCreateCommands: ['run'],
      cargo: { args: [] },
    });
    assert.deepEqual(configuration, {
      type: 'nearside',
      name: 'A',
      request: 'launch',
      adapter: 'lldb-dap',
      program: '/x',
      paths: [{ local: '/here', remote: '/there' }],
      launchCommands: ['run'],
      runInTerminal: true,
    });
    assert.match(notes.join(), /^cargo: /);
  });

  it('of cpptools says by its pipe where the program runs', () => {
    const pipe = (pipeProgram: string, pipeArgs: string[]) =>
      convert({
        type: 'cppdbg',
        request: 'launch',
        name: 'A',
        program: '/x',
        stopAtEntry: true,
        environment: [{ name: 'A', value: 'b' }],
        sourceFileMap: { '/build': { editorPath: '/here' } },
        MIMode: 'gdb',
        pipeTransport: { pipeProgram, pipeArgs },
      }).configuration;
    assert.deepEqual(pipe('docker', ['exec', '-i', 'web-1', 'sh', '-c']), {
      type: 'nearside',
      name: 'A',
      request: 'launch',
      target: 'docker:web-1',
      adapter: 'lldb-dap',
      program: '/x',
      stopOnEntry: true,
      env: { A: 'b' },
      paths: [{ local: '/here', remote: '/build' }],
    });
    assert.equal(pipe('/usr/bin/ssh', ['-T', 'me@box']).target, 'ssh:me@box');
  });

  it('of debugpy attaches to the port that waits over there', () => {
    const { configuration } = convert({
      type: 'debugpy',
      request: 'attach',
      name: 'A',
      connect: { host: 'localhost', port: 5678 },
      pathMappings: [{ localRoot: '/a', remoteRoot: '/b' }],
    });
    assert.equal(configuration.adapter, 'tcp:127.0.0.1:5678');
    assert.deepEqual(configuration.pathMappings, [{ localRoot: '/a', remoteRoot: '/b' }]);
    assert.equal(
      convert({ type: 'python', request: 'launch', name: 'A', program: 'x.py' }).configuration.adapter,
      'debugpy',
    );
  });

  it('of what it does not know says so, member by member', () => {
    assert.deepEqual(convert({ type: 'lldb-dap', request: 'launch', name: 'A', somethingNew: 1 }).notes, [
      'somethingNew: left out, it has no counterpart here',
    ]);
    assert.equal(isConvertible('node'), false);
  });
});
