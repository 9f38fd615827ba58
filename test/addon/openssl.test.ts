// `node` exports an OpenSSL of its own, under the same names as the one that the addon carries. These tests hold the
// two apart: what the addon calls is what it was compiled against.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { describe, it } from 'node:test';

const release = resolve(import.meta.dirname, '../../build/Release');
const addon = join(release, 'nearside.node');
const opensslNames = /^(SSL|EVP|CRYPTO|OPENSSL|OpenSSL|X509|BIO|ERR)_/;

function symbols(...options: string[]): string[] {
  const lines = execFileSync('nm', ['-D', ...options, addon], { encoding: 'utf8', maxBuffer: 1 << 26 }).split('\n');
  return lines.map((line) => line.trim().split(/\s+/).at(-1) ?? '');
}

describe("The addon's OpenSSL", () => {
  it('is not exported, so nothing in the process can pick it up by name', () => {
    assert.deepEqual(
      symbols('--defined-only').filter((name) => opensslNames.test(name)),
      [],
    );
  });

  it('is complete: no name of it is left for node to fill in', () => {
    assert.deepEqual(
      symbols('--undefined-only').filter((name) => opensslNames.test(name)),
      [],
    );
  });

  it("is the one of the system's headers, whatever node carries", () => {
    const loaded = createRequire(import.meta.url)(addon) as { opensslVersion: () => string };
    const preprocessed = execFileSync(
      'g++',
      ['-E', '-dM', '-x', 'c++', '-include', 'openssl/opensslv.h', '/dev/null'],
      {
        encoding: 'utf8',
        maxBuffer: 1 << 26,
      },
    );
    const expected = /#define OPENSSL_VERSION_TEXT "(.*)"/.exec(preprocessed)?.[1];
    assert.ok(expected);
    assert.equal(loaded.opensslVersion(), expected);
  });

  it("was compiled without a look at node's OpenSSL headers", () => {
    const dependencies = readdirSync(join(release, '.deps'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.d'),
    );
    assert.ok(dependencies.length > 0);
    const reached = dependencies.filter((name) =>
      readFileSync(join(release, '.deps', name), 'utf8').includes('/include/node/openssl/'),
    );
    assert.deepEqual(reached, []);
  });
});
