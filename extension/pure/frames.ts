// DAP's frames on a byte stream: `Content-Length: N`, an empty line, N bytes of JSON. Takes any split of the bytes. A frame
// without a length, or longer than the limit, is refused: it comes from our own executable, so it would be a fault of ours.

/** As the near end's own limit: no adapter's answer that it passes on is longer. */
const longestFrame = 256 * 1024 * 1024;
const longestHeader = 8192;

export class FrameReader {
  private parts: Buffer[] = [];
  private held = 0;
  private wanted: number | undefined;

  /** The bodies that are complete now. */
  push(bytes: Buffer): string[] {
    this.parts.push(bytes);
    this.held += bytes.length;
    const bodies: string[] = [];
    for (;;) {
      if (this.wanted === undefined && !this.readHeader()) return bodies;
      const length = this.wanted ?? 0;
      if (this.held < length) return bodies;
      const all = this.all();
      bodies.push(all.toString('utf8', 0, length));
      this.keep(all.subarray(length));
      this.wanted = undefined;
    }
  }

  private readHeader(): boolean {
    const all = this.all();
    const end = all.indexOf('\r\n\r\n');
    if (end < 0) {
      if (all.length > longestHeader) throw new Error('A frame of the near end has no header.');
      return false;
    }
    const length = Number(/^content-length: *(\d+)$/im.exec(all.toString('latin1', 0, end))?.[1] ?? NaN);
    if (!(length <= longestFrame)) throw new Error('A frame of the near end has no usable length.');
    this.wanted = length;
    this.keep(all.subarray(end + 4));
    return true;
  }

  private all(): Buffer {
    const [first] = this.parts;
    if (this.parts.length === 1 && first !== undefined) return first;
    const all = Buffer.concat(this.parts);
    this.parts = [all];
    return all;
  }

  private keep(rest: Buffer): void {
    this.parts = rest.length === 0 ? [] : [rest];
    this.held = rest.length;
  }
}

export function frame(json: string): string {
  return `Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`;
}
