/** Programs of one kind, one for each batch length, compiled when the length first occurs and bound once. */

import type { HostArray } from '../base/dtype.ts';
import type { Graph } from '../graph/graph.ts';
import type { Binding, CompileOptions, Engine, Program } from '../runtime/engine.ts';

export interface BoundProgram extends Binding {
  readonly program: Program;
}

/** `bindings(length)` gives the array for every input and output of the program for batches of that length. */
export function programsByLength(
  engine: Engine,
  options: CompileOptions,
  trace: (length: number) => Graph,
  bindings: (length: number) => ReadonlyMap<string, HostArray>,
): (length: number) => Promise<BoundProgram> {
  const known = new Map<number, Promise<BoundProgram>>();
  // The first program settles the threads of all: a run has one number of them, and can be repeated with it.
  let first: Promise<BoundProgram> | undefined;
  return (length) => {
    let bound = known.get(length);
    if (bound === undefined) {
      const settled =
        first?.then(({ program }) => ({ ...options, threads: program.threads })) ?? Promise.resolve(options);
      bound = settled
        .then((settings) => engine.compile(trace(length), settings))
        .then((program) => {
          const binding = program.bind(bindings(length));
          return { program, run: () => binding.run() };
        });
      known.set(length, bound);
      first ??= bound;
    }
    return bound;
  };
}
