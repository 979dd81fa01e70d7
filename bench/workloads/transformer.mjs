/** A small causal transformer (pre-norm, GELU), a model of the next character. */

import { adam } from './adam.mjs';

const characters = 65;
const width = 256;

/** @returns {import('./table.mjs').Layer[]} */
const block = () => [
  { type: 'residual', body: [{ type: 'layerNorm' }, { type: 'attention', heads: 4 }] },
  {
    type: 'residual',
    body: [
      { type: 'layerNorm' },
      { type: 'dense', units: 4 * width },
      { type: 'gelu' },
      { type: 'dense', units: width },
    ],
  },
];

/** @type {import('./table.mjs').StepWorkload} */
export const transformer = {
  name: 'transformer',
  title: 'a training step of a transformer, 4 layers, width 256, 4 heads, over 128 steps, Adam, batch 16',
  kind: 'step',
  inputShape: [128],
  batch: 16,
  layers: [
    { type: 'embedding', entries: characters, size: width },
    { type: 'position' },
    ...Array.from({ length: 4 }, block).flat(),
    { type: 'layerNorm' },
    { type: 'dense', units: characters },
  ],
  initial: { weight: { distribution: 'lecun' }, bias: 0 },
  loss: 'softmax-cross-entropy',
  optimizer: adam,
};
