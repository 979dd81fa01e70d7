import { describe, expect, it } from 'vitest';
import { expectOrthogonal, singularValues } from '../../test/fixtures/rule/singular-values.ts';
import { key, RandomStream } from '../base/random.ts';
import { newtonSchulz } from './newton-schulz.ts';

function draw(rows: number, columns: number): Float64Array {
  const stream = new RandomStream(key(100 * rows + columns));
  return Float64Array.from({ length: rows * columns }, () => stream.normal());
}

const shapes = [
  [1, 1],
  [1, 6],
  [6, 1],
  [4, 4],
  [12, 5],
  [5, 12],
  [20, 20],
] as const;

describe('newtonSchulz', () => {
  it.each(shapes)('of a %i × %i matrix keeps singular vectors within 1e-9, values in [0.6, 1.3]', (rows, columns) => {
    for (const scale of [1e-3, 1, 1e20]) {
      const matrix = draw(rows, columns).map((x) => x * scale);
      const result = new Float64Array(matrix.length);
      newtonSchulz(matrix, result, rows, columns);
      expectOrthogonal(matrix, result, rows, 1e-9);
    }
  });

  it('is the polynomial of the paper in each singular value: of diagonal matrices within 1e-12', () => {
    const values = [3, 1, 0.5, 0.2];
    const matrix = Float64Array.from({ length: 16 }, (_, i) => (i % 5 === 0 ? values[i / 5]! : 0));
    const result = new Float64Array(16);
    newtonSchulz(matrix, result, 4, 4);
    const expected = values.map((value) => {
      let x = value / (Math.hypot(...values) + 1e-7);
      for (let step = 0; step < 5; step++) x = 3.4445 * x - 4.775 * x ** 3 + 2.0315 * x ** 5;
      return x;
    });
    result.forEach((value, i) => {
      expect(Math.abs(value - (i % 5 === 0 ? expected[i / 5]! : 0))).toBeLessThan(1e-12);
    });
  });

  it('turns with the matrix: of the transposed it is the transposed, within 1e-12', () => {
    const [rows, columns] = [3, 7];
    const matrix = draw(rows, columns);
    const transposed = matrix.map((_, i) => matrix[(i % rows) * columns + Math.floor(i / rows)]!);
    const [result, other] = [new Float64Array(21), new Float64Array(21)];
    newtonSchulz(matrix, result, rows, columns);
    newtonSchulz(transposed, other, columns, rows);
    other.forEach((value, i) => {
      expect(Math.abs(value - result[(i % rows) * columns + Math.floor(i / rows)]!)).toBeLessThan(1e-12);
    });
  });

  it('leaves zeros, matrices without elements, and what is not finite', () => {
    const result = new Float64Array(6).fill(5);
    newtonSchulz(new Float64Array(6), result, 2, 3);
    expect(Array.from(result)).toEqual([0, 0, 0, 0, 0, 0]);
    newtonSchulz(new Float64Array(0), new Float64Array(0), 0, 0);
    newtonSchulz(Float64Array.of(1, Number.NaN, 0, 0, 1, 0), result, 2, 3);
    expect(result.every(Number.isNaN)).toBe(true);
  });

  it('the check finds the singular values of a known matrix: of [[3, 0], [4, 5]] √45 and √5', () => {
    const found = singularValues([3, 0, 4, 5], 2);
    expect(Math.abs(found[0]! - Math.sqrt(45))).toBeLessThan(1e-12);
    expect(Math.abs(found[1]! - Math.sqrt(5))).toBeLessThan(1e-12);
  });
});
