/** Measures a model on a whole data set: mean loss and metrics, with dropout and its like off. */

import type { HostArray } from '../base/dtype.ts';
import { checkNumber, checkOptionNames } from '../base/options.ts';
import type { Dataset } from '../data/dataset.ts';
import type { CompileOptions, Engine } from '../runtime/engine.ts';
import { checkMeasurable } from './check-sets.ts';
import { inPieces, inRows } from './evaluation-order.ts';
import { type BoundProgram, programsOf } from './programs.ts';
import { createStaging, stage } from './staging.ts';
import { createStates, type States } from './states.ts';
import { createTallies, reserve } from './tally.ts';
import { carriedStates, type Task, traceEvaluation } from './task.ts';

export interface EvaluatorOptions {
  readonly task: Task;
  /** Arrays that hold the parameters, by name; read anew at each evaluation. */
  readonly parameters: ReadonlyMap<string, Float32Array>;
  /** States of the model, by name. */
  readonly states?: ReadonlyMap<string, Float32Array>;
  /** Examples at once; default 256. It changes memory and speed, and the result by float32 rounding only. */
  readonly batchSize?: number;
  readonly engine: Engine;
  readonly compile?: CompileOptions;
}

export interface EvaluateOptions {
  /**
   * Of a task whose examples follow one another: in how many rows they are read, each from a state of its own, with what
   * the model carries going from example to example. Default 1: the whole set as one sequence. More rows are faster, and
   * every row after the first begins without what was before it.
   */
  readonly rows?: number;
}

/** The loss (`loss`) and each metric over a data set; where the set has weights, the loss goes by them. */
export interface Evaluator {
  (dataset: Dataset, options?: EvaluateOptions): Promise<Record<string, number>>;
  /** Compiles what a data set will take, read as one sequence; gives the formulations of its convolutions by signature. */
  prepare(dataset: Dataset): Promise<ReadonlyMap<string, string>>;
}

/** An evaluator of the task on an engine: compiled at its first use or before, for each batch length once. */
export function createEvaluator(options: EvaluatorOptions): Evaluator {
  const { task, batchSize = 256 } = options;
  const carries = carriedStates(task, 1).length > 0;
  const tallies = createTallies(task);
  const passes = new Map<number, Pass>();
  const passOf = (capacity: number): Pass => {
    const known = passes.get(capacity);
    if (known !== undefined) return known;
    const pass = createPass(
      options,
      capacity,
      carries ? createStates(carriedStates(task, capacity), capacity) : undefined,
    );
    passes.set(capacity, pass);
    return pass;
  };

  const passFor = ({ size }: Dataset, rows: number) => ({
    pass: passOf(carries ? Math.min(rows, size) : batchSize),
    order: carries ? inRows(size, rows) : inPieces(size, batchSize),
  });
  const evaluate = async (dataset: Dataset, given: EvaluateOptions = {}) => {
    checkOptionNames('evaluate', given, ['rows']);
    checkMeasurable(task, dataset);
    const rows = checkNumber('evaluate', 'rows', given.rows ?? 1, { integer: true, min: 1 });
    for (const tally of tallies.values()) tally.clear();
    const { pass, order } = passFor(dataset, rows);
    await pass.go(dataset, order, (said, examples) => {
      for (const tally of tallies.values()) tally.add(said, examples);
    });
    return Object.fromEntries([...tallies].map(([name, tally]) => [name, tally.value()]));
  };
  const prepare = async (dataset: Dataset) => {
    checkMeasurable(task, dataset);
    const { pass, order } = passFor(dataset, 1);
    const lengths = new Set([...order].map(({ length }) => length));
    const formulations = new Map<string, string>();
    for (const length of lengths) {
      const { program } = await pass.compiled(length, dataset.weights !== undefined);
      for (const [signature, name] of program.formulations) formulations.set(signature, name);
    }
    return formulations;
  };
  return Object.assign(evaluate, { prepare });
}

interface Pass {
  /** Goes over the examples in an order, and tells what the programs say of each batch. */
  go(
    dataset: Dataset,
    order: Iterable<Uint32Array>,
    hear: (said: ReadonlyMap<string, Float32Array>, examples: number) => void,
  ): Promise<void>;
  /** The program for so many examples. */
  compiled(length: number, weighted: boolean): Promise<BoundProgram>;
}

/** For batches of up to `capacity` examples; `states` are what they carry from one batch to the next. */
function createPass(options: EvaluatorOptions, capacity: number, states: States | undefined): Pass {
  const { task, parameters, engine } = options;
  const staging = createStaging(task, capacity);
  /** Outputs of the programs; with weights, other numbers say what the loss is. */
  const rooms = { plain: new Map<string, Float32Array>(), weighted: new Map<string, Float32Array>() };
  const roomOf = (weighted: boolean) => rooms[weighted ? 'weighted' : 'plain'];
  const programs = programsOf<{ readonly length: number; readonly weighted: boolean }>(engine, options.compile ?? {}, {
    key: ({ length, weighted }) => `${length}|${weighted}`,
    trace: ({ length, weighted }) => {
      const graph = traceEvaluation(task, length, weighted);
      reserve(graph, roomOf(weighted));
      return graph;
    },
    bindings: ({ length, weighted }) => {
      const arrays = [...roomOf(weighted), ...parameters, ...(options.states ?? [])];
      return new Map<string, HostArray>([...arrays, ...(states?.arrays(0, length) ?? []), ...staging.arrays(length)]);
    },
  });
  return {
    async go(dataset, order, hear) {
      const weighted = dataset.weights !== undefined;
      states?.reset();
      for (const indices of order) {
        const { length } = indices;
        stage(staging, dataset, indices);
        const bound = await programs({ length, weighted });
        await bound.run();
        states?.advance(bound.program, 0, length);
        hear(roomOf(weighted), length);
      }
    },
    compiled: (length, weighted) => programs({ length, weighted }),
  };
}
