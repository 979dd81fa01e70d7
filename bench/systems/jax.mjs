/**
 * jax-js on its wasm backend. `init()` with all backends fails on Node 20, so it is asked for wasm alone. It has one
 * thread here: its pool wants the browser's `Worker`. The whole step is one jitted function; Adam is written out, since
 * its package of optimizers was not found in the registry.
 */

import { defaultDevice, init, jit, nn, numpy as np, valueAndGrad } from '@jax-js/jax';
import { outputShapeOf, sizeOf, symbolsOf } from '../driver/parameters.mjs';
import { probePlaces, serve } from '../driver/serve.mjs';
import { networkOf } from './jax-network.mjs';
import { packageVersion } from './package-version.mjs';

await init('wasm');
defaultDevice('wasm');

/** An array keeps its numbers by reference: hand over a copy. @param {Float32Array} values */
const arrayOf = (values, shape) => np.array(values.slice()).reshape([...shape]);

/** Every use of an array takes ownership of it, so what is used again is passed as `.ref`. */
const refs = (arrays) => arrays.map((array) => array.ref);

/** @param {import('../workloads/table.mjs').Network} workload */
function lossFunction({ layers, loss }, parameters) {
  const network = networkOf(layers, parameters);
  return (values, inputs, targets) => {
    const x = network(values, inputs);
    if (loss === 'mean-square') return np.square(x.sub(targets)).mean();
    const positions = sizeOf(x.shape) / x.shape.at(-1);
    return nn
      .logSoftmax(x)
      .mul(targets)
      .sum()
      .mul(-1 / positions);
  };
}

/** θ and slots after one update. `rates` holds the learning rate and the two bias corrections of this step. */
function update(optimizer, theta, gradient, m, v, rates) {
  if (optimizer.type === 'sgd') return { theta: theta.sub(gradient.mul(optimizer.learningRate)) };
  if (optimizer.type === 'momentum') {
    const m1 = m.mul(optimizer.momentum).add(gradient);
    return { theta: theta.sub(m1.ref.mul(optimizer.learningRate)), m: m1 };
  }
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
  const slot = (name) => next.flatMap((own) => (own[name] === undefined ? [] : [own[name]]));
  return { theta: slot('theta'), m: slot('m'), v: slot('v') };
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
    const zeros = (kept) => (kept ? parameters.map(({ shape }) => np.zeros([...shape])) : []);
    state = { theta: refs(initial), m: zeros(optimizer.type !== 'sgd'), v: zeros(adam) };
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
  const output = outputShapeOf(workload);
  const symbols = symbolsOf(workload);
  const hot = (all, shape, count) => nn.oneHot(np.array(all.slice(0, sizeOf(shape))).reshape(shape), count);
  const inputs =
    symbols === undefined
      ? arrayOf(numbers.inputs.subarray(0, batch * sizeOf(inputShape)), [batch, ...inputShape])
      : hot(numbers.symbols, [batch, ...inputShape], symbols);
  const targets =
    workload.loss === 'softmax-cross-entropy'
      ? hot(numbers.labels, [batch, ...output.slice(0, -1)], output.at(-1))
      : arrayOf(numbers.targets, [batch, ...output]);
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
