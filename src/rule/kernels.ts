/** Kernels of one WebAssembly module on an arena's memory, run on this thread or, over much memory, on those of a pool. */

import { MOST_PARTS, type SharedMemory, type ThreadPool } from '../base/thread-pool.ts';
import { encodeModule, type WasmFunction } from './wasm-module.ts';

export interface KernelOptions {
  /** Whose memory it is; none where the memory is not shared. */
  readonly pool: ThreadPool | undefined;
  /** Threads that may take part in a pass, this one among them; asked at each. */
  readonly threads: () => number;
}

/** What is exported: the functions, and how often kernels ran. */
export type KernelExports = Readonly<Record<string, (begin: number, end: number) => number>> & {
  readonly runs: WebAssembly.Global;
};

export interface Kernels {
  readonly exports: KernelExports;
  /**
   * Calls a function over all between two addresses, in parts and in any order. A pass is one run. `streams` says how often
   * it reads or writes a region.
   */
  pass(name: string, begin: number, end: number, streams: number): void;
  /** Adds up what a function gives for parts of the range, which are the same on any number of threads. */
  total(name: string, begin: number, end: number): number;
}

/** Where fewer bytes are read and written, to wake a thread costs about what it saves (`npm run bench:updates`). */
const WORTH_THREADS = 2 ** 24;
/** Bytes of a region that a thread takes at a time: little enough that all end together, much enough for memory to run on. */
const passPart = { least: 2 ** 17, most: 2 ** 20 } as const;
/** Parts for each thread, where they need not be smaller or larger than that. */
const PARTS_EACH = 16;
const sumPart = 2 ** 18;
/** Parts begin on multiples of it: what the functions take in one turn. */
const grain = 256;

export function instantiateKernels(
  functions: readonly WasmFunction[],
  memory: SharedMemory,
  { pool, threads }: KernelOptions,
): Kernels {
  const code = encodeModule(functions, pool === undefined ? 'plain' : 'shared');
  const shared = pool?.load(code, memory);
  const plain = shared ?? new WebAssembly.Instance(new WebAssembly.Module(code), { arena: { memory: memory.memory } });
  const exports = plain.exports as unknown as KernelExports;
  const threadsFor = (moved: number) => (shared === undefined || moved < WORTH_THREADS ? 1 : threads());
  return {
    exports,
    pass(name, begin, end, streams) {
      const bytes = end - begin;
      const most = threadsFor(streams * bytes);
      if (most === 1) {
        exports[name]!(begin, end);
        return;
      }
      const before = exports.runs.value as number;
      const even = bytes / (PARTS_EACH * most);
      const part = fitting(Math.min(Math.max(even, passPart.least), passPart.most), bytes);
      shared!.run(name, { begin, end, part }, most);
      exports.runs.value = before + 1;
    },
    total(name, begin, end) {
      const bytes = end - begin;
      const part = fitting(sumPart, bytes);
      const most = threadsFor(bytes);
      const given = most > 1 ? shared!.run(name, { begin, end, part }, most) : undefined;
      let total = 0;
      for (let at = begin, i = 0; at < end; at += part, i++) {
        total += given?.[i] ?? exports[name]!(at, Math.min(at + part, end));
      }
      return total;
    },
  };
}

/** Bytes of a part: about those wanted, and so many that there are not too many parts. */
function fitting(wanted: number, bytes: number): number {
  return grain * Math.ceil(Math.max(wanted, bytes / MOST_PARTS) / grain);
}
