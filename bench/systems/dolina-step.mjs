/** A workload's training step in Dolina, on its CPU engine. */

import {
  cpuEngine,
  key,
  meanSquare,
  measurementCache,
  readOptimizer,
  softmaxCrossEntropy,
} from '../../dist/index.node.js';
import { createTrainingStep } from '../../dist/train/index.js';
import { outputShapeOf, sizeOf, symbolsOf } from '../driver/parameters.mjs';
import { modelOf } from './dolina-network.mjs';

/**
 * `compile` as for `createTrainingStep`.
 * @param {import('../workloads/table.mjs').Network} workload @param {import('../driver/materials.mjs').Loaded} loaded
 */
export async function buildStep(workload, { parameters, numbers, cacheFile }, compile = {}) {
  const classes = workload.loss === 'softmax-cross-entropy';
  const output = outputShapeOf(workload);
  const symbols = symbolsOf(workload) !== undefined;
  const { batch } = workload;
  const { type, ...rate } = workload.optimizer;
  const engine = await cpuEngine({ cache: measurementCache(cacheFile) });
  const step = createTrainingStep({
    task: {
      model: modelOf(workload),
      input: { shape: workload.inputShape, dtype: symbols ? 'int32' : 'float32' },
      target: classes
        ? { shape: output.slice(0, -1), dtype: 'int32', classes: output.at(-1) }
        : { shape: output, dtype: 'float32' },
      normalization: { scale: 1 },
      loss: classes ? softmaxCrossEntropy() : meanSquare(),
      metrics: {},
    },
    optimizer: readOptimizer({ optimizer: type, ...rate }),
    batchSize: batch,
    engine,
    compile,
    key: key(0),
  });
  const views = [...step.parameters.values()];
  step.staging.input.set(symbols ? numbers.symbols : numbers.inputs);
  step.staging.target.set(classes ? numbers.labels : numbers.targets);
  const position = { step: 0, epoch: 0, examples: 0, fraction: 0 };
  const reset = () => {
    parameters.forEach(({ shape, offset }, i) => {
      views[i].set(numbers.parameters.subarray(offset, offset + sizeOf(shape)));
    });
    step.updater.resetSlots();
    position.step = 0;
  };
  reset();
  const program = await step.prepare(batch);
  const formulations = [...program.formulations].map(([what, how]) => `${what}: ${how}`);
  const threads = `${program.threads} thread${program.threads === 1 ? '' : 's'}`;
  return {
    program,
    reset,
    async step() {
      const { loss, finite } = await step.run(batch, position);
      if (!finite) throw new Error(`loss or gradient is not finite at step ${position.step + 1}`);
      position.step++;
      return loss;
    },
    note: `${engine.version}, measured and chose ${[threads, ...formulations].join('; ')}`,
  };
}
