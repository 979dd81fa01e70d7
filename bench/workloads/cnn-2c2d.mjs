/** The network of the built-in experiment `fashion-mnist-2c2d`, with its initial values. */

import { adam } from './adam.mjs';

/** @type {import('./table.mjs').StepWorkload} */
export const cnn2c2d = {
  name: 'cnn-2c2d',
  title: 'a training step of 5×5 conv 32, pool, 5×5 conv 64, pool, dense 1024, dense 10, Adam, batch 128',
  kind: 'step',
  inputShape: [1, 28, 28],
  batch: 128,
  layers: [
    { type: 'conv', channels: 32, kernel: 5 },
    { type: 'relu' },
    { type: 'maxPool', size: 2 },
    { type: 'conv', channels: 64, kernel: 5 },
    { type: 'relu' },
    { type: 'maxPool', size: 2 },
    { type: 'flatten' },
    { type: 'dense', units: 1024 },
    { type: 'relu' },
    { type: 'dense', units: 10 },
  ],
  initial: { weight: { distribution: 'truncatedNormal', deviation: 0.05 }, bias: 0.05 },
  loss: 'softmax-cross-entropy',
  optimizer: adam,
};
