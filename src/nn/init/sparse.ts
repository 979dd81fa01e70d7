import { OptionError } from '../../base/errors.ts';
import { frozen } from '../../base/frozen.ts';
import { count, number, type OptionSpecs, optional, readOptions, withDefault } from '../../base/option-spec.ts';
import type { InitializerRow } from './initializer.ts';
import { weightMatrix } from './weight-matrix.ts';

export interface Sparse {
  readonly initializer: 'sparse';
  readonly connections?: number;
  readonly fraction?: number;
  readonly deviation: number;
}

export interface SparseOptions {
  /** Inputs that a unit starts connected with; all, where it has fewer. Default 15 (Martens, 2010). */
  readonly connections?: number;
  /** Instead: the share of its inputs, above 0 and at most 1, rounded to whole connections and at least one. */
  readonly fraction?: number;
  /** Standard deviation of the connections' weights, at least 0. Default 1 (Martens, 2010). */
  readonly deviation?: number;
}

const sparseOptions = {
  connections: optional(count),
  fraction: optional(number({ min: 0, exclusiveMin: true, max: 1 })),
  deviation: withDefault(number({ min: 0 }), 1),
} satisfies OptionSpecs;

/**
 * Each unit starts connected with a few of its inputs, drawn at random, by normal weights; all others are 0. Of filters,
 * a unit is a channel, and its inputs are the taps in all input channels.
 *
 * For wide layers: a unit's input has variance connections · deviation² · E[x²] whatever the width, and the units differ
 * much from each other. PyTorch's `sparse_` counts the other way: its `sparsity` is the share of zeros.
 *
 * Martens, "Deep learning via Hessian-free optimization", ICML 2010.
 *
 * @example dense(1000, { weightInitializer: sparse({ connections: 15 }) })
 */
export function sparse(options: SparseOptions = {}): Sparse {
  const place = 'sparse';
  const { connections, fraction, deviation } = readOptions(place, sparseOptions, options);
  if (connections !== undefined && fraction !== undefined) {
    throw new OptionError('option/form', 'both connections and fraction are given', { place, mend: 'Give one.' });
  }
  return frozen({
    initializer: place,
    ...(fraction === undefined ? { connections: connections ?? 15 } : { fraction }),
    deviation,
  });
}

export const sparseRow: InitializerRow<Sparse> = {
  options: sparseOptions,
  usesFan: false,
  read: (options) => sparse(options),
  fill: ({ connections, fraction, deviation }, values, shape, _fan, stream) => {
    const { units, inputs, unitStride, inputStride } = weightMatrix('sparse', shape);
    const wanted = connections ?? Math.max(1, Math.round(fraction! * inputs));
    const count = Math.min(inputs, wanted);
    values.fill(0);
    const order = Uint32Array.from({ length: inputs }, (_, i) => i);
    for (let unit = 0; unit < units; unit++) {
      // The front of a shuffle, stopped early; the order that the unit before left is as good a start as any.
      for (let i = 0; i < count; i++) {
        const j = i + stream.integer(inputs - i);
        const input = order[j]!;
        order[j] = order[i]!;
        order[i] = input;
        values[unit * unitStride + input * inputStride] = deviation * stream.normal();
      }
    }
  },
};
