// Containers, pods and WSL distributions: docker, kubectl and wsl.exe are stand-ins here, which print what the real ones print; the
// docker one also runs what it is given, in the place of the container.
import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { executable, farNearside } from '../../e2e/places/far_nearside.ts';
import { scratchFor } from '../../e2e/places/scratch.ts';
import { limit } from './hands.ts';
import { openWindow } from './open_window.ts';
import { markedLine } from './window.ts';
import { goWorkspace } from './workspaces.ts';

const pod = {
  metadata: { name: 'api-0', namespace: 'prod' },
  spec: { containers: [{ name: 'app', image: 'api:1' }] },
  status: { phase: 'Running' },
};

describe('In the real VS Code, containers', () => {
  it('pods and distributions are in the list, and the one of this folder is debugged in', limit, async (t) => {
    const scratch = scratchFor(t);
    const { folder, main } = goWorkspace(scratch);
    mkdirSync(`${folder}/.devcontainer`);
    // In the stand-in for a container the files are where they are here.
    const devcontainer = {
      image: 'golang',
      workspaceMount: `source=${folder},target=${folder},type=bind`,
      workspaceFolder: folder,
    };
    writeFileSync(`${folder}/.devcontainer/devcontainer.json`, JSON.stringify(devcontainer));
    const far = farNearside(scratch);
    const bin = scratch.file('stand-ins');
    const container = (Names: string, Labels: string) =>
      JSON.stringify({ Names, Image: 'golang', Status: 'Up', Labels });
    const listed = [container('web-1', ''), container('busy_wozniak', `devcontainer.local_folder=${folder}`)];
    writeFileSync(scratch.file('containers'), `${listed.join('\n')}\n`);
    writeFileSync(scratch.file('pods'), JSON.stringify({ items: [pod] }));
    executable(
      bin,
      'docker',
      `[ "$1" = ps ] && exec cat '${scratch.file('containers')}'
       while [ "$1" != -c ] || [ "$#" -gt 2 ]; do shift; done
       PATH='${far.bin}':"$PATH" exec /bin/sh -c "$2"`,
    );
    executable(bin, 'kubectl', `exec cat '${scratch.file('pods')}'`);
    executable(bin, 'wsl.exe', 'echo Ubuntu-22.04');
    // VS Code takes the PATH of the user's login shell.
    writeFileSync(scratch.file('.profile'), `export PATH=${bin}:$PATH\n`);
    const settings = { 'nearside.stateFolder': scratch.file('state') };
    const window = await openWindow(scratch, { folder, name: 'containers', settings });
    const line = markedLine(main, 'loop');
    await window.openFile('main.go');
    await window.breakAt(line);
    await window.press('F5');
    await window.seeChoice('Ubuntu-22.04');
    await window.seeChoice('prod/api-0');
    await window.seeChoice('web-1');
    await window.picture('targets');
    await window.pick('Devcontainer of this folder');
    await window.pick('Go: this folder');
    await window.yellowLine(line);
    await window.seeStatus(/busy_wozniak · \d+ ms/);
    await window.picture('stopped');
    await window.stop();
  });
});
