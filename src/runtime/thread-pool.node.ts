/** A pool of worker threads of Node, which run update rules beside the thread that trains. */

import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { EngineError } from '../base/errors.ts';
import type { OwnedThreadPool } from './backend.ts';
import type { LargePages } from './large-pages.node.ts';
import { plainViews } from './plain-view.node.ts';
import { type Board, type Call, createBoard, putUp, takeParts, viewBoard, waitUntilDone, wake } from './shared-work.ts';

/** What a thread is started with. */
export interface PoolThreadData {
  readonly board: Board;
  /** Its number among those that sleep. */
  readonly sleeper: number;
}

/** A module that a thread is to have, by its number. */
export interface PoolModule {
  readonly id: number;
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
}

/** Update rules wait for memory, and fewer threads than large machines have get all that it gives. */
const MOST_THREADS = 8;
/** Milliseconds without any part done, after which a thread is taken for dead. */
const PATIENCE = 30_000;

const threadFile = new URL('./pool-thread.node.js', import.meta.url);

/** Names of a module's functions, in an order that is the same on every thread. */
export function functionNames(module: WebAssembly.Module): readonly string[] {
  return WebAssembly.Module.exports(module)
    .filter(({ kind }) => kind === 'function')
    .map(({ name }) => name);
}

/** `undefined` where threads cannot share memory with an engine. Threads start when they are first wanted. */
export async function openThreadPool(largePages?: LargePages): Promise<OwnedThreadPool | undefined> {
  const views = await plainViews();
  if (views === undefined) return undefined;
  let board = viewBoard(createBoard());
  // A program that was bundled into one file has no file for threads.
  const most = existsSync(fileURLToPath(threadFile)) ? Math.min(cpus().length, MOST_THREADS) - 1 : 0;
  const workers: Worker[] = [];
  /** What the threads have. */
  const held = new Map<number, PoolModule>();
  let [modules, closed] = [0, false];

  const start = (): void => {
    const data: PoolThreadData = { board: board.words.buffer, sleeper: workers.length };
    const worker = new Worker(threadFile, { workerData: data, execArgv: [] });
    worker.unref();
    // One that does not come up takes no part, and the work is done without it.
    worker.on('error', () => {});
    for (const module of held.values()) worker.postMessage(module);
    workers.push(worker);
  };
  const rouse = (threads: number): void => {
    const helpers = closed ? 0 : Math.min(threads - 1, most);
    while (workers.length < helpers) start();
    for (let i = 0; i < helpers; i++) wake(board, i);
  };
  const stop = (): void => {
    for (const worker of workers.splice(0)) void worker.terminate();
    // A thread that is about to end must find nothing to begin, and finish nothing of what comes next.
    board = viewBoard(createBoard());
  };
  // A thread that sleeps collects no garbage: memory that nobody uses any longer goes with the threads that hold it, and
  // they start anew when they are wanted.
  const forgotten = new FinalizationRegistry<number>((id) => {
    if (held.delete(id)) stop();
  });

  return {
    allocate(pages) {
      const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
      largePages?.request(new Uint8Array(memory.buffer));
      return { memory, bytes: views.of(memory) };
    },
    load(code, { memory, bytes }) {
      const module = new WebAssembly.Module(code);
      const { exports } = new WebAssembly.Instance(module, { arena: { memory } });
      const id = modules++;
      const names = functionNames(module);
      forgotten.register(bytes, id);
      return {
        exports,
        run(name, range, threads) {
          const call = exports[name] as Call;
          if (threads > 1 && !held.has(id)) {
            held.set(id, { id, module, memory });
            for (const worker of workers) worker.postMessage(held.get(id));
          }
          const parts = putUp(board, { ...range, module: id, function: names.indexOf(name) });
          rouse(Math.min(threads, parts));
          takeParts(board, () => call);
          if (!waitUntilDone(board, parts, PATIENCE)) {
            stop();
            throw new EngineError('engine/run', `a thread that runs "${name}" does not answer`, {
              mend: 'Train on one thread: { threads: 1 }.',
            });
          }
          return board.results;
        },
      };
    },
    close() {
      closed = true;
      stop();
    },
  };
}
