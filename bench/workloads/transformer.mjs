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

/** @param {number} steps @param {number} batch @returns {import('./table.mjs').StepWorkload} */
const over = (steps, batch) => ({
  name: steps === 128 ? 'transformer' : `transformer-${steps}`,
  title: `a training step of a transformer, 4 layers, width 256, 4 heads, over ${steps} steps, Adam, batch ${batch}`,
  kind: 'step',
  inputShape: [steps],
  batch,
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
});

export const transformer = over(128, 16);

/** As many symbols in longer texts: attention is much of it. */
export const transformer1024 = over(1024, 2);
