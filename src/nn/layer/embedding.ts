import { frozen } from '../../base/frozen.ts';
import { count, number, type OptionSpecs, optional, readOptions, withDefault } from '../../base/option-spec.ts';
import { checkNumber } from '../../base/options.ts';
import { showShape } from '../../base/shape.ts';
import { cast, mul, notEqual } from '../../graph/elementwise.ts';
import { expandDims } from '../../graph/form.ts';
import { gather } from '../../graph/indexing.ts';
import type { Initializer } from '../init/initializer.ts';
import { initializerSpec } from '../init/initializer-spec.ts';
import { normal } from '../init/normal.ts';
import type { LayerRow } from '../layer.ts';

/** Description of a table of vectors. */
export interface Embedding {
  readonly layer: 'embedding';
  readonly name?: string;
  readonly entries: number;
  readonly size: number;
  /** Absent where every index has its vector. */
  readonly padding?: number;
  readonly initializer: Initializer;
}

export interface EmbeddingOptions {
  /** Number of vectors: indices are from 0 to entries − 1. */
  readonly entries: number;
  /** Length of a vector. */
  readonly size: number;
  /** An index that stands for nothing: it gives zeros, and its vector gets no gradient. Default none. */
  readonly padding?: number;
  /** Default `normal({ deviation: 1 })`, as in PyTorch. */
  readonly initializer?: Initializer;
}

const embeddingOptions = {
  entries: count,
  size: count,
  padding: optional(number({ integer: true, min: 0 })),
  initializer: withDefault(initializerSpec, normal({ deviation: 1 })),
} satisfies OptionSpecs;

/**
 * A learned vector for each symbol: index i becomes row i of a table.
 *
 * x int32 or uint8, [N, T] or any shape → [...shape, size]. Parameter: `weight` [entries, size]. Indices must be in range.
 *
 * @example sequential(embedding({ entries: 65, size: 64 }), lstm({ units: 256 }), dense(65))
 *
 * Bengio, Ducharme, Vincent, Jauvin, "A neural probabilistic language model", 2003.
 */
export function embedding(options: EmbeddingOptions): Embedding {
  const place = 'embedding';
  const read = readOptions(place, embeddingOptions, options);
  if (read.padding !== undefined) checkNumber(place, 'padding', read.padding, { max: read.entries - 1, integer: true });
  return frozen({ layer: place, ...read });
}

export const embeddingRow: LayerRow<Embedding> = {
  options: embeddingOptions,
  label: 'embedding',
  read: (options) => embedding(options as unknown as EmbeddingOptions),
  apply({ entries, size, padding, initializer }, scope, x) {
    if (x.dtype !== 'int32' && x.dtype !== 'uint8') {
      scope.refuse(
        `its input is ${x.dtype}${showShape(x.shape)}`,
        'It takes indices, int32 or uint8; a data set gives int32.',
      );
    }
    const indices = x.dtype === 'int32' ? x : cast(x, 'int32');
    const weight = scope.parameter('weight', [entries, size], initializer, { fanIn: entries, fanOut: size });
    const vectors = gather(weight, indices);
    if (padding === undefined) return vectors;
    return mul(vectors, expandDims(cast(notEqual(indices, padding), 'float32'), -1));
  },
};
