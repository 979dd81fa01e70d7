/** The module that a thread of a pool runs: it sleeps, takes its part of the work, and sleeps again. */

import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { type Call, sleep, takeParts, viewBoard } from './shared-work.ts';
import { functionNames, type PoolModule, type PoolThreadData } from './thread-pool.node.ts';

const { sleeper, ...data } = workerData as PoolThreadData;
const board = viewBoard(data.board);
const modules = new Map<number, readonly Call[]>();

/** The thread never comes back to its event loop, so it fetches what it was sent. */
function fetchModules(): void {
  for (;;) {
    const sent = receiveMessageOnPort(parentPort!)?.message as PoolModule | undefined;
    if (sent === undefined) return;
    const { exports } = new WebAssembly.Instance(sent.module, { arena: { memory: sent.memory } });
    const functions = functionNames(sent.module).map((name) => exports[name] as Call);
    modules.set(sent.id, functions);
  }
}

function lookup(module: number, index: number): Call | undefined {
  if (!modules.has(module)) fetchModules();
  return modules.get(module)?.[index];
}

for (let seen = 0; ; ) {
  takeParts(board, lookup);
  seen = sleep(board, sleeper, seen);
}
