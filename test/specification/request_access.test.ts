// Every request of the specification that a client may send has been decided for every role: a version that adds one fails here
// until test/fixtures/dap/request_access.json says what it does to the others. That native/core/session/role.cpp does what was
// decided is role_test.cpp's to prove, from the same file.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { describe, it } from 'node:test';

const decided = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '../fixtures/dap/request_access.json'), 'utf8'),
) as Record<string, string>;
const declarations = createRequire(import.meta.url)
  .resolve('@vscode/debugprotocol')
  .replace(/debugProtocol\.js$/, 'debugProtocol.d.ts');

/** `interface SetBreakpointsRequest extends Request { // command: 'setBreakpoints';` */
const requests = [
  ...readFileSync(declarations, 'utf8').matchAll(/interface \w+Request extends Request \{\s*\/\/ command: '(\w+)'/g),
]
  .map(([, command]) => command ?? '')
  // What adapters ask of clients.
  .filter((command) => command !== 'runInTerminal' && command !== 'startDebugging');

describe('The decisions about what each role may ask', () => {
  it('leave no request of the specification undecided', () => {
    assert.ok(requests.length > 40, `only ${requests.length} were found in ${declarations}`);
    assert.deepEqual(
      requests.filter((command) => decided[command] === undefined),
      [],
    );
  });

  it('name no request that the specification does not have', () => {
    assert.deepEqual(
      Object.keys(decided).filter((command) => !requests.includes(command)),
      [],
    );
  });
});
