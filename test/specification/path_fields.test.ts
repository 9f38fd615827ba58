// Every field of the specification that could carry a path, a source or a breakpoint id has been decided: a version that adds one
// fails here until test/fixtures/dap/path_field_decisions.json says what becomes of it. That native/core/dap/path_fields.cpp does
// what was decided is path_field_decisions_test.cpp's to prove, from the same file.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { describe, it } from 'node:test';
import { fieldsOfDeclarations, keyOf, type Field } from './fields.ts';

interface Decision extends Field {
  /** `table`: found by the C++ table. `mapper`: read by the mapper itself. `left`: goes through as it came. */
  decision: 'table' | 'mapper' | 'left';
  reason?: string;
  /** Whose addition to the specification it is. */
  extension?: string;
}

const fixtures = path.join(import.meta.dirname, '../fixtures/dap');
const read = (name: string): unknown => JSON.parse(readFileSync(path.join(fixtures, name), 'utf8'));
const decisions = read('path_field_decisions.json') as Decision[];
const decided = new Set(decisions.map(keyOf));
const declarations = createRequire(import.meta.url)
  .resolve('@vscode/debugprotocol')
  .replace(/debugProtocol\.js$/, 'debugProtocol.d.ts');
const installed = fieldsOfDeclarations(declarations);
const later = read('later_fields.json') as { version: string; fields: Field[] };

describe('The decisions about fields that could carry a path', () => {
  it('are about fields that are really read from the specification', () => {
    assert.ok(installed.length > 30, `only ${installed.length} were found in ${declarations}`);
    assert.ok(installed.some(({ message }) => message === 'response stackTrace'));
  });

  for (const [version, fields] of [
    ["npm's @vscode/debugprotocol", installed],
    [`the schema of ${later.version}`, later.fields],
  ] as const) {
    it(`leave no field of ${version} undecided`, () => {
      const open = fields.map(keyOf).filter((key) => !decided.has(key));
      assert.deepEqual(open, [], 'decide them in test/fixtures/dap/path_field_decisions.json');
    });
  }

  it('name no field that no version has, but extensions and ids', () => {
    const known = new Set([...installed, ...later.fields].map(keyOf));
    const unknown = decisions.filter((each) => each.extension === undefined && !known.has(keyOf(each))).map(keyOf);
    assert.deepEqual(unknown, ['type Breakpoint id: number']);
  });

  it('give a reason for what is not in the table', () => {
    for (const each of decisions) {
      assert.ok(each.decision === 'table' || each.reason !== undefined, keyOf(each));
    }
    assert.equal(decided.size, decisions.length, 'a field is decided twice');
  });

  it('know no request that carries a breakpoint id, so that none has to be translated back', () => {
    const back = installed.filter(
      ({ message, place }) => message.startsWith('request') && /breakpoint.*id/i.test(place),
    );
    assert.deepEqual(back, []);
  });
});
