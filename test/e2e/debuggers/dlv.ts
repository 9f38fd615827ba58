// Delve: Go, `dlv dap --client-addr`, so that direct runs and the agent start it alike. The program's output is dlv's own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { connectedPort, type Port } from '../dap/port.ts';
import { program } from '../places/programs.ts';
import type { Debugger } from './debugger.ts';
import { startWaiter } from './waiter.ts';

export const dlv: Debugger = {
  name: 'dlv',
  program: (scratch, name) => program(scratch, 'go', name),
  direct: async (scratch): Promise<Port> => {
    const server = net.createServer({ noDelay: true });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port: number } = server.address() as net.AddressInfo;
    const child = spawn('dlv', ['dap', '--client-addr', `127.0.0.1:${number}`], {
      env: scratch.env,
      cwd: scratch.dir,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said = { out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text));
    const [socket] = (await once(server, 'connection')) as [net.Socket];
    server.close();
    const closed = once(child, 'close');
    const port = connectedPort(socket);
    return Object.assign(port, {
      said: () => said,
      close: async () => {
        socket.end();
        child.kill('SIGTERM');
        await closed;
        socket.destroy();
      },
    });
  },
  launch: (target, options = {}) => ({
    request: 'launch',
    mode: 'exec',
    program: target.path,
    args: options.args ?? [],
    stopOnEntry: options.stopOnEntry ?? false,
    ...options.extra,
  }),
  waiter: (scratch) =>
    startWaiter(scratch, program(scratch, 'go', 'waiter').path, ['stdin'], (pid) => ({
      request: 'attach',
      mode: 'local',
      processId: pid,
      stopOnEntry: false,
    })),
  words: {
    nested: ['people', '[0]', 'Home', 'Floors', '[1]'],
    stdout: 'adapter',
    locals: 'Locals',
    answerPlusOne: 'answer + 1',
    console: 'answer + 1',
    pauseReason: 'pause',
    function: 'main.total',
    log: 'price is {price}',
    condition: 'i == 3',
    total: /main\.total/,
    crashReason: 'exception',
    crashWords: /nil pointer dereference/,
    exited: false,
  },
  filters: [],
};
