// Ports: the ways by which a client's messages travel to an adapter, each a stream of whole JSON texts. A port owns its
// socket or process; `close` is idempotent and returns when both are gone. It refuses nothing: what cannot be decoded ends
// the port with a reason, and a test reads that reason.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import type { Duplex } from 'node:stream';

export interface Port {
  send(json: string): void;
  /** Called once with each whole message, in order. Set before anything is sent. */
  onMessage: (json: string) => void;
  /** Resolves with what ended the port: an end of stream, an error, an exit. */
  readonly ended: Promise<string>;
  /** What came beside the protocol: the process's stderr, and its stdout where the protocol does not run on that. */
  said(): Said;
  close(): Promise<void>;
}

export interface Said {
  out: string;
  err: string;
}

/** Splits a byte stream into the bodies of `Content-Length` frames. */
export class FrameSplitter {
  private held: Buffer = Buffer.alloc(0);

  push(bytes: Buffer): string[] {
    this.held = this.held.length === 0 ? bytes : Buffer.concat([this.held, bytes]);
    const bodies: string[] = [];
    for (;;) {
      const end = this.held.indexOf('\r\n\r\n');
      if (end < 0) return bodies;
      const header = this.held.toString('latin1', 0, end);
      const length = /^content-length: *(\d+)$/im.exec(header)?.[1];
      if (length === undefined) throw new Error(`a frame without Content-Length: ${JSON.stringify(header)}`);
      const stop = end + 4 + Number(length);
      if (this.held.length < stop) return bodies;
      bodies.push(this.held.toString('utf8', end + 4, stop));
      this.held = this.held.subarray(stop);
    }
  }

  /** Bytes of a frame that has not come whole. */
  get pending(): number {
    return this.held.length;
  }
}

export function frame(json: string): Buffer {
  return Buffer.from(`Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`);
}

const ignore: Port['onMessage'] = () => undefined;

function overStreams(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
): Port & { finish(why: string): void } {
  const splitter = new FrameSplitter();
  let finish!: (why: string) => void;
  const ended = new Promise<string>((resolve) => (finish = resolve));
  const port = {
    send: (json: string) => {
      if (output.writable) output.write(frame(json));
    },
    onMessage: ignore,
    ended,
    said: () => ({ out: '', err: '' }),
    close: () => Promise.resolve(),
    finish,
  };
  input.on('data', (bytes: Buffer) => {
    try {
      for (const body of splitter.push(bytes)) port.onMessage(body);
    } catch (error) {
      finish(String(error));
    }
  });
  input.on('end', () => {
    finish(splitter.pending > 0 ? `the stream ended inside a frame (${splitter.pending} bytes held)` : 'end of stream');
  });
  input.on('error', (error) => {
    finish(String(error));
  });
  output.on('error', (error) => {
    finish(String(error));
  });
  return port;
}

export interface SpawnedPort extends Port {
  readonly process: ChildProcess;
  /** Resolves with `exit 0`, `signal SIGTERM` and the like. */
  readonly exited: Promise<string>;
}

/** An adapter, or anything that acts as one, on the stdio of a process that is started here. */
export function stdioPort(
  command: string,
  args: string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string; detached?: boolean } = {},
): SpawnedPort {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], ...options });
  const port = overStreams(child.stdout, child.stdin);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const exited = new Promise<string>((resolve) => {
    child.on('error', (error) => {
      port.finish(`${command}: ${error.message}`);
      resolve(`could not start: ${error.message}`);
    });
    child.on('close', (code, signal) => {
      resolve(signal === null ? `exit ${code ?? '?'}` : `signal ${signal}`);
    });
  });
  return Object.assign(port, {
    process: child,
    exited,
    said: () => ({ out: '', err: stderr }),
    close: async () => {
      child.stdin.end();
      const gone = await Promise.race([exited, new Promise<undefined>((r) => setTimeout(r, 2000, undefined).unref())]);
      if (gone === undefined) child.kill('SIGKILL');
      await exited;
    },
  });
}

/** An adapter behind a TCP port or a Unix socket. */
export async function socketPort(address: { host: string; port: number } | { path: string }): Promise<Port> {
  const socket = net.connect({ ...address, noDelay: true });
  await once(socket, 'connect');
  return connectedPort(socket);
}

/** The same over a stream that is connected already. */
export function connectedPort(socket: Duplex): Port {
  const port = overStreams(socket, socket);
  return Object.assign(port, {
    close: async () => {
      socket.end();
      await Promise.race([port.ended, new Promise((r) => setTimeout(r, 2000).unref())]);
      socket.destroy();
    },
  });
}
