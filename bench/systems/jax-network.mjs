/**
 * A workload's layers in the words of jax-js. Every use of an array takes ownership of it, so what is used again is passed
 * as `.ref`. Symbols come as one-hot rows.
 */

import { lax, nn, numpy as np } from '@jax-js/jax';

/**
 * (values of the parameters in order, inputs) → outputs.
 * @param {readonly import('../workloads/table.mjs').Layer[]} layers
 * @param {readonly import('../driver/parameters.mjs').Parameter[]} parameters
 */
export function networkOf(layers, parameters) {
  const at = new Map(parameters.map(({ name }, index) => [name, index]));
  return (values, inputs) => {
    const own = (name, ...parts) => parts.map((part) => values[at.get(`${name}.${part}`)]);
    const chain = (chained, prefix, x) =>
      chained.reduce((signal, layer, index) => through(layer, `${prefix}${index}`, signal), x);
    const through = (layer, name, x) => {
      switch (layer.type) {
        case 'dense': {
          const [weight, bias] = own(name, 'weight', 'bias');
          return rows(x, weight).add(bias);
        }
        case 'conv': {
          const { kernel, stride = 1, channels } = layer;
          const half = Math.floor(kernel / 2);
          const [weight, bias] = own(name, 'weight', 'bias');
          const padding = [
            [half, half],
            [half, half],
          ];
          const y = lax.convGeneralDilated(x, weight, [stride, stride], padding);
          return bias === undefined ? y : y.add(bias.reshape([channels, 1, 1]));
        }
        case 'maxPool':
          return lax.reduceWindow(x, np.max, [layer.size, layer.size], [layer.size, layer.size]);
        case 'globalAveragePool':
          return np.mean(x, [2, 3]);
        case 'flatten':
          return x.reshape([x.shape[0], -1]);
        case 'relu':
          return nn.relu(x);
        case 'tanh':
          return np.tanh(x);
        case 'gelu':
          return nn.gelu(x, { approximate: false });
        case 'batchNorm': {
          const wide = [1, x.shape[1], ...x.shape.slice(2).map(() => 1)];
          const [scale, shift] = own(name, 'scale', 'shift').map((vector) => vector.reshape(wide));
          return normalized(x, [0, 2, 3], scale, shift);
        }
        case 'layerNorm':
          return normalized(x, [-1], ...own(name, 'scale', 'shift'));
        case 'residual': {
          const changed = chain(layer.body, `${name}.body.`, x.ref);
          return changed.add(chain(layer.projection ?? [], `${name}.projection.`, x));
        }
        case 'embedding':
          return rows(x, ...own(name, 'weight'));
        case 'position':
          return x.add(...own(name, 'weight'));
        case 'lstm':
          return lstm(x, own(name, 'inputWeight', 'recurrentWeight', 'bias'));
        case 'attention':
          return attention(x, layer.heads, own(name, 'inputWeight', 'inputBias', 'outputWeight', 'outputBias'));
        default:
          throw new Error(`jax-js child knows no layer ${layer.type}`);
      }
    };
    return chain(layers, '', inputs);
  };
}

/** x [..., in] times a matrix: one product of two matrices. */
function rows(x, weight) {
  const shape = [...x.shape.slice(0, -1), weight.shape[1]];
  return np.dot(x.reshape([-1, weight.shape[0]]), weight).reshape(shape);
}

function normalized(x, axes, scale, shift) {
  const centred = x.ref.sub(np.mean(x, axes, { keepdims: true }));
  const variance = np.mean(np.square(centred.ref), axes, { keepdims: true });
  return centred.mul(scale.div(np.sqrt(variance.add(1e-5)))).add(shift);
}

function lstm(x, [inputWeight, recurrentWeight, bias]) {
  const [batch, steps, features] = x.shape;
  const first = np.transpose(x, [1, 0, 2]).reshape([steps * batch, features]);
  const projected = np.split(np.dot(first, inputWeight).add(bias), steps, 0);
  let hidden;
  let cell;
  const outputs = projected.map((input, t) => {
    const weight = t === steps - 1 ? recurrentWeight : recurrentWeight.ref;
    const sums = hidden === undefined ? input : input.add(np.dot(hidden, weight));
    if (hidden === undefined) weight.dispose();
    const [i, f, o, candidate] = np.split(sums, 4, 1);
    const written = nn.sigmoid(i).mul(np.tanh(candidate));
    if (cell === undefined) f.dispose();
    cell = cell === undefined ? written : nn.sigmoid(f).mul(cell).add(written);
    hidden = nn.sigmoid(o).mul(np.tanh(t === steps - 1 ? cell : cell.ref));
    return t === steps - 1 ? hidden : hidden.ref;
  });
  return np.transpose(np.stack(outputs), [1, 0, 2]);
}

function attention(x, heads, [inputWeight, inputBias, outputWeight, outputBias]) {
  const [batch, steps, size] = x.shape;
  const projected = rows(x, inputWeight).add(inputBias);
  const [query, key, value] = np
    .split(projected, 3, 2)
    .map((part) => np.transpose(part.reshape([batch, steps, heads, size / heads]), [0, 2, 1, 3]));
  // Its dotProductAttention is made of einsum, which needs iterator helpers that Node 20 lacks.
  const scores = np.matmul(query, np.transpose(key, [0, 1, 3, 2])).mul(1 / Math.sqrt(size / heads));
  const unseen = np.triu(np.full([steps, steps], -1e9), 1);
  const seen = np.transpose(np.matmul(nn.softmax(scores.add(unseen), -1), value), [0, 2, 1, 3]);
  return rows(seen.reshape([batch, steps, size]), outputWeight).add(outputBias);
}
