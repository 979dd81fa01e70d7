/** A model of the next character: an embedding, one layer of long short-term memory, scores at every step. */

import { adam } from './adam.mjs';

const characters = 65;

/** @type {import('./table.mjs').StepWorkload} */
export const lstm = {
  name: 'lstm',
  title: 'a training step of embedding 64, LSTM 256, dense 65 over 64 steps, Adam, batch 32',
  kind: 'step',
  inputShape: [64],
  batch: 32,
  layers: [
    { type: 'embedding', entries: characters, size: 64 },
    { type: 'lstm', units: 256 },
    { type: 'dense', units: characters },
  ],
  initial: { weight: { distribution: 'lecun' }, bias: 0 },
  loss: 'softmax-cross-entropy',
  optimizer: adam,
};
