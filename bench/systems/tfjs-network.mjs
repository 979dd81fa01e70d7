/**
 * A workload's layers in the words of TensorFlow.js. Images are NHWC and filters HWIO here. Symbols come as one-hot rows: its
 * wasm backend has no kernel for the gradient of a gather.
 */

import * as tf from '@tensorflow/tfjs';

/**
 * inputs → outputs.
 * @param {import('../workloads/table.mjs').Network} network
 * @param {ReadonlyMap<string, tf.Variable>} variables By name of the parameter.
 */
export function networkOf({ layers, batch }, variables) {
  const own = (name, ...parts) => parts.map((part) => variables.get(`${name}.${part}`));
  const chain = (chained, prefix, x) =>
    chained.reduce((signal, layer, index) => through(layer, `${prefix}${index}`, signal), x);
  const through = (layer, name, x) => {
    switch (layer.type) {
      case 'dense':
        return dense(x, ...own(name, 'weight', 'bias'));
      case 'conv': {
        const [weight, bias] = own(name, 'weight', 'bias');
        const y = tf.conv2d(x, weight, layer.stride ?? 1, Math.floor(layer.kernel / 2));
        return bias === undefined ? y : tf.add(y, bias);
      }
      case 'maxPool':
        return tf.maxPool(x, layer.size, layer.size, 'valid');
      case 'globalAveragePool':
        return tf.mean(x, [1, 2]);
      case 'flatten':
        return tf.reshape(x, [batch, -1]);
      case 'relu':
        return tf.relu(x);
      case 'tanh':
        return tf.tanh(x);
      case 'gelu':
        return tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));
      case 'batchNorm':
        return normalized(x, [0, 1, 2], false, ...own(name, 'scale', 'shift'));
      case 'layerNorm':
        return normalized(x, [-1], true, ...own(name, 'scale', 'shift'));
      case 'residual':
        return tf.add(chain(layer.body, `${name}.body.`, x), chain(layer.projection ?? [], `${name}.projection.`, x));
      case 'embedding':
        return dense(x, ...own(name, 'weight'));
      case 'position':
        return tf.add(x, ...own(name, 'weight'));
      case 'lstm':
        return lstm(x, layer.units, own(name, 'inputWeight', 'recurrentWeight', 'bias'));
      case 'attention':
        return attention(x, layer.heads, own(name, 'inputWeight', 'inputBias', 'outputWeight', 'outputBias'));
      default:
        throw new Error(`TensorFlow.js child knows no layer ${layer.type}`);
    }
  };
  return (inputs) => chain(layers, '', inputs);
}

/** x [..., in] times a matrix: one product of two matrices. */
function dense(x, weight, bias) {
  const rows = tf.matMul(tf.reshape(x, [-1, weight.shape[0]]), weight);
  return tf.reshape(bias === undefined ? rows : tf.add(rows, bias), [...x.shape.slice(0, -1), weight.shape[1]]);
}

function normalized(x, axes, keepDims, scale, shift) {
  const { mean, variance } = tf.moments(x, axes, keepDims);
  return tf.add(tf.mul(tf.sub(x, mean), tf.mul(tf.rsqrt(tf.add(variance, 1e-5)), scale)), shift);
}

function lstm(x, units, [inputWeight, recurrentWeight, bias]) {
  const [batch, steps, features] = x.shape;
  const first = tf.reshape(tf.transpose(x, [1, 0, 2]), [steps * batch, features]);
  const projected = tf.split(tf.add(tf.matMul(first, inputWeight), bias), steps, 0);
  let hidden;
  let cell;
  const outputs = projected.map((input) => {
    const sums = hidden === undefined ? input : tf.add(tf.matMul(hidden, recurrentWeight), input);
    const [i, f, o, candidate] = tf.split(sums, 4, 1);
    const written = tf.mul(tf.sigmoid(i), tf.tanh(candidate));
    cell = cell === undefined ? written : tf.add(tf.mul(tf.sigmoid(f), cell), written);
    hidden = tf.mul(tf.sigmoid(o), tf.tanh(cell));
    return hidden;
  });
  return tf.reshape(tf.transpose(tf.stack(outputs), [1, 0, 2]), [batch, steps, units]);
}

function attention(x, heads, [inputWeight, inputBias, outputWeight, outputBias]) {
  const [batch, steps, size] = x.shape;
  const [query, key, value] = tf
    .split(dense(x, inputWeight, inputBias), 3, 2)
    .map((part) => tf.transpose(tf.reshape(part, [batch, steps, heads, size / heads]), [0, 2, 1, 3]));
  const scores = tf.mul(tf.matMul(query, key, false, true), 1 / Math.sqrt(size / heads));
  const weights = tf.softmax(tf.add(scores, unseen(steps)));
  const seen = tf.reshape(tf.transpose(tf.matMul(weights, value), [0, 2, 1, 3]), x.shape);
  return dense(seen, outputWeight, outputBias);
}

/** [steps, steps]: 0 where a step sees another, a number that the softmax makes 0 where that one comes later. */
function unseen(steps) {
  const places = Array.from({ length: steps }, (_, row) =>
    Array.from({ length: steps }, (_, column) => (column <= row ? 0 : -1e9)),
  );
  return tf.tensor2d(places);
}
