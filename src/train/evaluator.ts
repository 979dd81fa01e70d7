/** Measures a model on a whole data set: mean loss and metrics, with dropout and its like off. */

import type { HostArray } from '../base/dtype.ts';
import type { Dataset } from '../data/dataset.ts';
import type { CompileOptions, Engine } from '../runtime/engine.ts';
import { programsByLength } from './programs.ts';
import { createStaging, stage } from './staging.ts';
import { inputName, lossName, metricName, type Task, targetName, traceEvaluation } from './task.ts';

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

/** The mean of the loss (`loss`) and of each metric over a data set. */
export type Evaluator = (dataset: Dataset) => Promise<Record<string, number>>;

/** An evaluator of the task on an engine: compiled at its first use, for each batch length once. */
export function createEvaluator(options: EvaluatorOptions): Evaluator {
  const { task, parameters, batchSize = 256, engine } = options;
  const staging = createStaging(task.input, task.target, batchSize);
  const sums = new Map<string, Float32Array>([[lossName, new Float32Array(1)]]);
  for (const name of Object.keys(task.metrics)) sums.set(metricName(name), new Float32Array(1));
  const programs = programsByLength(
    engine,
    options.compile ?? {},
    (length) => traceEvaluation(task, length),
    (length) => {
      const { input, target } = staging.of(length);
      return new Map<string, HostArray>([
        ...sums,
        ...parameters,
        ...(options.states ?? []),
        [inputName, input],
        [targetName, target],
      ]);
    },
  );
  const indices = new Uint32Array(batchSize);

  return async (dataset) => {
    const totals = new Map([...sums.keys()].map((name) => [name, 0]));
    for (let begin = 0; begin < dataset.size; begin += batchSize) {
      const length = Math.min(batchSize, dataset.size - begin);
      for (let i = 0; i < length; i++) indices[i] = begin + i;
      stage(staging, dataset, indices.subarray(0, length));
      const program = await programs(length);
      await program.run();
      for (const [name, sum] of sums) totals.set(name, totals.get(name)! + sum[0]!);
    }
    const measures: Record<string, number> = { loss: totals.get(lossName)! / dataset.size };
    for (const name of Object.keys(task.metrics)) measures[name] = totals.get(metricName(name))! / dataset.size;
    return measures;
  };
}
