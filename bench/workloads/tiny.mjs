/** So little arithmetic that only the overhead of a step is left. */

/** @type {import('./table.mjs').StepWorkload} */
export const tiny = {
  name: 'tiny',
  title: 'a training step of 2-16-1, tanh, mean square, SGD, batch 8',
  kind: 'step',
  inputShape: [2],
  batch: 8,
  layers: [{ type: 'dense', units: 16 }, { type: 'tanh' }, { type: 'dense', units: 1 }],
  initial: { weight: { distribution: 'he' }, bias: 0 },
  loss: 'mean-square',
  optimizer: { type: 'sgd', learningRate: 0.05 },
};
