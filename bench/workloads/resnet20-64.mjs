/** The 20-layer residual network for images of CIFAR-10 (He et al., 2016, section 4.2), with projections where it narrows. */

/** @typedef {import('./table.mjs').Layer} Layer */

/** @param {number} channels @param {number} kernel @param {number} stride @returns {Layer[]} */
const normalized = (channels, kernel, stride) => [
  { type: 'conv', channels, kernel, stride, bias: false },
  { type: 'batchNorm' },
];

/** @param {number} channels @param {number} stride @returns {Layer[]} */
const block = (channels, stride) => [
  {
    type: 'residual',
    body: [...normalized(channels, 3, stride), { type: 'relu' }, ...normalized(channels, 3, 1)],
    ...(stride === 1 ? {} : { projection: normalized(channels, 1, stride) }),
  },
  { type: 'relu' },
];

/** @type {import('./table.mjs').StepWorkload} */
export const resnet20 = {
  name: 'resnet20-64',
  title: 'a training step of ResNet-20 on 3×32×32, batch normalization, momentum, batch 64',
  kind: 'step',
  inputShape: [3, 32, 32],
  batch: 64,
  layers: [
    ...normalized(16, 3, 1),
    { type: 'relu' },
    ...[16, 32, 64].flatMap((channels) => [0, 1, 2].flatMap((i) => block(channels, i === 0 && channels > 16 ? 2 : 1))),
    { type: 'globalAveragePool' },
    { type: 'dense', units: 10 },
  ],
  initial: { weight: { distribution: 'he' }, bias: 0 },
  loss: 'softmax-cross-entropy',
  optimizer: { type: 'momentum', learningRate: 0.01, momentum: 0.9, learningRateInMomentum: false },
};
