/** All workloads by name, in the order they run. A workload is data; each system reads it and builds the same work. */

import { cnn2c2d } from './cnn-2c2d.mjs';
import { compile } from './compile.mjs';
import { mlp128 } from './mlp-128.mjs';
import { mlp1024 } from './mlp-1024.mjs';
import { optimizerAdam } from './optimizer-adam.mjs';
import { optimizerAdam16 } from './optimizer-adam-16.mjs';
import { optimizerRules } from './optimizer-rules.mjs';
import { tiny } from './tiny.mjs';

/**
 * @typedef {{ type: 'dense', units: number } | { type: 'conv', channels: number, kernel: number }
 *   | { type: 'maxPool', size: number } | { type: 'flatten' } | { type: 'relu' } | { type: 'tanh' }} Layer
 *   A convolution has stride 1 and as much padding as keeps height and width; a pooling moves by its own size.
 * @typedef {{ type: 'adam', learningRate: number, beta1: number, beta2: number, epsilon: number }} Adam
 * @typedef {{ type: 'sgd', learningRate: number }} Sgd
 * @typedef {{ class: string, options: Record<string, unknown>, only?: 'foreach' | 'for loop' }} TorchOptimizer
 *   The same rule in PyTorch; `only` names the way that is right, where the other is not.
 * @typedef {{ type: string, learningRate: number, torch?: TorchOptimizer, [option: string]: unknown }} Rule
 *   Any rule of Dolina by name, with its options.
 * @typedef {{ distribution: 'he' } | { distribution: 'truncatedNormal', deviation: number }} WeightDistribution
 *   `he`: normal with variance 2 / fan-in. `truncatedNormal`: redrawn beyond two deviations.
 *
 * @typedef {object} Network
 * @property {readonly number[]} inputShape Of one example: [features] or [channels, height, width].
 * @property {number} batch
 * @property {readonly Layer[]} layers
 * @property {{ weight: WeightDistribution, bias: number }} initial
 * @property {'softmax-cross-entropy' | 'mean-square'} loss Mean over the batch.
 * @property {Adam | Sgd} optimizer
 *
 * @typedef {{ name: string, title: string }} Named
 * @typedef {Named & Network & { kind: 'step' }} StepWorkload Time of one training step.
 * @typedef {Named & Network & { kind: 'compile' }} CompileWorkload Time of the first step above a warm one.
 * @typedef {Named & { kind: 'update', parameters: readonly (readonly number[])[], optimizer: Adam | Rule }} UpdateWorkload
 *   Time of one update with given gradients.
 * @typedef {StepWorkload | CompileWorkload | UpdateWorkload} Workload
 */

/** @type {readonly Workload[]} */
export const workloads = [mlp128, mlp1024, cnn2c2d, optimizerAdam, optimizerAdam16, tiny, compile, ...optimizerRules];
