/** Programs of one kind, compiled when what they are for first occurs, and bound once. */

import type { HostArray } from '../base/dtype.ts';
import type { Graph } from '../graph/graph.ts';
import type { Binding, CompileOptions, Engine, Program } from '../runtime/engine.ts';

export interface BoundProgram extends Binding {
  readonly program: Program;
}

/** What distinguishes the programs of one kind: `R` is what is asked for. */
export interface ProgramKind<R> {
  /** Requests of one key share a program and its arrays. */
  key(request: R): string | number;
  trace(request: R): Graph;
  /** The array for every input and output; others may be among them. */
  bindings(request: R): ReadonlyMap<string, HostArray>;
}

/** Programs by request; the engine gives equal graphs one compilation. */
export function programsOf<R>(
  engine: Engine,
  options: CompileOptions,
  kind: ProgramKind<R>,
): (request: R) => Promise<BoundProgram> {
  const known = new Map<string | number, Promise<BoundProgram>>();
  // The first program settles the threads of all: a run has one number of them, and can be repeated with it.
  let first: Promise<BoundProgram> | undefined;
  return (request) => {
    const key = kind.key(request);
    let bound = known.get(key);
    if (bound === undefined) {
      const settled =
        first?.then(({ program }) => ({ ...options, threads: program.threads })) ?? Promise.resolve(options);
      bound = settled
        .then((settings) => engine.compile(kind.trace(request), settings))
        .then((program) => {
          const arrays = [...kind.bindings(request)];
          const used = arrays.filter(([name]) => program.inputs.has(name) || program.outputs.has(name));
          const binding = program.bind(new Map(used));
          return { program, run: () => binding.run() };
        });
      known.set(key, bound);
      first ??= bound;
    }
    return bound;
  };
}

/** Programs that differ by the length of the batch alone. */
export function programsByLength(
  engine: Engine,
  options: CompileOptions,
  trace: (length: number) => Graph,
  bindings: (length: number) => ReadonlyMap<string, HostArray>,
): (length: number) => Promise<BoundProgram> {
  return programsOf(engine, options, { key: (length) => length, trace, bindings });
}
