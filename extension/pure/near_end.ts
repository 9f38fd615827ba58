// What a near end is to the rest of the extension, wherever it runs: messages in, messages out, the state of its link, its end.
import type { Fault, LinkState } from '../native.d.ts';

export interface NearEndEvents {
  /** One DAP message, as JSON. */
  onMessage: (json: string) => void;
  onState: (state: LinkState) => void;
  /** The last call. Null: by the client's own wish. */
  onClosed: (fault: Pick<Fault, 'message'> | null) => void;
  /** A line for the log. */
  onLine: (line: string) => void;
}

export interface RunningNearEnd {
  readonly kind: 'inProcess' | 'childProcess';
  /** Of a child; the extension host's own else. */
  readonly pid: number;
  send(json: string): void;
  /** Lets the session go; resolves when that is done, never rejects. */
  close(): Promise<void>;
  /** Tries a link that is down again now. */
  retryNow(): void;
}
