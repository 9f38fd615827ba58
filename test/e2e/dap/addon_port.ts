// A port over the addon: the client lives in this process and there is no socket between it and the near end.
import { createRequire } from 'node:module';
import path from 'node:path';
import type * as Native from '../../../extension/native.d.ts';
import { root } from '../places/programs.ts';
import type { Port } from './port.ts';

export const addonFile = path.join(root, 'build/Release/nearside.node');
export const native = createRequire(import.meta.url)(addonFile) as typeof Native;

export interface AddonPort extends Port {
  readonly nearEnd: Native.NearEnd;
  readonly states: Native.LinkState[];
  onState: (state: Native.LinkState) => void;
}

export function addonPort(options: Native.NearEndOptions): AddonPort {
  const states: Native.LinkState[] = [];
  let ended!: (why: string) => void;
  const port = {
    states,
    onState: (): void => undefined,
    ended: new Promise<string>((resolve) => (ended = resolve)),
    onMessage: (): void => undefined,
    said: () => ({ out: '', err: '' }),
    send: (json: string) => void nearEnd.send(json),
    close: () => nearEnd.close(),
  } as Omit<AddonPort, 'nearEnd'>;
  const nearEnd = new native.NearEnd(options, {
    onMessage: (json) => {
      port.onMessage(json);
    },
    onState: (state) => {
      states.push(state);
      port.onState(state);
    },
    onClosed: (fault) => {
      ended(fault === null ? 'closed' : fault.message);
    },
  });
  return Object.assign(port, { nearEnd });
}
