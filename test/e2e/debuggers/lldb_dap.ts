// lldb-dap of LLVM 19 on stdio: C++.
import { stdioPort } from '../dap/port.ts';
import { program } from '../places/programs.ts';
import type { Debugger } from './debugger.ts';
import { startWaiter } from './waiter.ts';

export const lldbDap: Debugger = {
  name: 'lldb-dap',
  program: (scratch, name) => program(scratch, 'cpp', name),
  direct: (scratch) => Promise.resolve(stdioPort('lldb-dap-19', [], { env: scratch.env, cwd: scratch.dir })),
  launch: (target, options = {}) => ({
    request: 'launch',
    program: target.path,
    args: options.args ?? [],
    stopOnEntry: options.stopOnEntry ?? false,
    ...options.extra,
  }),
  waiter: (scratch) =>
    startWaiter(scratch, program(scratch, 'cpp', 'waiter').path, ['stdin'], (pid) => ({ request: 'attach', pid })),
  words: {
    nested: ['people', '[0]', 'home', 'floors', '[1]'],
    stdout: 'events',
    locals: 'Locals',
    answerPlusOne: 'answer + 1',
    console: 'p answer + 1',
    pauseReason: 'exception',
    function: 'total',
    log: 'price is {price}',
    condition: 'i == 3',
    total: /total/,
    crashReason: 'exception',
    crashWords: /SIGABRT/,
    exited: true,
  },
  racesAtLeaving: true,
  filters: [],
};
