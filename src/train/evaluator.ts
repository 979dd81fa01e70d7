/** Measures a model on a whole data set: mean loss and metrics, with dropout and its like off. */

import type { HostArray } from '../base/dtype.ts';
import type { Dataset } from '../data/dataset.ts';
import type { CompileOptions, Engine } from '../runtime/engine.ts';
import { programsOf } from './programs.ts';
import { createStaging, stage } from './staging.ts';
import { createTallies, reserve } from './tally.ts';
import { type Task, traceEvaluation } from './task.ts';

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

/** The loss (`loss`) and each metric over a data set; where the set has weights, the loss goes by them. */
export type Evaluator = (dataset: Dataset) => Promise<Record<string, number>>;

/** An evaluator of the task on an engine: compiled at its first use, for each batch length once. */
export function createEvaluator(options: EvaluatorOptions): Evaluator {
  const { task, parameters, batchSize = 256, engine } = options;
  const staging = createStaging(task, batchSize);
  const tallies = createTallies(task);
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
      return new Map<string, HostArray>([...arrays, ...staging.arrays(length)]);
    },
  });
  const indices = new Uint32Array(batchSize);

  return async (dataset) => {
    const weighted = dataset.weights !== undefined;
    for (const tally of tallies.values()) tally.clear();
    for (let begin = 0; begin < dataset.size; begin += batchSize) {
      const length = Math.min(batchSize, dataset.size - begin);
      for (let i = 0; i < length; i++) indices[i] = begin + i;
      stage(staging, dataset, indices.subarray(0, length));
      const program = await programs({ length, weighted });
      await program.run();
      for (const tally of tallies.values()) tally.add(roomOf(weighted), length);
    }
    return Object.fromEntries([...tallies].map(([name, tally]) => [name, tally.value()]));
  };
}
