/** Threads that run WebAssembly together on memory that they share, as those who compute with them see it. */

/** Memory that every thread of a pool sees. */
export interface SharedMemory {
  /** To be imported by modules. */
  readonly memory: WebAssembly.Memory;
  /** The same bytes as plain memory: engines refuse a SharedArrayBuffer. */
  readonly bytes: ArrayBuffer;
}

/** Addresses from `begin` to `end`, in parts of `part` bytes, the last one perhaps shorter. */
export interface PartedRange {
  readonly begin: number;
  readonly end: number;
  readonly part: number;
}

/** A range has at most so many parts. */
export const MOST_PARTS = 1023;

/** A module's functions on every thread of a pool. */
export interface SharedModule {
  /** What this thread's own instance exports. */
  readonly exports: WebAssembly.Exports;
  /**
   * Calls `name(begin, end)` once for every part, on at most `threads` threads, this one among them, and comes back when all
   * calls have: what they returned, in the order of the parts, good until the next run.
   */
  run(name: string, range: PartedRange, threads: number): Float64Array;
}

/** Threads beside this one. They sleep while there is nothing to do, and keep no program alive. */
export interface ThreadPool {
  /** Memory of so many pages of 64 KiB, all zero. */
  allocate(pages: number): SharedMemory;
  /** Instantiates a module, which imports the memory as `arena.memory`, shared, on every thread. */
  load(module: Uint8Array<ArrayBuffer>, memory: SharedMemory): SharedModule;
}
