import { frozen } from '../../base/frozen.ts';
import { count, number, type OptionSpecs, readOptions, withDefault } from '../../base/option-spec.ts';
import { normalizeAxis, showShape } from '../../base/shape.ts';
import { reshape } from '../../graph/form.ts';
import { max } from '../../graph/reduction.ts';
import type { Tensor } from '../../graph/tensor.ts';
import type { LayerRow, Scope } from '../layer.ts';

/** Description of maxout units. */
export interface Maxout {
  readonly layer: 'maxout';
  readonly name?: string;
  readonly pieces: number;
  readonly axis: number;
}

const maxoutOptions = {
  pieces: count,
  axis: withDefault(number({ integer: true }), 1),
} satisfies OptionSpecs;

/**
 * Maxout: each unit is the largest of `pieces` neighbours, hⱼ = max(z_{pieces·j}, …, z_{pieces·j + pieces − 1}). Put it after
 * a layer with `pieces` times as many units; it then is convex and piecewise linear, and learned with the weights.
 *
 * x [N, units · pieces] → [N, units], or channels of images. `axis` is where the units are, default 1; −1 for sequences.
 * Neighbours that tie share the gradient equally. ReLU halves the second moment of its input, and `heNormal()` makes up
 * for that; the larger of two keeps it, and the largest of more raises it: start by `lecunNormal()` or smaller.
 *
 * @example sequential(dense(240 * 5), maxout(5), dense(10))
 * @example sequential(conv2d({ channels: 32 * 2, kernel: 3 }), maxout(2))  // 32 channels
 *
 * Goodfellow, Warde-Farley, Mirza, Courville, Bengio, "Maxout networks", 2013.
 */
export function maxout(pieces: number, options: { readonly axis?: number } = {}): Maxout {
  return frozen({ layer: 'maxout', ...readOptions('maxout', maxoutOptions, options, { pieces }) });
}

export const maxoutRow: LayerRow<Maxout> = {
  options: maxoutOptions,
  label: 'maxout',
  read: ({ pieces, ...options }) => maxout(pieces as number, options),
  apply({ pieces, axis: asked }, scope: Scope, x: Tensor) {
    const axis = normalizeAxis(asked, x.rank);
    if (axis === undefined || axis === 0) {
      scope.refuse(
        `axis ${asked} of an input of shape ${showShape(x.shape)}`,
        `Give an axis from 1 to ${x.rank - 1}, or from the end.`,
      );
    }
    const units = x.shape[axis]!;
    if (units % pieces !== 0) {
      scope.refuse(`${units} units are no multiple of ${pieces} pieces`, 'Give the layer before it units · pieces.');
    }
    return max(reshape(x, x.shape.toSpliced(axis, 1, units / pieces, pieces)), axis + 1);
  },
};
