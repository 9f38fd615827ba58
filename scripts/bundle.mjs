// Makes the extension's bundle, dist/extension.cjs, from extension/: one CommonJS file, as VS Code's extension host loads it.
// `--minify` for the package. The addon stays beside it and is loaded when the first session starts.
import { build } from 'esbuild';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { minify: { type: 'boolean', default: false } } });
await build({
  entryPoints: ['extension/extension.ts'],
  outfile: 'dist/extension.cjs',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  external: ['vscode'],
  minify: values.minify,
  sourcemap: values.minify ? false : 'linked',
  logLevel: 'warning',
});
