/** All workloads by name, in the order they run. A workload is data; each system reads it and builds the same work. */

import { cnn2c2d } from './cnn-2c2d.mjs';
import { compile } from './compile.mjs';
import { lstm } from './lstm.mjs';
import { mlp128 } from './mlp-128.mjs';
import { mlp1024 } from './mlp-1024.mjs';
import { optimizerAdam } from './optimizer-adam.mjs';
import { optimizerAdam16 } from './optimizer-adam-16.mjs';
import { optimizerRules } from './optimizer-rules.mjs';
import { resnet20 } from './resnet20-64.mjs';
import { tiny } from './tiny.mjs';
import { transformer, transformer1024 } from './transformer.mjs';

/**
 * @typedef {{ type: 'dense', units: number }
 *   | { type: 'conv', channels: number, kernel: number, stride?: number, bias?: false }
 *   | { type: 'maxPool', size: number } | { type: 'globalAveragePool' } | { type: 'flatten' }
 *   | { type: 'relu' } | { type: 'tanh' } | { type: 'gelu' } | { type: 'batchNorm' } | { type: 'layerNorm' }
 *   | { type: 'residual', body: readonly Layer[], projection?: readonly Layer[] }
 *   | { type: 'embedding', entries: number, size: number } | { type: 'position' }
 *   | { type: 'lstm', units: number } | { type: 'attention', heads: number }} Layer
 *   A convolution is padded by half its kernel on every side, so that stride 1 keeps height and width; a pooling moves by
 *   its own size. Batch normalization is by the batch's statistics, ε 1e-5 as in layer normalization, which is over the
 *   last axis. `dense` is on the last axis. `position` adds a learned vector to each step; `attention` is causal; `gelu` is
 *   the exact one. `residual` adds the projection of its input, or the input itself, to what the body gives.
 * @typedef {{ type: 'adam', learningRate: number, beta1: number, beta2: number, epsilon: number }} Adam
 * @typedef {{ type: 'sgd', learningRate: number }} Sgd
 * @typedef {{ type: 'momentum', learningRate: number, momentum: number, learningRateInMomentum: false }} Momentum
 *   v ← αv + g; θ ← θ − εv.
 * @typedef {{ class: string, options: Record<string, unknown>, only?: 'foreach' | 'for loop' }} TorchOptimizer
 *   The same rule in PyTorch; `only` names the way that is right, where the other is not.
 * @typedef {{ type: string, learningRate: number, torch?: TorchOptimizer, [option: string]: unknown }} Rule
 *   Any rule of Dolina by name, with its options.
 * @typedef {{ distribution: 'he' | 'lecun' } | { distribution: 'truncatedNormal', deviation: number }} WeightDistribution
 *   `he`: normal with variance 2 / fan-in; `lecun`: 1 / fan-in. `truncatedNormal`: redrawn beyond two deviations.
 *
 * @typedef {object} Network
 * @property {readonly number[]} inputShape Of one example: [features], [channels, height, width] or, of symbols, [steps].
 * @property {number} batch
 * @property {readonly Layer[]} layers
 * @property {{ weight: WeightDistribution, bias: number }} initial
 * @property {'softmax-cross-entropy' | 'mean-square'} loss Mean over the batch, and over the steps of a sequence.
 * @property {Adam | Sgd | Momentum} optimizer
 *
 * @typedef {{ name: string, title: string }} Named
 * @typedef {Named & Network & { kind: 'step' }} StepWorkload Time of one training step.
 * @typedef {Named & Network & { kind: 'compile' }} CompileWorkload Time of the first step above a warm one.
 * @typedef {Named & { kind: 'update', parameters: readonly (readonly number[])[], optimizer: Adam | Rule }} UpdateWorkload
 *   Time of one update with given gradients.
 * @typedef {StepWorkload | CompileWorkload | UpdateWorkload} Workload
 */

/** @type {readonly Workload[]} */
export const workloads = [
  ...[mlp128, mlp1024, cnn2c2d, resnet20, lstm, transformer, transformer1024],
  ...[optimizerAdam, optimizerAdam16, tiny, compile, ...optimizerRules],
];
