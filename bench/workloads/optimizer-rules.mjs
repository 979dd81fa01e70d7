/**
 * The update of every rule alone, on 16 M parameters with given gradients. Where PyTorch has the rule, Dolina gets the
 * options that make the formulas the same; where the formulas differ in more than options (the book's Nesterov), or
 * PyTorch has no such rule, it stands alone beside the plain copy.
 */

const learningRate = 1e-3;
const betas = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
const torchBetas = { lr: learningRate, betas: [0.9, 0.999], eps: 1e-8 };

/** @type {readonly (import('./table.mjs').Rule & { type: string })[]} */
const rules = [
  { type: 'sgd', learningRate, torch: { class: 'SGD', options: { lr: learningRate } } },
  {
    ...{ type: 'momentum', learningRate, momentum: 0.9, learningRateInMomentum: false },
    torch: { class: 'SGD', options: { lr: learningRate, momentum: 0.9 } },
  },
  { type: 'nesterov', learningRate, momentum: 0.9 },
  { type: 'rprop', learningRate, torch: { class: 'Rprop', options: { lr: learningRate } } },
  {
    ...{ type: 'adagrad', learningRate, epsilon: 1e-10 },
    torch: { class: 'Adagrad', options: { lr: learningRate, eps: 1e-10 } },
  },
  {
    ...{ type: 'adadelta', learningRate: 1, rho: 0.9, epsilon: 1e-6 },
    torch: { class: 'Adadelta', options: { lr: 1, rho: 0.9, eps: 1e-6 } },
  },
  {
    ...{ type: 'rmsprop', learningRate, rho: 0.99, epsilon: 1e-8, epsilonAddedTo: 'root' },
    torch: { class: 'RMSprop', options: { lr: learningRate, alpha: 0.99, eps: 1e-8 } },
  },
  { type: 'rmspropNesterov', learningRate },
  { type: 'adamax', learningRate },
  {
    ...{ type: 'amsgrad', learningRate, ...betas },
    torch: { class: 'Adam', options: { ...torchBetas, amsgrad: true } },
  },
  {
    ...{ type: 'adamw', learningRate, ...betas, weightDecay: 0.01 },
    torch: { class: 'AdamW', options: { ...torchBetas, weight_decay: 0.01 } },
  },
  { ...{ type: 'nadam', learningRate, ...betas }, torch: { class: 'NAdam', options: torchBetas, only: 'foreach' } },
  { ...{ type: 'radam', learningRate, ...betas }, torch: { class: 'RAdam', options: torchBetas } },
  { type: 'lion', learningRate },
  { type: 'lamb', learningRate },
  { type: 'muon', learningRate },
  { type: 'scheduleFreeSgd', learningRate },
  { type: 'scheduleFreeAdamw', learningRate },
];

/** A name as it stands in a row: `rmspropNesterov` → `rmsprop-nesterov`. @param {string} type */
const dashed = (type) => type.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** @type {readonly import('./table.mjs').UpdateWorkload[]} */
export const optimizerRules = rules.map((optimizer) => ({
  name: `optimizer-${dashed(optimizer.type)}`,
  title: `the update of ${optimizer.type} alone, 16 M parameters`,
  kind: 'update',
  // Muon's products grow with the cube of a matrix's side.
  parameters: optimizer.type === 'muon' ? Array.from({ length: 16 }, () => [1024, 1024]) : [[4096, 4096]],
  optimizer,
}));
