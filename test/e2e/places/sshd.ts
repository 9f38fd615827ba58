// A real sshd on loopback, with keys and a configuration of the test's own, and an `ssh` that knows it as `build-box`. Nothing of
// the system's or the user's ssh is read or changed. As root it runs in a mount namespace that has the user and the folder which
// it wants for its privilege separation.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { executable } from './far_nearside.ts';
import { root } from './programs.ts';
import type { Scratch } from './scratch.ts';

export interface Sshd {
  /** The folder that holds `ssh`, for a PATH. */
  readonly bin: string;
  /** `ssh:` and this is the target. */
  readonly host: string;
  log(): string;
}

export interface SshdOptions {
  /** The PATH over there. */
  path: string[];
  env?: Record<string, string>;
  /** Words that run it in another view of this machine. */
  inside?: string[];
  /** Lines of sshd_config that are stronger than ours. */
  config?: string[];
}

/** Where scripts/setup puts it when the system has none: the package itself would start a server for everybody. */
function program(): string {
  const places = ['/usr/sbin/sshd', path.join(root, '.cache/openssh-server/usr/sbin/sshd')];
  const found = places.find((place) => existsSync(place));
  if (found === undefined) throw new Error(`there is no sshd (${places.join(', ')}): run scripts/setup --test`);
  return found;
}

export async function startSshd(scratch: Scratch, options: SshdOptions): Promise<Sshd> {
  const folder = scratch.file('sshd');
  const bin = path.join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  for (const key of ['host_key', 'user_key'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path.join(folder, key)]);
  copyFileSync(path.join(folder, 'user_key.pub'), path.join(folder, 'authorized_keys'));
  const port = await freePort();
  const mark = Object.entries(scratch.env).find(([name]) => name === 'NEARSIDE_TEST_MARK')?.[1] ?? '';
  const variables = { NEARSIDE_TEST_MARK: mark, PATH: [...options.path, process.env.PATH ?? ''].join(':') };
  const settings = Object.entries({ ...variables, ...options.env }).map(([name, value]) => `"${name}=${value}"`);
  const config = path.join(folder, 'sshd_config');
  writeFileSync(
    config,
    [
      ...(options.config ?? []), // of each keyword the first one counts
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${folder}/host_key`,
      `AuthorizedKeysFile ${folder}/authorized_keys`,
      'StrictModes no',
      'UsePAM no',
      'PasswordAuthentication no',
      'PidFile none',
      `SetEnv ${settings.join(' ')}`,
      '',
    ].join('\n'),
  );
  const words: string[] = [...(options.inside ?? []), ...apart(folder), program(), '-D', '-e', '-f', config];
  const [command = '', ...args] = words;
  const server = spawn(command, args, { env: scratch.env, stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  const closed = once(server, 'close');
  scratch.after(async () => {
    server.kill();
    await closed;
  });
  await new Promise<void>((resolve, reject) => {
    server.stderr.setEncoding('utf8').on('data', (text: string) => {
      log += text;
      if (log.includes('Server listening')) resolve();
    });
    void closed.then(() => {
      reject(new Error(`sshd ended: ${log}`));
    });
  });
  writeFileSync(
    path.join(folder, 'ssh_config'),
    [
      'Host build-box',
      '  HostName 127.0.0.1',
      `  Port ${port}`,
      `  User ${os.userInfo().username}`,
      `  IdentityFile ${folder}/user_key`,
      '  IdentitiesOnly yes',
      `  UserKnownHostsFile ${folder}/known_hosts`,
      '  StrictHostKeyChecking accept-new',
      '',
    ].join('\n'),
  );
  executable(bin, 'ssh', `exec /usr/bin/ssh -F '${folder}/ssh_config' "$@"`);
  return { bin, host: 'build-box', log: () => log };
}

function apart(folder: string): string[] {
  if (process.getuid?.() !== 0) return [];
  const passwd = path.join(folder, 'passwd');
  const users = readFileSync('/etc/passwd', 'utf8');
  const separated = 'sshd:x:65533:65534::/run/sshd:/usr/sbin/nologin\n';
  writeFileSync(passwd, /^sshd:/m.test(users) ? users : `${users.trimEnd()}\n${separated}`);
  const view = ['--dev-bind', '/', '/', '--bind', passwd, '/etc/passwd', '--tmpfs', '/run'];
  return ['bwrap', '--die-with-parent', ...view, '--dir', '/run/sshd', '--chmod', '0755', '/run/sshd', '--'];
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
