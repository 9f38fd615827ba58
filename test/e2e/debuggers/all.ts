// The debuggers that end-to-end tests run, in the order in which they are reported.
import type { Debugger } from './debugger.ts';
import { debugpy } from './debugpy.ts';
import { dlv } from './dlv.ts';
import { lldbDap } from './lldb_dap.ts';

export const debuggers: Debugger[] = [dlv, lldbDap, debugpy];
