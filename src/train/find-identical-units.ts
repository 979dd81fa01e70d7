/** Whether a model's first parameters leave units identical, asked before the first step. */

import type { HostArray } from '../base/dtype.ts';
import { fold, type Key, RandomStream } from '../base/random.ts';
import { size } from '../base/shape.ts';
import type { Dataset } from '../data/dataset.ts';
import { type IdenticalUnits, identicalUnits } from '../nn/identical-units.ts';
import { drawMask } from '../nn/mask.ts';
import type { CompileOptions, Engine } from '../runtime/engine.ts';
import { createStaging, stage } from './staging.ts';
import { describeTask, gradientName, lossName, type Task, traceTraining } from './task.ts';
import { traceWeights } from './trace-weights.ts';

export interface FindIdenticalUnitsOptions {
  readonly task: Task;
  readonly training: Dataset;
  /** First values of all parameters. */
  readonly parameters: ReadonlyMap<string, Float32Array>;
  readonly engine: Engine;
  readonly compile?: CompileOptions;
  /** Examples and the masks of dropout are drawn under it. */
  readonly key: Key;
}

/** Examples that the gradient is taken over. */
const batchSize = 256;

/**
 * The units of hidden layers that start with the same weights and get the same gradient from a batch of training
 * examples. It costs one look at the weights, and one gradient only where some units do start alike.
 */
export async function findIdenticalUnits(options: FindIdenticalUnitsOptions): Promise<IdenticalUnits[]> {
  const { training, parameters, engine, compile = { threads: 1, formulations: 'default' } } = options;
  const task = { ...options.task, metrics: {} };
  const { sums } = traceWeights(task, 1);
  const alike = new Set(identicalUnits(sums, parameters).map(({ parameter }) => parameter));
  if (alike.size === 0) return [];

  const length = Math.min(batchSize, training.size);
  const staging = createStaging(task, length);
  const key = fold(options.key, 'identical-units');
  stage(staging, training, new RandomStream(key).permutation(training.size).subarray(0, length));
  const arrays = new Map<string, HostArray>([
    ...parameters,
    ...staging.arrays(length),
    [lossName, new Float32Array(1)],
  ]);
  for (const { name, shape, keepProbability } of describeTask(task, length).masks) {
    const mask = new Uint8Array(size(shape));
    drawMask(mask, keepProbability, new RandomStream(fold(key, name)));
    arrays.set(name, mask);
  }
  const gradients = new Map<string, Float32Array>();
  for (const [name, values] of parameters) {
    const gradient = new Float32Array(values.length);
    gradients.set(name, gradient);
    arrays.set(gradientName(name), gradient);
  }
  const program = await engine.compile(traceTraining(task, length), compile);
  const used = [...arrays].filter(([name]) => program.inputs.has(name) || program.outputs.has(name));
  await program.bind(new Map(used)).run();
  return identicalUnits(
    sums.filter(({ weight }) => alike.has(weight)),
    parameters,
    gradients,
  );
}
