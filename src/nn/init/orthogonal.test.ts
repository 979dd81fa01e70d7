import { describe, expect, it } from 'vitest';
import { key, RandomStream } from '../../base/random.ts';
import { orthogonal } from './orthogonal.ts';
import { draw } from './table.ts';

const fan = { fanIn: 1, fanOut: 1 };

/** The weight as PyTorch flattens it: one row for each row of a matrix, one for each channel of a filter. */
function rows(shape: readonly number[], gain: number, seed = 1): number[][] {
  const values = draw(orthogonal({ gain }), shape, fan, new RandomStream(key(seed)));
  const width = values.length / shape[0]!;
  return Array.from({ length: shape[0]! }, (_, i) => Array.from(values.subarray(i * width, (i + 1) * width)));
}

const transpose = (matrix: number[][]) => matrix[0]!.map((_, j) => matrix.map((row) => row[j]!));
const dot = (a: number[], b: number[]) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);

describe('Q Qᵀ or QᵀQ, whichever is the smaller, is gain² I within 1e-5', () => {
  it.each<[string, readonly number[], number]>([
    ['square', [60, 60], 1],
    ['tall', [90, 37], Math.SQRT2],
    ['wide', [37, 90], 0.5],
    ['one unit', [50, 1], 1],
    ['one input', [1, 50], 3],
    ['filters, more taps than channels', [8, 3, 5, 5], Math.SQRT2],
    ['filters, more channels than taps', [40, 3, 3, 3], 1],
    ['filters of one axis', [6, 4, 3], -1],
  ])('%s', (_, shape, gain) => {
    const matrix = rows(shape, gain);
    const vectors = matrix.length <= matrix[0]!.length ? matrix : transpose(matrix);
    vectors.forEach((a, i) => {
      vectors.forEach((b, j) => {
        expect(Math.abs(dot(a, b) - (i === j ? gain ** 2 : 0)), `${i}, ${j}`).toBeLessThan(1e-5);
      });
    });
  });
});

describe('every orthogonal matrix is equally likely', () => {
  // Moments of the trace under the uniform distribution on O(n): E tr = 0, E tr² = 1, E tr⁴ = 3 for n ≥ 4, and
  // E tr(Q²) = 1 (Diaconis, Shahshahani, "On the eigenvalues of random matrices", 1994). A decomposition by reflections
  // without its signs put right has E tr < 0 and fails; so does one whose determinant is always 1 in E (det).
  const draws = 4000;
  const n = 4;
  const matrices = Array.from({ length: draws }, (_, seed) => rows([n, n], 1, seed));
  const mean = (f: (matrix: number[][]) => number) => matrices.reduce((sum, m) => sum + f(m), 0) / draws;
  const trace = (m: number[][]) => m.reduce((sum, row, i) => sum + row[i]!, 0);
  const sign = (m: number[][]) => {
    const minor = (without: number, a: number[][]): number[][] =>
      a.slice(1).map((row) => row.filter((_, j) => j !== without));
    const determinant = (a: number[][]): number =>
      a.length === 1 ? a[0]![0]! : a[0]!.reduce((sum, x, j) => sum + (j % 2 ? -x : x) * determinant(minor(j, a)), 0);
    return determinant(m);
  };

  it('trace, its square, the trace of the square, the determinant: within 4 standard errors', () => {
    const within = (found: number, expected: number, deviation: number) =>
      expect(Math.abs(found - expected)).toBeLessThan((4 * deviation) / Math.sqrt(draws));
    within(mean(trace), 0, 1);
    within(
      mean((m) => trace(m) ** 2),
      1,
      Math.SQRT2,
    );
    within(
      mean((m) => trace(m.map((row) => transpose(m).map((_, j) => dot(row, transpose(m)[j]!))))),
      1,
      2,
    );
    within(mean(sign), 0, 1);
  });

  it('each element has mean 0, E q² = 1/n, E q⁴ = 3/(n (n + 2)), the first and the last alike, within 4 standard errors', () => {
    for (const [i, j] of [
      [0, 0],
      [0, 3],
      [3, 0],
      [3, 3],
      [2, 2],
    ] as const) {
      expect(Math.abs(mean((m) => m[i]![j]!))).toBeLessThan((4 * Math.sqrt(1 / 4)) / Math.sqrt(draws));
      // Var q² = 3/24 − 1/16 = 1/16.
      expect(Math.abs(mean((m) => m[i]![j]! ** 2) - 1 / 4)).toBeLessThan((4 * 0.25) / Math.sqrt(draws));
      // Var q⁴ ≤ E q⁸ = 105/(4·6·8·10).
      expect(Math.abs(mean((m) => m[i]![j]! ** 4) - 3 / 24)).toBeLessThan((4 * 0.234) / Math.sqrt(draws));
    }
  });
});

describe('depth', () => {
  it('100 linear layers keep the norm of every signal within 1e-5; with gain √2, ReLU keeps its mean square', () => {
    const stream = new RandomStream(key(4));
    const units = 64;
    const through = (gain: number, layers: number, activation: (x: number) => number) => {
      let signal = Array.from({ length: units }, () => stream.normal());
      const start = dot(signal, signal);
      for (let layer = 0; layer < layers; layer++) {
        const weight = draw(orthogonal({ gain }), [units, units], fan, stream);
        signal = signal.map((_, j) => activation(signal.reduce((sum, x, i) => sum + x * weight[i * units + j]!, 0)));
      }
      return dot(signal, signal) / start;
    };
    expect(Math.abs(through(1, 100, (x) => x) - 1)).toBeLessThan(1e-5);
    // The half that ReLU keeps fluctuates by √(5/64)/2 a layer: 30 layers spread by about a factor of 3.
    expect(Math.abs(Math.log(2 * through(Math.SQRT2, 30, (x) => Math.max(0, x))))).toBeLessThan(Math.log(16));
  });
});

it('blocks are orthogonal each by itself, and different, where the weight is several matrices side by side', () => {
  const weight = draw(orthogonal({ gain: 2, blocks: 3 }), [20, 60], fan, new RandomStream(key(4)));
  const column = (j: number) => Array.from({ length: 20 }, (_, i) => weight[i * 60 + j]!);
  for (let block = 0; block < 3; block++) {
    for (let i = 0; i < 20; i++) {
      for (let j = 0; j < 20; j++) {
        const product = dot(column(20 * block + i), column(20 * block + j));
        expect(Math.abs(product - (i === j ? 4 : 0))).toBeLessThan(1e-5);
      }
    }
  }
  expect(Math.abs(dot(column(0), column(20)))).toBeGreaterThan(1e-3);
  expect(() => draw(orthogonal({ blocks: 3 }), [4, 8], fan, new RandomStream(key(1)))).toThrow(/3 blocks.*\[4, 8\]/);
  expect(orthogonal({ blocks: 1 })).toEqual(orthogonal());
});

it('refuses biases, unknown options and a gain that is no number', () => {
  expect(() => draw(orthogonal(), [5], fan, new RandomStream(key(1)))).toThrow(/the parameter is \[5\].*zeros\(\)/);
  expect(() => orthogonal({ gian: 2 } as object)).toThrow(/Did you mean "gain"/);
  expect(() => orthogonal({ gain: Number.NaN })).toThrow(/gain is NaN/);
});
