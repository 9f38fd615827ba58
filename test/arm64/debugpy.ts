// The executable for another processor, as it is brought to one: BusyBox, a Python and nothing else of arm64, under qemu-user in
// namespaces of its own (nothing of this machine is changed, and no rights are needed). There debugpy debugs a program.
// scripts/setup --arm64 unpacks that place; `node scripts/build.mjs --kind Arm64` builds the executable.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { DapClient, patience } from '../e2e/dap/client.ts';
import { debugpy } from '../e2e/debuggers/debugpy.ts';
import { executable, withPath } from '../e2e/places/far_nearside.ts';
import { connectStdio, nearsideBinary } from '../e2e/places/nearside.ts';
import { root } from '../e2e/places/programs.ts';
import { scratchFor, type Scratch } from '../e2e/places/scratch.ts';
import { Session } from '../e2e/scenarios/session.ts';

const place = path.join(root, '.cache/arm64');
const built = path.join(path.dirname(nearsideBinary), 'far/linux-arm64/nearside');
const elf = String.raw`:qemu-aarch64:M::\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00:\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff:/usr/bin/qemu-aarch64-static:F`;

/** Words that run a program in there, at the same path of the test's folder; what it leaves running goes with it. */
function enter(scratch: Scratch): string[] {
  const bin = scratch.file('enter');
  executable(
    bin,
    'enter',
    `set -e
     mount -t binfmt_misc none /proc/sys/fs/binfmt_misc
     printf '%s' '${elf}' >/proc/sys/fs/binfmt_misc/register
     mount -t proc none '${place}/proc'
     mount --rbind /dev '${place}/dev'
     mount --bind /usr/lib/python3 '${place}/usr/lib/python3'
     mount -t tmpfs none '${place}/tmp'
     mkdir -p '${place}${scratch.dir}'
     mount --bind '${scratch.dir}' '${place}${scratch.dir}'
     exec /usr/sbin/chroot '${place}' "$@"`,
  );
  return ['unshare', '--user', '--map-root-user', '--mount', '--pid', '--fork', '--kill-child', '--', `${bin}/enter`];
}

test(
  'on an arm64 machine: it is brought there, and a Python program is debugged',
  { timeout: 240_000 * patience },
  async (t) => {
    for (const [what, how] of [
      [place, 'scripts/setup --arm64'],
      [built, 'node scripts/build.mjs --kind Arm64'],
    ] as const)
      assert.ok(existsSync(what), `${what} is missing: run ${how}`);
    const scratch = scratchFor(t);
    const home = scratch.file('home');
    mkdirSync(home);
    const words = [...enter(scratch), '/bin/env', '-i', `HOME=${home}`, 'PATH=/usr/bin:/bin', '/bin/sh', '-c'];
    const bin = scratch.file('docker-bin');
    executable(bin, 'docker', `shift $(($# - 1)); exec ${words.map((word) => `'${word}'`).join(' ')} "$1"`);
    const client = new DapClient(
      connectStdio(scratch, {
        target: 'docker:board',
        adapter: 'debugpy',
        env: withPath(scratch, bin),
        state: scratch.file('near'),
      }),
    );
    const session = new Session(client, debugpy, scratch);
    const program = await session.launch('orders', [{ at: 'loop' }]);
    const stop = await session.stop('breakpoint');
    session.standsAt(stop, program, 'loop');
    assert.match(client.beside(), /Bringing nearside \S+ \(linux-arm64\)/);
    // The ELF header says whose executable it is: 0xB7 is AArch64.
    const { version } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as { version: string };
    assert.equal(readFileSync(`${home}/.nearside/bin/${version}/nearside`).readUInt16LE(18), 0xb7);
    await session.breakpoints(program, []);
    await session.resume(stop);
    await session.finish();
    await client.close();
  },
);
