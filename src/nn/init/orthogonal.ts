import { OptionError } from '../../base/errors.ts';
import { frozen } from '../../base/frozen.ts';
import { count, number, type OptionSpecs, readOptions, withDefault } from '../../base/option-spec.ts';
import type { RandomStream } from '../../base/random.ts';
import { showShape } from '../../base/shape.ts';
import type { InitializerRow } from './initializer.ts';
import { weightMatrix } from './weight-matrix.ts';

export interface Orthogonal {
  readonly initializer: 'orthogonal';
  readonly gain: number;
  /** Absent where the weight is one matrix. */
  readonly blocks?: number;
}

export interface OrthogonalOptions {
  /**
   * What the norm of every signal is multiplied by. Default 1, for linear layers and tanh (Saxe et al.; PyTorch); √2 makes
   * up for ReLU, which is off half the time.
   */
  readonly gain?: number;
  /**
   * A weight [inputs, units] may be several matrices side by side, such as those of the gates of a recurrent layer; each
   * of so many is then orthogonal by itself. Default 1.
   */
  readonly blocks?: number;
}

const orthogonalOptions = {
  gain: withDefault(number(), 1),
  blocks: withDefault(count, 1),
} satisfies OptionSpecs;

/**
 * A random orthogonal matrix, times `gain`: QᵀQ = gain² I, every such Q equally likely. Where the weight is not square, its
 * columns or its rows are orthogonal, whichever are the fewer; filters are flattened to channels × rest, as in PyTorch.
 *
 * For deep networks: all singular values are equal, so that neither signal nor gradient is stretched in some directions
 * and lost in others. It takes 2 · most · least² multiplications, where the weight has `most` rows or columns and `least`
 * of the other.
 *
 * Saxe, McClelland, Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks",
 * ICLR 2014.
 *
 * @example dense(256, { weightInitializer: orthogonal({ gain: Math.SQRT2 }) })
 */
export function orthogonal(options: OrthogonalOptions = {}): Orthogonal {
  const { gain, blocks } = readOptions('orthogonal', orthogonalOptions, options);
  return frozen({ initializer: 'orthogonal', gain, ...(blocks === 1 ? {} : { blocks }) });
}

export const orthogonalRow: InitializerRow<Orthogonal> = {
  options: orthogonalOptions,
  usesFan: false,
  read: (options) => orthogonal(options),
  fill: ({ gain, blocks = 1 }, values, shape, _fan, stream) => {
    const { units: all, inputs, unitStride, inputStride } = weightMatrix('orthogonal', shape);
    if (all % blocks !== 0) {
      throw new OptionError('option/length', `${blocks} blocks do not divide a weight of shape ${showShape(shape)}`, {
        place: 'orthogonal',
        mend: 'The number of units must be a multiple of blocks.',
      });
    }
    const units = all / blocks;
    const byUnit = units <= inputs;
    const [count, length] = byUnit ? [units, inputs] : [inputs, units];
    const [stride, step] = byUnit ? [unitStride, inputStride] : [inputStride, unitStride];
    for (let block = 0; block < blocks; block++) {
      const begin = block * units * unitStride;
      const vectors = orthonormalVectors(count, length, stream);
      for (let v = 0; v < count; v++) {
        const vector = vectors[v]!;
        for (let i = 0; i < length; i++) values[begin + v * stride + i * step] = gain * vector[i]!;
      }
    }
  },
};

/** Vectors that are cleared of each earlier one together: it is then read from memory once for all of them. */
const block = 16;

/**
 * `count` ≤ `length` orthonormal vectors, uniformly distributed: normal draws, made orthonormal by the modified method of
 * Gram and Schmidt in double precision. That is the QR decomposition whose R has a positive diagonal; one by reflections
 * would have to be given the signs of R's diagonal for its Q to be uniform (Mezzadri, "How to generate random matrices
 * from the classical compact groups", 2007).
 */
function orthonormalVectors(count: number, length: number, stream: RandomStream): Float64Array[] {
  const vectors = Array.from({ length: count }, () => {
    const vector = new Float64Array(length);
    for (let i = 0; i < length; i++) vector[i] = stream.normal();
    return vector;
  });
  for (let begin = 0; begin < count; begin += block) {
    const fresh = vectors.slice(begin, begin + block);
    for (let v = 0; v < begin; v++) {
      let done = 0;
      for (; done + 4 <= fresh.length; done += 4) removeFromFour(vectors[v]!, fresh, done);
      for (; done < fresh.length; done++) remove(vectors[v]!, fresh[done]!);
    }
    for (const [index, vector] of fresh.entries()) {
      for (let v = 0; v < index; v++) remove(fresh[v]!, vector);
      const norm = Math.sqrt(dot(vector, vector));
      for (let i = 0; i < length; i++) vector[i] = vector[i]! / norm;
    }
  }
  return vectors;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** vector ← vector − (q · vector) q. */
function remove(q: Float64Array, vector: Float64Array): void {
  const projection = dot(q, vector);
  for (let i = 0; i < q.length; i++) vector[i] = vector[i]! - projection * q[i]!;
}

/** The same for four vectors from `begin` on: four sums that do not wait for each other. */
function removeFromFour(q: Float64Array, vectors: readonly Float64Array[], begin: number): void {
  const a = vectors[begin]!;
  const b = vectors[begin + 1]!;
  const c = vectors[begin + 2]!;
  const d = vectors[begin + 3]!;
  let [onA, onB, onC, onD] = [0, 0, 0, 0];
  for (let i = 0; i < q.length; i++) {
    const x = q[i]!;
    onA += x * a[i]!;
    onB += x * b[i]!;
    onC += x * c[i]!;
    onD += x * d[i]!;
  }
  for (let i = 0; i < q.length; i++) {
    const x = q[i]!;
    a[i] = a[i]! - onA * x;
    b[i] = b[i]! - onB * x;
    c[i] = c[i]! - onC * x;
    d[i] = d[i]! - onD * x;
  }
}
