// Writes l10n/bundle.l10n.json: every text that the extension's code says through `l10n.t`, for translators.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** @type {Set<string>} */
const texts = new Set();
for (const name of readdirSync('extension', { recursive: true, encoding: 'utf8' }).filter((each) =>
  each.endsWith('.ts'),
)) {
  const code = readFileSync(join('extension', name), 'utf8');
  for (const [, single, double] of code.matchAll(/l10n\.t\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g))
    texts.add((single ?? double ?? '').replace(/\\(.)/g, '$1'));
}
const bundle = Object.fromEntries([...texts].sort().map((text) => [text, text]));
writeFileSync('l10n/bundle.l10n.json', `${JSON.stringify(bundle, null, 2)}\n`);
