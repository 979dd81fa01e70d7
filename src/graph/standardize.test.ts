import { describe, expect, it } from 'vitest';
import { distance } from '../../test/graph/distance.ts';
import { add, div, sqrt, sub } from './elementwise.ts';
import { mean, variance } from './reduction.ts';
import { type StandardizeOptions, standardize } from './standardize.ts';
import type { Tensor } from './tensor.ts';
import { trace } from './trace.ts';

const traced = (build: (x: Tensor) => Tensor) =>
  trace({ x: { shape: [3, 4, 5], dtype: 'float32' } }, ({ x }) => ({ y: build(x!) }));

describe('standardize', () => {
  it('is (x − μ)/√(σ² + ε) over any axes', () => {
    for (const axes of [[2], [1, 2], [0], [1], [0, 2], [0, 1, 2]]) {
      const formula = traced((x) =>
        div(sub(x, mean(x, axes, { keepDims: true })), sqrt(add(variance(x, axes, { keepDims: true }), 0.25))),
      );
      expect(
        distance(
          formula,
          traced((x) => standardize(x, axes, { epsilon: 0.25 })),
        ),
      ).toBeLessThan(1e-12);
    }
  });

  it('refuses an epsilon that is not positive, an option it does not know, an axis that is not there, and rows of nothing', () => {
    const refused = (options: object, axes: number = -1, shape = [2, 3]) => {
      const call = () =>
        trace({ x: { shape, dtype: 'float32' } }, ({ x }) => ({
          y: standardize(x!, axes, options as StandardizeOptions),
        }));
      return expect(call);
    };
    refused({ epsilon: 0 }).toThrow(/epsilon/);
    refused({ eps: 1 }).toThrow(/epsilon/);
    refused({}, 2).toThrow(/axis 2/);
    refused({}, -1, [2, 0]).toThrow(/no element/);
    refused({}, 0, [0, 2]).toThrow(/no element/);
  });
});
