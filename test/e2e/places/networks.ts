// Network namespaces, for targets that nobody can reach by a port. They belong to a user namespace of ours, so that no rights are
// needed, and go with the process that holds them.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Scratch } from './scratch.ts';

export interface Networks {
  /** Words in front of a command: where it runs. Each has a loopback of its own. */
  readonly near: string[];
  readonly far: string[];
  /** The near one's address, which the far one can dial. */
  readonly nearAddress: string;
}

const script = `
ip link set lo up
unshare --net sleep infinity &
far=$!
trap 'kill $far' EXIT
while [ "$(readlink /proc/$far/ns/net)" = "$(readlink /proc/$$/ns/net)" ]; do sleep 0.01; done
ip link add near type veth peer name far netns $far
ip addr add 10.99.0.1/30 dev near
ip link set near up
nsenter --net=/proc/$far/ns/net sh -c 'ip link set lo up; ip addr add 10.99.0.2/30 dev far; ip link set far up'
echo $$ $far
cat
`;

/** Two networks with one wire between them. Neither shares anything with the machine's own. */
export async function twoNetworks(scratch: Scratch): Promise<Networks> {
  const holder = spawn('unshare', ['--map-current-user', '--keep-caps', '--net', 'sh', '-ec', script], {
    env: scratch.env,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  const closed = once(holder, 'close');
  scratch.after(async () => {
    holder.stdin.end();
    await closed;
  });
  holder.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const pids = await new Promise<string[]>((resolve, reject) => {
    holder.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      if (out.includes('\n')) resolve(out.trim().split(' '));
    });
    void closed.then(() => {
      reject(new Error(`the networks could not be made: ${err}`));
    });
  });
  const enter = (pid = '') => ['nsenter', `--target=${pid}`, '--user', '--preserve-credentials', '--net', '--'];
  return { near: enter(pids[0]), far: enter(pids[1]), nearAddress: '10.99.0.1' };
}
