// What a launch configuration means: to the near end, to its command line, to the adapter.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  connectArguments,
  ConfigurationError,
  delveTool,
  forAdapter,
  forClient,
  nearEndOptions,
  ownMembers,
  quiet,
  type Configuration,
  type Surroundings,
} from '../../extension/pure/configuration.ts';

const around: Surroundings = { workspace: '/work/shop', rules: [], client: 'VS Code 1', executable: '/opt/nearside' };
const launch = (more: object = {}): Configuration => ({
  type: 'nearside',
  name: 'Go',
  request: 'launch',
  target: 'ssh:box',
  adapter: 'dlv',
  ...more,
});

describe('A launch configuration', () => {
  it('says to the near end what it says itself, and nothing more', () => {
    assert.deepEqual(nearEndOptions(launch({ program: '/x' }), around), {
      target: 'ssh:box',
      adapter: 'dlv',
      client: 'VS Code 1',
      executable: '/opt/nearside',
      workspace: '/work/shop',
    });
  });

  it('gives every option of the near end', () => {
    const options = nearEndOptions(
      launch({
        workingDirectory: '/src',
        paths: [{ local: '/a', remote: '/b' }],
        loadLimits: { maxStringLen: 512, maxStructFields: -1 },
        prefetch: { requests: 7, bytes: 8, time: 9, from: 0 },
        cache: 32,
        pureWatches: true,
        restoreBreakpoints: true,
        linger: { left: 1, lost: 2, end: 'keep' },
      }),
      { ...around, state: '/state' },
    );
    assert.deepEqual(options, {
      target: 'ssh:box',
      adapter: 'dlv',
      lingerLeft: 1,
      lingerLost: 2,
      lingerEnd: 'keep',
      prefetchRequests: 7,
      prefetchBytes: 8,
      prefetchTime: 9,
      prefetchFrom: 0,
      cacheSize: 32,
      pureWatches: true,
      loadLimits: 'string=512,struct=-1',
      state: '/state',
      workingDirectory: '/src',
      client: 'VS Code 1',
      executable: '/opt/nearside',
      workspace: '/work/shop',
      restore: true,
      pathRules: [{ local: '/a', remote: '/b' }],
    });
    assert.equal(
      connectArguments(options).join(' '),
      'connect --stdio --target ssh:box --adapter dlv --linger-left 1 --linger-lost 2 --linger-end keep --state /state --cwd /src ' +
        '--workspace /work/shop --map /a=/b --cache-size 32 --prefetch-requests 7 --prefetch-bytes 8 --prefetch-time 9 --prefetch-from 0 ' +
        '--load-limits string=512,struct=-1 --pure-watches --restore',
    );
  });

  it('turns the cache and sending ahead off', () => {
    const options = nearEndOptions(launch({ cache: false, prefetch: false }), around);
    assert.equal(options.cache, false);
    assert.equal(options.prefetch, false);
    assert.match(connectArguments(options).join(' '), /--no-cache --no-prefetch/);
  });

  it('takes the rules of the settings that are for its target, behind its own', () => {
    const rules = [
      { local: '/1', remote: '/1r', target: 'ssh:box' },
      { local: '/2', remote: '/2r', target: 'local' },
      { local: '/3', remote: '/3r' },
    ];
    const { pathRules } = nearEndOptions(launch({ paths: [{ local: '/0', remote: '/0r' }] }), { ...around, rules });
    assert.deepEqual(
      pathRules?.map(({ local }) => local),
      ['/0', '/1', '/3'],
    );
  });

  it('takes an organisation for tls targets alone', () => {
    const company = { ...around, ca: '/ca.pem', allow: ['a'] };
    assert.equal(nearEndOptions(launch(), company).ca, undefined);
    assert.deepEqual(nearEndOptions(launch({ target: 'tls://a:1' }), company).allow, ['a']);
  });

  it('takes up a session by its name, and no adapter then', () => {
    const options = nearEndOptions(launch({ __nearsideSession: 'abc' }), around);
    assert.equal(options.session, 'abc');
    assert.equal(options.adapter, undefined);
  });

  it('is refused by name where it says what cannot be meant', () => {
    for (const [more, words] of [
      [{ target: undefined }, /"target" is missing/],
      [{ target: 7 }, /"target" must be a text/],
      [{ adapter: undefined }, /"adapter" is missing/],
      [{ paths: {} }, /"paths" must be a list/],
      [{ paths: [{ local: '/a' }] }, /"paths" must be a list/],
      [{ loadLimits: { maxStringLen: 'x' } }, /"loadLimits\.maxStringLen" must be a whole number/],
      [{ linger: { end: 'never' } }, /"linger\.end" must be one of/],
      [{ linger: 7 }, /"linger" must be an object/],
      [{ prefetch: 7 }, /"prefetch" must be an object/],
      [{ cache: 'x' }, /"cache" must be true or false/],
      [{ restoreBreakpoints: 1 }, /"restoreBreakpoints" must be true or false/],
    ] as const)
      assert.throws(
        () => nearEndOptions(launch(more), around),
        (error) => error instanceof ConfigurationError && words.test(error.message),
        JSON.stringify(more),
      );
  });

  it('names a Delve of its own for this machine alone', () => {
    assert.equal(delveTool(launch({ target: 'local', dlvToolPath: '/opt/dlv' })), '/opt/dlv');
    assert.equal(delveTool(launch({ dlvToolPath: '/opt/dlv' })), undefined);
    assert.equal(delveTool(launch({ target: 'local' })), undefined);
  });
});

describe('What the adapter hears', () => {
  it('has nothing of ours in it, and all the rest as it was', () => {
    const own = Object.fromEntries(ownMembers.map((member) => [member, 1]));
    const others = {
      program: '/x',
      mode: 'exec',
      substitutePath: [{ from: 'a', to: 'b' }],
      unheardOf: { of: [1] },
      name: 'Go',
    };
    for (const command of ['launch', 'attach']) {
      const message = { type: 'request', seq: 2, command, arguments: { ...own, ...others } };
      assert.deepEqual(forAdapter(message), { ...message, arguments: others });
    }
  });

  it('is the same message where nothing is ours', () => {
    const message = { type: 'request', seq: 3, command: 'evaluate', arguments: { target: 'x' } };
    assert.equal(forAdapter(message), message);
  });
});

describe('What VS Code hears', () => {
  it('starts a child of debugpy on the same target, at the port where it waits', () => {
    const message = {
      type: 'request',
      seq: 1,
      command: 'startDebugging',
      arguments: { request: 'attach', configuration: { name: 'Subprocess', connect: { host: '127.0.0.1', port: 41 } } },
    };
    const told = forClient(message, launch({ paths: [], __nearsideSession: 'abc' }));
    assert.deepEqual((told.arguments as { configuration: unknown }).configuration, {
      name: 'Subprocess',
      connect: { host: '127.0.0.1', port: 41 },
      target: 'ssh:box',
      adapter: 'tcp:127.0.0.1:41',
      paths: [],
    });
  });

  it('shows no errors of what was under way when its user left', () => {
    const body = { error: { id: 1, format: 'gone', showUser: true } };
    assert.deepEqual(quiet({ type: 'response', success: false, body }).body, {
      error: { id: 1, format: 'gone', showUser: false },
    });
    const fine = { type: 'response', success: true, body: {} };
    assert.equal(quiet(fine), fine);
  });
});
