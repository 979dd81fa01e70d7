import { frozen } from '../../base/frozen.ts';
import { flag, type OptionSpecs, oneOf, positive, readOptions, share, withDefault } from '../../base/option-spec.ts';
import { showShape, size } from '../../base/shape.ts';
import { add, div, mul, neg, reciprocal, sqrt, square, sub } from '../../graph/elementwise.ts';
import { reshape } from '../../graph/form.ts';
import { sum } from '../../graph/reduction.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { constant } from '../init/constant.ts';
import { zeros } from '../init/zeros.ts';
import type { LayerRow, Scope } from '../layer.ts';

const variances = ['unbiased', 'biased'] as const;
const momenta = ['batch', 'running'] as const;

/** Description of batch normalization. */
export interface BatchNorm {
  readonly layer: 'batchNorm';
  readonly name?: string;
  readonly epsilon: number;
  readonly momentum: number;
  readonly momentumOf: (typeof momenta)[number];
  readonly storedVariance: (typeof variances)[number];
  readonly scale: boolean;
  readonly shift: boolean;
}

export interface BatchNormOptions {
  /** ε > 0 under the root. Default 1e-5, as in PyTorch (Keras: 1e-3). */
  readonly epsilon?: number;
  /** The weight, in [0, 1], of what `momentumOf` names. Default 0.1, as in PyTorch. */
  readonly momentum?: number;
  /**
   * `batch` (default): running ← (1−m)·running + m·batch, as in PyTorch; `running`: running ← m·running + (1−m)·batch, as
   * in Keras, whose m is 0.99.
   */
  readonly momentumOf?: (typeof momenta)[number];
  /** The running variance follows n/(n−1) times that of the batch (default, the paper and PyTorch) or it itself (Keras). */
  readonly storedVariance?: (typeof variances)[number];
  /** Whether γ is learned. Default true. */
  readonly scale?: boolean;
  /** Whether β is learned. Default true. */
  readonly shift?: boolean;
}

const batchNormOptions = {
  epsilon: withDefault(positive, 1e-5),
  momentum: withDefault(share, 0.1),
  momentumOf: withDefault(oneOf(momenta), 'batch'),
  storedVariance: withDefault(oneOf(variances), 'unbiased'),
  scale: withDefault(flag, true),
  shift: withDefault(flag, true),
} satisfies OptionSpecs;

/**
 * Batch normalization: ĥ = (h − μ)/√(σ² + ε), y = γĥ + β, with mean μ and (biased) variance σ² of each unit or channel
 * over the minibatch (Ioffe and Szegedy, 2015). In use, and where training freezes the statistics, with the running ones.
 *
 * x [N, units] or [N, channels, …] → the same; at least two values for each channel in training. Parameters: `scale` γ, 1
 * at the start, and `shift` β, 0; states: `mean` and `variance`, running. Put it before the nonlinearity. The bias of a
 * layer just before it in a `sequential` is superfluous and left out.
 *
 * @example sequential(conv2d({ channels: 32, kernel: 3 }), batchNorm(), relu())
 */
export function batchNorm(options: BatchNormOptions = {}): BatchNorm {
  return frozen({ layer: 'batchNorm', ...readOptions('batchNorm', batchNormOptions, options) });
}

export const batchNormRow: LayerRow<BatchNorm> = {
  options: batchNormOptions,
  label: 'norm',
  read: (options) => batchNorm(options),
  apply(layer, scope, x) {
    const channels = x.shape[1];
    if (x.rank < 2 || channels === undefined) {
      scope.refuse(`its input has shape ${showShape(x.shape)}`, 'It takes [batch, units] or [batch, channels, …].');
    }
    const gamma = layer.scale ? scope.parameter('scale', [channels], constant(1)) : undefined;
    const beta = layer.shift ? scope.parameter('shift', [channels], zeros()) : undefined;
    const running = { mean: scope.state('mean', [channels], 0), variance: scope.state('variance', [channels], 1) };
    const along = (vector: Tensor) => reshape(vector, [1, channels, ...x.shape.slice(2).map(() => 1)]);

    const follows = scope.statistics !== 'frozen';
    const batch = follows ? batchStatistics(x, scope) : undefined;
    if (batch !== undefined) follow(layer, scope, running, batch);
    const byBatch = batch !== undefined && scope.statistics !== 'running';
    const inverse = reciprocal(sqrt(add(byBatch ? batch.variance : running.variance, layer.epsilon)));
    const factor = gamma === undefined ? inverse : mul(gamma, inverse);
    if (byBatch) {
      const scaled = mul(batch.centred, along(factor));
      return beta === undefined ? scaled : add(scaled, along(beta));
    }
    // One affine map, which a convolution before it can take in.
    const moved = mul(running.mean, factor);
    return add(mul(x, along(factor)), along(beta === undefined ? neg(moved) : sub(beta, moved)));
  },
};

interface BatchStatistics {
  readonly mean: Tensor;
  readonly variance: Tensor;
  readonly centred: Tensor;
  /** Values that each channel's statistics are of. */
  readonly count: number;
}

/** Mean and biased variance over all axes but the second. */
function batchStatistics(x: Tensor, scope: Scope): BatchStatistics {
  const axes = x.shape.map((_, axis) => axis).filter((axis) => axis !== 1);
  const count = size(axes.map((axis) => x.shape[axis]!));
  if (count < 2) {
    scope.refuse(
      `its input ${showShape(x.shape)} has one value for each channel, whose variance is 0`,
      'Train on batches of two or more (dropLast leaves out a last batch of one), or freeze the statistics.',
    );
  }
  const mean = div(sum(x, axes, { keepDims: true }), count);
  const centred = sub(x, mean);
  const variance = div(sum(square(centred), axes), count);
  return { mean: reshape(mean, [x.shape[1]!]), variance, centred, count };
}

function follow(
  { momentum, momentumOf, storedVariance }: BatchNorm,
  scope: Scope,
  running: { readonly mean: Tensor; readonly variance: Tensor },
  { mean, variance, count }: BatchStatistics,
): void {
  if (scope.statistics === 'measured') {
    scope.updateState('mean', mean);
    scope.updateState('variance', variance);
    return;
  }
  const share = momentumOf === 'batch' ? momentum : 1 - momentum;
  const towards = (old: Tensor, value: Tensor) => add(mul(1 - share, old), mul(share, value));
  const stored = storedVariance === 'unbiased' ? mul(variance, count / (count - 1)) : variance;
  scope.updateState('mean', towards(running.mean, mean));
  scope.updateState('variance', towards(running.variance, stored));
}
