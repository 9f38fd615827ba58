// The benchmark's client: one request, wait for its whole answer, note the time. It decodes frames and makes the answer a string,
// as every client must, but does not parse it: that would be the same on every way and drown the differences.
import { once } from 'node:events';
import net from 'node:net';
import type { Readable, Writable } from 'node:stream';

/** A way to the echo adapter, open and ready. */
export interface Way {
  /** Sends one message; gives the text of the next one that comes. */
  ask(json: string): Promise<string>;
  close(): Promise<void>;
}

export async function tcpWay(port: number, host = '127.0.0.1'): Promise<Way> {
  const socket = net.connect({ port, host, noDelay: true });
  await once(socket, 'connect');
  return {
    ...streamWay(socket, socket),
    close: async () => {
      socket.destroy();
      await once(socket, 'close');
    },
  };
}

export function streamWay(input: Readable, output: Writable): Pick<Way, 'ask'> {
  let chunks: Buffer[] = [];
  let held = 0;
  /** Bytes that complete the frame being read; nothing while its header is not whole. */
  let wanted: number | undefined;
  let bodyAt = 0;
  let deliver: ((text: string) => void) | undefined;
  input.on('data', (bytes: Buffer) => {
    chunks.push(bytes);
    held += bytes.length;
    if (wanted === undefined) {
      const head = chunks.length === 1 ? bytes : Buffer.concat(chunks);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      bodyAt = end + 4;
      wanted = bodyAt + Number(/content-length: *(\d+)/i.exec(head.toString('latin1', 0, end))?.[1]);
    }
    if (held < wanted) return;
    const whole = chunks.length === 1 ? bytes : Buffer.concat(chunks);
    const text = whole.toString('utf8', bodyAt, wanted);
    const rest = whole.subarray(wanted);
    chunks = rest.length === 0 ? [] : [rest];
    held = rest.length;
    wanted = undefined;
    deliver?.(text);
  });
  return {
    ask: (json) =>
      new Promise<string>((resolve) => {
        deliver = resolve;
        output.write(`Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`);
      }),
  };
}
