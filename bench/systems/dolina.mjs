/** Dolina on its CPU engine, by its own choice of threads and formulations, as built in dist. */

import { readFileSync } from 'node:fs';
import {
  adam,
  conv2d,
  cpuEngine,
  dense,
  flatten,
  key,
  maxPool2d,
  meanSquare,
  measurementCache,
  relu,
  sequential,
  sgd,
  softmaxCrossEntropy,
  tanh,
} from '../../dist/index.node.js';
import { createUpdater } from '../../dist/rule/index.js';
import { createTrainingStep } from '../../dist/train/index.js';
import { sizeOf } from '../driver/parameters.mjs';
import { probePlaces, serve } from '../driver/serve.mjs';
import { plainCopy } from './plain-copy.mjs';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

function optimizerOf({ type, ...hyper }) {
  return type === 'sgd' ? sgd(hyper) : adam(hyper);
}

function layerOf(layer) {
  switch (layer.type) {
    case 'dense':
      return dense(layer.units);
    case 'conv':
      return conv2d({ channels: layer.channels, kernel: layer.kernel, padding: 'same' });
    case 'maxPool':
      return maxPool2d(layer.size);
    case 'flatten':
      return flatten();
    case 'relu':
      return relu();
    case 'tanh':
      return tanh();
    default:
      throw new Error(`Dolina child knows no layer ${layer.type}`);
  }
}

/** @param {import('../workloads/table.mjs').UpdateWorkload} workload @param {import('../driver/materials.mjs').Loaded} loaded */
function buildUpdate(workload, { parameters, numbers }) {
  const { type: _, ...hyper } = workload.optimizer;
  const updater = createUpdater({
    optimizer: optimizerOf(workload.optimizer),
    parameters: parameters.map(({ name, shape }) => ({ name, size: sizeOf(shape) })),
  });
  const part = (values, { shape, offset }) => values.subarray(offset, offset + sizeOf(shape));
  for (const parameter of parameters) {
    updater.arena.view('gradient', parameter.name).set(part(numbers.gradients, parameter));
  }
  const input = { step: 0, hyper };
  const count = numbers.parameters.length;
  // θ, g and two slots are read; θ and two slots are written.
  const bytesPerStep = 7 * 4 * count;
  return {
    reset() {
      for (const parameter of parameters) {
        updater.arena.view('theta', parameter.name).set(part(numbers.parameters, parameter));
      }
      updater.resetSlots();
      input.step = 0;
    },
    step() {
      input.step++;
      updater.step(input);
      return undefined;
    },
    probe: () =>
      probePlaces(count).map((place) => {
        const index = parameters.findLastIndex(({ offset }) => offset <= place);
        const now = updater.arena.view('theta', parameters[index].name)[place - parameters[index].offset];
        return (now - numbers.parameters[place]) / workload.optimizer.learningRate;
      }),
    bytesPerStep,
    beside: plainCopy(bytesPerStep),
  };
}

/** @param {import('../workloads/table.mjs').Network} workload @param {import('../driver/materials.mjs').Loaded} loaded */
async function buildStep(workload, { parameters, numbers, cacheFile }) {
  const classes = workload.loss === 'softmax-cross-entropy';
  const { units } = workload.layers.at(-1);
  const { batch } = workload;
  const engine = await cpuEngine({ cache: measurementCache(cacheFile) });
  const step = createTrainingStep({
    task: {
      model: sequential(...workload.layers.map(layerOf)),
      input: { shape: workload.inputShape, dtype: 'float32' },
      target: classes ? { shape: [], dtype: 'int32', classes: units } : { shape: [units], dtype: 'float32' },
      normalization: { scale: 1 },
      loss: classes ? softmaxCrossEntropy() : meanSquare(),
      metrics: {},
    },
    optimizer: optimizerOf(workload.optimizer),
    batchSize: batch,
    engine,
    key: key(0),
  });
  const views = [...step.parameters.values()];
  step.staging.input.set(numbers.inputs);
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
  const { program } = await step.prepare(batch);
  const formulations = [...program.formulations].map(([what, how]) => `${what}: ${how}`);
  const threads = `${program.threads} thread${program.threads === 1 ? '' : 's'}`;
  return {
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

await serve({
  version,
  build: (workload, loaded) =>
    workload.kind === 'update' ? buildUpdate(workload, loaded) : buildStep(workload, loaded),
});
