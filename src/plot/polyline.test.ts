import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Position, runs, thin } from './polyline.ts';

describe('runs', () => {
  it('splits at gaps and drops nothing else', () => {
    expect(runs([undefined, [0, 1], [1, 2], undefined, undefined, [3, 4]])).toEqual([
      [
        [0, 1],
        [1, 2],
      ],
      [[3, 4]],
    ]);
    expect(runs([])).toEqual([]);
  });
});

describe('thin', () => {
  it('keeps first, last, lowest and highest of each column in order, and at most four', () => {
    const column: Position[] = [0.5, 0.1, 0.9, 0.3, 0.4].map((y, i) => [i / 10, y]);
    expect(thin(column, 1)).toEqual([column[0], column[1], column[2], column[4]]);
  });

  it('leaves the extent of every column as it was', () => {
    const points = fc.array(fc.tuple(fc.double({ min: 0, max: 9.99, noNaN: true }), fc.double({ noNaN: true })), {
      minLength: 1,
    });
    fc.assert(
      fc.property(points, (unsorted) => {
        const run = unsorted.toSorted((a, b) => a[0] - b[0]);
        const extents = (list: readonly Position[]) =>
          Array.from({ length: 10 }, (_, i) => {
            const ys = list.filter(([x]) => Math.floor(x) === i).map(([, y]) => y);
            return [Math.min(...ys), Math.max(...ys)];
          });
        expect(extents(thin(run, 1))).toEqual(extents(run));
        expect(thin(run, 1).length).toBeLessThanOrEqual(40);
      }),
    );
  });
});
