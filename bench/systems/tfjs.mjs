/**
 * TensorFlow.js on the backend named by the first argument, `wasm` or `cpu`. Images are NHWC and filters HWIO here, its
 * only layout with gradients; a dense layer behind a flattening gets its rows in that order.
 */

import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { outputShapeOf, sizeOf, symbolsOf } from '../driver/parameters.mjs';
import { probePlaces, serve } from '../driver/serve.mjs';
import { packageVersion } from './package-version.mjs';
import { networkOf } from './tfjs-network.mjs';

const backend = process.argv[2];
setWasmPaths(`${dirname(fileURLToPath(import.meta.resolve('@tensorflow/tfjs-backend-wasm')))}/`);
await tf.setBackend(backend);
await tf.ready();

/** @param {Float32Array} numbers @param {import('../driver/parameters.mjs').Parameter} parameter */
function inItsLayout(numbers, { shape, offset, kind, input }) {
  // A tensor may keep the array that it is made of: never the driver's own.
  const own = tf.tensor(numbers.slice(offset, offset + sizeOf(shape)), [...shape], 'float32');
  if (kind === 'filter') return tf.transpose(own, [2, 3, 1, 0]);
  if (kind === 'matrix' && input.length === 3) {
    const [channels, height, width] = input;
    const rows = tf.transpose(tf.reshape(own, [channels, height, width, shape[1]]), [1, 2, 0, 3]);
    return tf.reshape(rows, [...shape]);
  }
  return own;
}

function optimizerOf(optimizer) {
  if (optimizer.type === 'sgd') return tf.train.sgd(optimizer.learningRate);
  return optimizer.type === 'momentum'
    ? tf.train.momentum(optimizer.learningRate, optimizer.momentum)
    : tf.train.adam(optimizer.learningRate, optimizer.beta1, optimizer.beta2, optimizer.epsilon);
}

/** @param {import('../workloads/table.mjs').Network} workload */
function lossFunction(workload, variables) {
  const network = networkOf(workload, variables);
  return (inputs, targets) => {
    const x = network(inputs);
    return workload.loss === 'mean-square'
      ? tf.losses.meanSquaredError(targets, x)
      : tf.losses.softmaxCrossEntropy(targets, x);
  };
}

function build(workload, { parameters, numbers }) {
  if (workload.kind === 'compile') throw new Error('runs operator by operator: there is nothing to compile');
  const first = numbers.parameters;
  const initial = parameters.map((parameter) => inItsLayout(first, parameter));
  const variables = new Map(parameters.map(({ name }, index) => [name, tf.variable(initial[index], true, name)]));
  let optimizer = optimizerOf(workload.optimizer);
  const reset = () => {
    optimizer.dispose();
    optimizer = optimizerOf(workload.optimizer);
    parameters.forEach(({ name }, index) => {
      variables.get(name).assign(initial[index]);
    });
  };

  if (workload.kind === 'update') {
    if (workload.optimizer.type !== 'adam') throw new Error('is timed on Adam alone');
    const given = numbers.gradients;
    const gradients = Object.fromEntries(
      parameters.map((parameter) => [parameter.name, inItsLayout(given, parameter)]),
    );
    return {
      reset,
      step: () => {
        // Its wasm and cpu kernels run at once; nothing is left to wait for.
        optimizer.applyGradients(gradients);
        return undefined;
      },
      probe: () => {
        const last = parameters.map(({ name }) => variables.get(name).dataSync());
        return probePlaces(first.length).map((place) => {
          const index = parameters.findLastIndex(({ offset }) => offset <= place);
          const now = last[index][place - parameters[index].offset];
          return (now - first[place]) / workload.optimizer.learningRate;
        });
      },
    };
  }

  const { batch, inputShape } = workload;
  const output = outputShapeOf(workload);
  const symbols = symbolsOf(workload);
  const hot = (all, shape, count) => tf.cast(tf.oneHot(tf.tensor(all, shape, 'int32'), count), 'float32');
  const given = () => {
    const raw = tf.tensor(numbers.inputs, [batch, ...inputShape], 'float32');
    return inputShape.length === 3 ? tf.transpose(raw, [0, 2, 3, 1]) : raw;
  };
  const inputs = symbols === undefined ? given() : hot(numbers.symbols, [batch, ...inputShape], symbols);
  const targets =
    workload.loss === 'softmax-cross-entropy'
      ? hot(numbers.labels, [batch, ...output.slice(0, -1)], output.at(-1))
      : tf.tensor(numbers.targets, [batch, ...output], 'float32');
  const loss = lossFunction(workload, variables);
  return {
    reset,
    step() {
      const value = optimizer.minimize(() => loss(inputs, targets), true);
      const [number] = value.dataSync();
      value.dispose();
      return number;
    },
  };
}

await serve({ version: packageVersion('@tensorflow/tfjs'), build });
