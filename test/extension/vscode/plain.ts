// What Nearside is measured against: an extension that has VS Code speak to a `dlv dap` at a port, over whatever network is in
// between, and nothing else. Packed as users' extensions are, so that VS Code installs it like ours.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../e2e/places/programs.ts';
import type { Scratch } from '../../e2e/places/scratch.ts';

/** The file of an extension with the debug type `plain`, whose configurations name the `port`. */
export function plainExtension(scratch: Scratch): string {
  const folder = scratch.file('plain');
  mkdirSync(folder);
  const manifest = {
    name: 'plain',
    publisher: 'plain',
    version: '0.0.1',
    license: 'MIT',
    engines: { vscode: '^1.90.0' },
    main: './main.js',
    activationEvents: ['onDebugResolve:plain'],
    contributes: { debuggers: [{ type: 'plain', label: 'Plain' }] },
  };
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(path.join(folder, 'LICENSE'), 'MIT\n');
  writeFileSync(path.join(folder, '.vscodeignore'), '*.vsix\n');
  writeFileSync(path.join(folder, 'README.md'), '# Plain\n');
  writeFileSync(
    path.join(folder, 'main.js'),
    `const { debug, DebugAdapterServer } = require('vscode');
exports.activate = () => debug.registerDebugAdapterDescriptorFactory('plain', {
  createDebugAdapterDescriptor: ({ configuration }) => new DebugAdapterServer(configuration.port, '127.0.0.1'),
});
`,
  );
  const file = scratch.file('plain.vsix');
  const args = ['package', '--no-dependencies', '--allow-missing-repository', '--out', file];
  execFileSync(path.join(root, 'node_modules/.bin/vsce'), args, {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return file;
}
