// The layer check itself, held against violations planted here: a check that finds nothing proves nothing.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { violationsBelow, violationsOf } from '../../scripts/check-layers.mjs';

function ofDap(body: string): string[] {
  return violationsOf('core/dap/planted.hpp', `#pragma once\nnamespace nearside::dap {\n${body}\n}\n`);
}

describe('The layer check', () => {
  it('finds nothing in a file of core that uses core, the standard library and simdjson', () => {
    const text =
      '#include <chrono>\n#include <simdjson.h>\n#include "core/fault.hpp"\nnamespace nearside::dap {\nint x;\n}\n';
    assert.deepEqual(violationsOf('core/dap/planted.cpp', text), []);
  });

  for (const [path, include] of [
    ['core/link/planted.hpp', '#include "io/tls.hpp"'],
    ['core/link/planted.hpp', '#include <boost/asio.hpp>'],
    ['core/link/planted.hpp', '#include <openssl/ssl.h>'],
    ['core/link/planted.hpp', '#include <sys/socket.h>'],
    ['core/link/planted.hpp', '#include <thread>'],
    ['core/link/planted.hpp', '#include <fstream>'],
    ['core/link/planted.hpp', '#include <filesystem>'],
    ['near/planted.cpp', '#include "far/session.hpp"'],
    ['far/planted.cpp', '#include "near/client.hpp"'],
    ['io/planted.cpp', '#include "near/client.hpp"'],
    ['near/planted.cpp', '#include <openssl/ssl.h>'],
    ['near/planted.cpp', '#include <boost/asio/ssl/stream.hpp>'],
    ['addon/planted.cpp', '#include "far/session.hpp"'],
    ['addon/planted.cpp', '#include <openssl/crypto.h>'],
    ['cli/planted.cpp', '#include <napi.h>'],
    ['near/planted.cpp', '#include "../far/session.hpp"'],
  ] as const) {
    it(`refuses ${include} in ${path}, naming the line`, () => {
      const found = violationsOf(path, `// why\n${include}\n`);
      assert.equal(found.length, 1);
      assert.match(found[0] ?? '', new RegExp(`^native/${path}:2: `));
    });
  }

  it('refuses a clock that is read in core, but not a duration or a word in a comment', () => {
    assert.equal(ofDap('auto t = std::chrono::steady_clock::now();').length, 1);
    assert.deepEqual(ofDap('std::chrono::milliseconds wait{5}; // never steady_clock::now()'), []);
  });

  it("refuses a file that opens another room's namespace, but not a forward declaration", () => {
    assert.match(ofDap('}\nnamespace nearside::io {\nint port();').join(), /opens namespace nearside::io/);
    assert.deepEqual(
      ofDap('}\nnamespace nearside::link {\nclass Link;\nstruct Frame;\n}\nnamespace nearside::dap {'),
      [],
    );
  });

  it('wants a README in each room that has files', () => {
    const root = mkdtempSync(join(tmpdir(), 'nearside-layers-'));
    try {
      const file = join(root, 'native/core/dap/planted.hpp');
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, 'namespace nearside::dap {}\n');
      assert.match(violationsBelow(root).join(), /native\/core: a room says in its README\.md/);
      writeFileSync(join(root, 'native/core/README.md'), '# core\n');
      assert.deepEqual(violationsBelow(root), []);
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});
