// debugpy 1.6 of Debian's Python, its adapter on stdio.
import { stdioPort } from '../dap/port.ts';
import { program } from '../places/programs.ts';
import type { Debugger } from './debugger.ts';
import { startWaiter } from './waiter.ts';

/** The Python that has debugpy; another one may come first on PATH. */
export const python = '/usr/bin/python3';

export const debugpy: Debugger = {
  name: 'debugpy',
  program: (scratch, name) => program(scratch, 'python', name),
  direct: (scratch) =>
    Promise.resolve(stdioPort(python, ['-m', 'debugpy.adapter'], { env: scratch.env, cwd: scratch.dir })),
  launch: (target, options = {}) => ({
    request: 'launch',
    type: 'python',
    program: target.path,
    python: [python],
    args: options.args ?? [],
    stopOnEntry: options.stopOnEntry ?? false,
    console: 'internalConsole',
    redirectOutput: true,
    ...options.extra,
  }),
  waiter: (scratch) =>
    startWaiter(scratch, python, [program(scratch, 'python', 'waiter').path, 'stdin'], (pid) => ({
      request: 'attach',
      type: 'python',
      processId: pid,
    })),
  words: {
    nested: ['people', '0', 'home', 'floors', '1'],
    stdout: 'events',
    locals: 'Locals',
    answerPlusOne: 'answer + 1',
    console: 'answer + 1',
    pauseReason: 'pause',
    function: 'total',
    log: 'price is {price}',
    condition: 'i == 3',
    total: /total/,
    crashReason: 'exception',
    crashWords: /no room for 1/,
    exited: true,
  },
  filters: ['uncaught'],
};
