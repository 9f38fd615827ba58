// Routes: the ways by which a client reaches an adapter. A route opens one more session each time it is asked.
import type { Port } from '../dap/port.ts';
import type { Debugger } from '../debuggers/debugger.ts';
import type { Scratch } from './scratch.ts';

export interface Route {
  readonly name: string;
  open(kit: Debugger, scratch: Scratch): Promise<Port>;
}

/** No Nearside at all. */
export const direct: Route = { name: 'direct', open: (kit, scratch) => kit.direct(scratch) };
