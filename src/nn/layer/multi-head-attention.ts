import { frozen } from '../../base/frozen.ts';
import { count, flag, number, type OptionSpecs, readOptions, withDefault } from '../../base/option-spec.ts';
import { showShape } from '../../base/shape.ts';
import { add, cast, mul } from '../../graph/elementwise.ts';
import { reshape, slice, transpose } from '../../graph/form.ts';
import { matmul } from '../../graph/linear.ts';
import type { Tensor } from '../../graph/tensor.ts';
import type { Initializer } from '../init/initializer.ts';
import { initializerSpec } from '../init/initializer-spec.ts';
import { xavierUniform } from '../init/variance-scaling.ts';
import { zeros } from '../init/zeros.ts';
import type { LayerRow } from '../layer.ts';
import { attend } from './attend.ts';

/** Description of self-attention. */
export interface MultiHeadAttention {
  readonly layer: 'multiHeadAttention';
  readonly name?: string;
  readonly heads: number;
  readonly causal: boolean;
  readonly dropout: number;
  readonly bias: boolean;
  readonly weightInitializer: Initializer;
  readonly biasInitializer: Initializer;
}

export interface MultiHeadAttentionOptions {
  /** Into so many parts the features are divided, each with an attention of its own. Their number must divide the size. */
  readonly heads: number;
  /** Whether a step sees only itself and those before it, as a model of the next symbol must. Default false. */
  readonly causal?: boolean;
  /** Probability that a step is not seen by another in a training step, in [0, 1). Default 0. */
  readonly dropout?: number;
  /** Whether biases are added. Default true. */
  readonly bias?: boolean;
  /** Default `xavierUniform()`, by the fan of one projection. */
  readonly weightInitializer?: Initializer;
  /** Default `zeros()`, as in PyTorch. */
  readonly biasInitializer?: Initializer;
}

const multiHeadAttentionOptions = {
  heads: count,
  causal: withDefault(flag, false),
  dropout: withDefault(number({ min: 0, max: 1, exclusiveMax: true }), 0),
  bias: withDefault(flag, true),
  weightInitializer: withDefault(initializerSpec, xavierUniform()),
  biasInitializer: withDefault(initializerSpec, zeros()),
} satisfies OptionSpecs;

/**
 * Self-attention: every step takes from all steps what its query finds in their keys.
 *
 * [q, k, v] = x W + b, split into heads of width d = size / heads; a = softmax(q kᵀ / √d) over the steps that are seen;
 * y = [a v of all heads] U + c. Causal attention over 256 steps and more leaves most of what no step sees uncomputed.
 *
 * x [N, T, size] → the same. Parameters: `inputWeight` W [size, 3 size], `inputBias` b [3 size], `outputWeight` U
 * [size, size], `outputBias` c [size].
 *
 * @example residual(sequential(layerNorm(), multiHeadAttention({ heads: 8, causal: true })))
 *
 * Vaswani et al., "Attention is all you need", 2017.
 */
export function multiHeadAttention(options: MultiHeadAttentionOptions): MultiHeadAttention {
  return frozen({
    layer: 'multiHeadAttention',
    ...readOptions('multiHeadAttention', multiHeadAttentionOptions, options),
  });
}

export const multiHeadAttentionRow: LayerRow<MultiHeadAttention> = {
  options: multiHeadAttentionOptions,
  label: 'attention',
  read: (options) => multiHeadAttention(options as unknown as MultiHeadAttentionOptions),
  apply({ heads, causal, dropout, bias, weightInitializer, biasInitializer }, scope, x) {
    if (x.rank !== 3 || x.dtype !== 'float32') {
      scope.refuse(`its input is ${x.dtype}${showShape(x.shape)}`, 'It takes float32 [batch, time, size].');
    }
    const [batch, steps, size] = x.shape as readonly [number, number, number];
    if (size % heads !== 0) {
      scope.refuse(`${heads} heads do not divide ${size} features`, 'Give a number of heads that divides them.');
    }
    const width = size / heads;
    const fan = { fanIn: size, fanOut: size };
    const rows = reshape(x, [-1, size]);
    /** `parts` products with a part of one weight each: cut out of their product, the parts would be copied each step. */
    const project = (name: string, input: Tensor, parts: number): readonly Tensor[] => {
      const weight = scope.parameter(`${name}Weight`, [size, parts * size], weightInitializer, fan);
      const shift = bias ? scope.parameter(`${name}Bias`, [parts * size], biasInitializer, fan) : undefined;
      return Array.from({ length: parts }, (_, part) => {
        const [start, end] = [part * size, (part + 1) * size];
        const product = matmul(input, slice(weight, { starts: [0, start], ends: [size, end] }));
        return shift === undefined ? product : add(product, slice(shift, { starts: [start], ends: [end] }));
      });
    };
    // Examples and heads are one axis: an engine would make one transpose of this one and a product's, moving single elements.
    const [query, key, value] = project('input', rows, 3).map((part) =>
      reshape(transpose(reshape(part, [batch, steps, heads, width]), [0, 2, 1, 3]), [batch * heads, steps, width]),
    );
    const keep =
      scope.training && dropout > 0
        ? reshape(scope.keepMask('keep', [batch, heads, steps, steps], 1 - dropout), [batch * heads, steps, steps])
        : undefined;
    const drop = (weights: Tensor, first: number) => {
      if (keep === undefined) return weights;
      const [, rows, columns] = weights.shape as [number, number, number];
      const own = slice(keep, { starts: [0, first, 0], ends: [batch * heads, first + rows, columns] });
      return mul(mul(weights, cast(own, 'float32')), 1 / (1 - dropout));
    };
    const attended = attend(query!, key!, value!, { causal, drop });
    const seen = transpose(reshape(attended, [batch, heads, steps, width]), [0, 2, 1, 3]);
    const [output] = project('output', reshape(seen, [-1, size]), 1);
    return reshape(output!, x.shape);
  },
};
