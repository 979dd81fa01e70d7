/** Dolina on its CPU engine, by its own choice of threads and formulations, as built in dist. */

import { readFileSync } from 'node:fs';
import {
  conv2d,
  cpuEngine,
  dense,
  flatten,
  key,
  maxPool2d,
  meanSquare,
  measurementCache,
  readOptimizer,
  relu,
  sequential,
  softmaxCrossEntropy,
  tanh,
} from '../../dist/index.node.js';
import { createUpdater, hyperAt } from '../../dist/rule/index.js';
import { programsOf } from '../../dist/rule/program.js';
import { combineOn } from '../../dist/train/combine.js';
import { createTrainingStep } from '../../dist/train/index.js';
import { orthogonalizeOn } from '../../dist/train/orthogonalize.js';
import { sizeOf } from '../driver/parameters.mjs';
import { probePlaces, serve } from '../driver/serve.mjs';
import { plainCopy } from './plain-copy.mjs';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

function optimizerOf({ type, torch: _, ...options }) {
  return readOptimizer({ optimizer: type, ...options });
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

/** Bytes that an update of `count` parameters reads and writes: every region that each of its passes goes over. */
function bytesOf(optimizer, count) {
  const { update, interim, stages } = programsOf(optimizer);
  const passes = [update, interim, ...stages.map(({ program }) => program)].filter((program) => program !== undefined);
  const regions = passes.flatMap(({ code, stores }) => [...code.filter(({ kind }) => kind === 'load'), ...stores]);
  return regions.length * 4 * count;
}

/** @param {import('../workloads/table.mjs').UpdateWorkload} workload @param {import('../driver/materials.mjs').Loaded} loaded */
async function buildUpdate(workload, { parameters, numbers, cacheFile }) {
  const optimizer = optimizerOf(workload.optimizer);
  const engine = await cpuEngine({ cache: measurementCache(cacheFile) });
  const updater = createUpdater({
    optimizer,
    parameters: parameters.map(({ name, shape }) => ({ name, size: sizeOf(shape), shape })),
    orthogonalize: orthogonalizeOn(engine, async () => ({})),
    combine: combineOn(engine, { settings: async () => ({}) }),
  });
  const part = (values, { shape, offset }) => values.subarray(offset, offset + sizeOf(shape));
  for (const parameter of parameters) {
    updater.arena.view('gradient', parameter.name).set(part(numbers.gradients, parameter));
  }
  const input = { step: 0, hyper: hyperAt(optimizer, { step: 0, epoch: 0, examples: 0, fraction: 0 }) };
  const count = numbers.parameters.length;
  const bytesPerStep = bytesOf(optimizer, count);
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
      updater.prepare(input);
      return updater.step(input);
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
  const program = await step.prepare(batch);
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
