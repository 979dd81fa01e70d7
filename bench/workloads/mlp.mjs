/** What `mlp-128` and `mlp-1024` share: the multilayer perceptron 784-512-512-10 on a classification batch. */

import { adam } from './adam.mjs';

/** @param {number} batch @returns {import('./table.mjs').StepWorkload} */
export const mlp = (batch) => ({
  name: `mlp-${batch}`,
  title: `a training step of 784-512-512-10, ReLU, cross-entropy, Adam, batch ${batch}`,
  kind: 'step',
  inputShape: [784],
  batch,
  layers: [
    { type: 'dense', units: 512 },
    { type: 'relu' },
    { type: 'dense', units: 512 },
    { type: 'relu' },
    { type: 'dense', units: 10 },
  ],
  initial: { weight: { distribution: 'he' }, bias: 0 },
  loss: 'softmax-cross-entropy',
  optimizer: adam,
});
