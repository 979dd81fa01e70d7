/**
 * jax-js on its wasm backend. `init()` with all backends fails on Node 20, so it is asked for wasm alone. It has one
 * thread here: its pool wants the browser's `Worker`. The whole step is one jitted function; Adam is written out, since
 * its package of optimizers was not found in the registry.
 */

import { defaultDevice, init, jit, lax, nn, numpy as np, valueAndGrad } from '@jax-js/jax';
import { sizeOf } from '../driver/parameters.mjs';
import { probePlaces, serve } from '../driver/serve.mjs';
import { packageVersion } from './package-version.mjs';

await init('wasm');
defaultDevice('wasm');

/** An array keeps its numbers by reference: hand over a copy. @param {Float32Array} values */
const arrayOf = (values, shape) => np.array(values.slice()).reshape([...shape]);

/** Every use of an array takes ownership of it, so what is used again is passed as `.ref`. */
const refs = (arrays) => arrays.map((array) => array.ref);

/** @param {import('../workloads/table.mjs').Network} network */
function lossFunction({ layers, loss, batch }, parameters) {
  const at = new Map(parameters.map(({ name }, index) => [name, index]));
  return (values, inputs, targets) => {
    let x = inputs;
    layers.forEach((layer, index) => {
      const weight = values[at.get(`${index}.weight`)];
      const bias = values[at.get(`${index}.bias`)];
      switch (layer.type) {
        case 'dense':
          x = np.dot(x, weight).add(bias);
          break;
        case 'conv':
          x = lax.convGeneralDilated(x, weight, [1, 1], 'SAME').add(bias.reshape([layer.channels, 1, 1]));
          break;
        case 'maxPool':
          x = lax.reduceWindow(x, np.max, [layer.size, layer.size], [layer.size, layer.size]);
          break;
        case 'flatten':
          x = x.reshape([batch, -1]);
          break;
        case 'relu':
          x = nn.relu(x);
          break;
        case 'tanh':
          x = np.tanh(x);
          break;
        default:
          throw new Error(`jax-js child knows no layer ${layer.type}`);
      }
    });
    if (loss === 'mean-square') return np.square(x.sub(targets)).mean();
    return nn
      .logSoftmax(x)
      .mul(targets)
      .sum()
      .mul(-1 / batch);
  };
}

/** θ and slots after one update. `rates` holds the learning rate and the two bias corrections of this step. */
function update(optimizer, theta, gradient, m, v, rates) {
  if (optimizer.type === 'sgd') return { theta: theta.sub(gradient.mul(optimizer.learningRate)) };
  const { beta1, beta2, epsilon } = optimizer;
  const m1 = m.mul(beta1).add(gradient.ref.mul(1 - beta1));
  const v1 = v.mul(beta2).add(np.square(gradient).mul(1 - beta2));
  const step = m1.ref.mul(rates.m).div(np.sqrt(v1.ref.mul(rates.v)).add(epsilon));
  return { theta: theta.sub(step), m: m1, v: v1 };
}

function updateAll(optimizer, { theta, m, v }, gradients, rateM, rateV) {
  const next = theta.map((own, i) =>
    update(optimizer, own, gradients[i], m[i], v[i], { m: rateM?.ref, v: rateV?.ref }),
  );
  rateM?.dispose();
  rateV?.dispose();
  if (optimizer.type === 'sgd') return { theta: next.map((own) => own.theta), m: [], v: [] };
  return { theta: next.map((own) => own.theta), m: next.map((own) => own.m), v: next.map((own) => own.v) };
}

function build(given, { parameters, numbers }) {
  // It compiles when a function is first called, and one call of the large network takes many times as long as compiling
  // it. Only the loops' bounds depend on the batch: a batch of one has the same kernels to compile.
  const workload = given.kind === 'compile' ? { ...given, batch: 1 } : given;
  const { optimizer } = workload;
  const adam = optimizer.type === 'adam';
  const first = numbers.parameters;
  const initial = parameters.map(({ shape, offset }) => arrayOf(first.subarray(offset, offset + sizeOf(shape)), shape));
  let state;
  let t = 0;
  const reset = async () => {
    if (state !== undefined) for (const array of [...state.theta, ...state.m, ...state.v]) array.dispose();
    const zeros = () => (adam ? parameters.map(({ shape }) => np.zeros([...shape])) : []);
    state = { theta: refs(initial), m: zeros(), v: zeros() };
    t = 0;
    for (const array of [...state.m, ...state.v]) await array.blockUntilReady();
  };
  const rates = () => {
    t++;
    if (!adam) return [];
    return [np.array(optimizer.learningRate / (1 - optimizer.beta1 ** t)), np.array(1 / (1 - optimizer.beta2 ** t))];
  };
  const ready = async () => {
    for (const array of [...state.theta, ...state.m, ...state.v]) await array.ref.blockUntilReady();
  };

  if (workload.kind === 'update') {
    if (workload.optimizer.type !== 'adam') throw new Error('has no ready update of this rule');
    const gradients = parameters.map(({ shape, offset }) =>
      arrayOf(numbers.gradients.subarray(offset, offset + sizeOf(shape)), shape),
    );
    const step = jit((own, g, rateM, rateV) => updateAll(optimizer, own, g, rateM, rateV));
    return {
      reset,
      async step() {
        state = step(state, refs(gradients), ...rates());
        await ready();
      },
      probe: () => {
        const last = state.theta.map((array) => array.ref.dataSync());
        return probePlaces(first.length).map((place) => {
          const index = parameters.findLastIndex(({ offset }) => offset <= place);
          const now = last[index][place - parameters[index].offset];
          return (now - first[place]) / optimizer.learningRate;
        });
      },
    };
  }

  const { batch, inputShape } = workload;
  const inputs = arrayOf(numbers.inputs.subarray(0, batch * sizeOf(inputShape)), [batch, ...inputShape]);
  const { units } = workload.layers.at(-1);
  const targets =
    workload.loss === 'softmax-cross-entropy'
      ? nn.oneHot(np.array(numbers.labels.slice(0, batch)), units)
      : arrayOf(numbers.targets, [batch, units]);
  const loss = valueAndGrad(lossFunction(workload, parameters));
  const step = jit((own, x, y, rateM, rateV) => {
    const [value, gradients] = loss(refs(own.theta), x, y);
    return [value, updateAll(optimizer, own, gradients, rateM, rateV)];
  });
  return {
    reset,
    async step() {
      if (state === undefined) await reset();
      const [value, next] = step(state, inputs.ref, targets.ref, ...rates());
      state = next;
      await ready();
      return (await value.data())[0];
    },
    note: `one thread, as its worker pool needs the Worker of browsers${given.kind === 'compile' ? '; batch 1' : ''}`,
  };
}

await serve({ version: packageVersion('@jax-js/jax'), build });
