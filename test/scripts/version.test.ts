// The version stands in the manifest, which npm reads, and in core, which the compiler reads: they must agree.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

it('The executable and the package have one version', () => {
  const { version } = JSON.parse(read('package.json')) as { version: string };
  assert.equal(/kVersion = "([^"]+)"/.exec(read('native/core/version.hpp'))?.[1], version);
});
