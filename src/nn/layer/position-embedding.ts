import { OptionError } from '../../base/errors.ts';
import { frozen } from '../../base/frozen.ts';
import { count, type OptionSpecs, oneOf, optional, readOptions, withDefault } from '../../base/option-spec.ts';
import { showShape } from '../../base/shape.ts';
import { add, cast, cos, equal, exp, floor, mul, sin, sub, where } from '../../graph/elementwise.ts';
import { slice } from '../../graph/form.ts';
import { iota } from '../../graph/leaf.ts';
import type { Builder, Tensor } from '../../graph/tensor.ts';
import type { Initializer } from '../init/initializer.ts';
import { initializerSpec } from '../init/initializer-spec.ts';
import { normal } from '../init/normal.ts';
import type { LayerRow } from '../layer.ts';

const kinds = ['learned', 'sinusoidal'] as const;

/** Description of vectors for positions. */
export interface PositionEmbedding {
  readonly layer: 'positionEmbedding';
  readonly name?: string;
  readonly kind: (typeof kinds)[number];
  /** Of a learned one. */
  readonly length?: number;
  /** Of a learned one. */
  readonly initializer?: Initializer;
}

export interface PositionEmbeddingOptions {
  /** `learned` (default), or `sinusoidal`: fixed waves, for sequences of any length. */
  readonly kind?: (typeof kinds)[number];
  /** The longest sequence that a learned one knows. */
  readonly length?: number;
  /** Of a learned one. Default `normal({ deviation: 0.02 })`, as in GPT-2. */
  readonly initializer?: Initializer;
}

const positionEmbeddingOptions = {
  kind: withDefault(oneOf(kinds), 'learned'),
  length: optional(count),
  initializer: optional(initializerSpec),
} satisfies OptionSpecs;

/**
 * Adds a vector to each time step that tells its position, to which attention alone is blind.
 *
 * Learned: row t of a table. Sinusoidal: sin(t / 10000^(2i/size)) at 2i and the cosine at 2i + 1.
 *
 * x [N, T, size] → the same. Parameter of a learned one: `weight` [length, size], of which the first T rows are used.
 *
 * @example sequential(embedding({ entries: 65, size: 256 }), positionEmbedding({ length: 128 }))
 *
 * Vaswani et al., "Attention is all you need", 2017, section 3.5.
 */
export function positionEmbedding(options: PositionEmbeddingOptions): PositionEmbedding {
  const place = 'positionEmbedding';
  const { kind, length, initializer } = readOptions(place, positionEmbeddingOptions, options);
  if (kind === 'learned') {
    if (length !== undefined) {
      return frozen({ layer: place, kind, length, initializer: initializer ?? normal({ deviation: 0.02 }) });
    }
    throw new OptionError('option/missing', 'length is missing', {
      place,
      mend: 'Give the number of positions that are learned, at least as many as a sequence has steps.',
    });
  }
  if (length === undefined && initializer === undefined) return frozen({ layer: place, kind });
  throw new OptionError(
    'option/range',
    `${length === undefined ? 'initializer' : 'length'} is given, and a sinusoidal one has none`,
    {
      place,
      mend: 'Leave it out: it knows every position, and nothing in it is learned.',
    },
  );
}

export const positionEmbeddingRow: LayerRow<PositionEmbedding> = {
  options: positionEmbeddingOptions,
  label: 'position',
  read: (options) => positionEmbedding(options),
  apply({ kind, length, initializer }, scope, x) {
    const [, steps, size] = x.shape;
    if (x.rank !== 3 || x.dtype !== 'float32') {
      scope.refuse(`its input is ${x.dtype}${showShape(x.shape)}`, 'It takes float32 [batch, time, size].');
    }
    if (kind === 'sinusoidal') return add(x, waves(x.builder, steps!, size!));
    if (steps! > length!) {
      scope.refuse(`its input has ${steps} steps, and it knows ${length}`, `Give a length of at least ${steps}.`);
    }
    const weight = scope.parameter('weight', [length!, size!], initializer!, { fanIn: length!, fanOut: size! });
    return add(x, slice(weight, { starts: [0], ends: [steps!] }));
  },
};

/** [steps, size]; constant, so that an engine computes it once. */
function waves(builder: Builder, steps: number, size: number): Tensor {
  const number = (axis: number) => cast(iota(builder, [steps, size], axis), 'float32');
  const pair = floor(mul(number(1), 0.5));
  const frequency = exp(mul(pair, (-2 * Math.log(10_000)) / size));
  const angle = mul(number(0), frequency);
  const odd = sub(number(1), mul(pair, 2));
  return where(equal(odd, 1), cos(angle), sin(angle));
}
