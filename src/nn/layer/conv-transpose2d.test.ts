import { describe, expect, it } from 'vitest';
import { applyLayer, ownName } from '../../../test/fixtures/nn/layer-cases.ts';
import { key, RandomStream } from '../../base/random.ts';
import { type Shape, size } from '../../base/shape.ts';
import { describe as describeModel } from '../describe.ts';
import { initialValues } from '../parameter.ts';
import { batchNorm } from './batch-norm.ts';
import { convTranspose2d } from './conv-transpose2d.ts';
import { conv2d } from './conv2d.ts';
import { sequential } from './sequential.ts';

describe('convTranspose2d', () => {
  it.each<[string, Parameters<typeof conv2d>[0] & { outputPadding?: [number, number] }, Shape]>([
    ['plain', { channels: 3, kernel: 3 }, [2, 2, 6, 5]],
    [
      'stride that leaves a rest',
      { channels: 4, kernel: [3, 2], stride: [2, 3], groups: 2, outputPadding: [1, 2] },
      [1, 2, 8, 7],
    ],
    ['same padding', { channels: 2, kernel: 4, stride: 2, padding: 'same' }, [1, 3, 6, 8]],
    ['dilation and padding', { channels: 3, kernel: 2, dilation: 3, padding: [1, 2, 0, 1] }, [1, 3, 6, 6]],
  ])(
    'is the adjoint of conv2d with the same weight, %s: ⟨conv x, y⟩ = ⟨x, convTranspose y⟩ within 1e-12',
    (_, options, shape) => {
      const stream = new RandomStream(key(9));
      const normal = (count: number) => Float64Array.from({ length: count }, () => stream.normal());
      const { outputPadding = [0, 0], ...window } = options;
      const forward = conv2d({ ...window, bias: false });
      const back = convTranspose2d({ ...window, channels: shape[1]!, bias: false, outputPadding });
      const { output, parameters } = describeModel(forward, { shape, dtype: 'float32' });
      const returned = describeModel(back, { shape: output.shape, dtype: 'float32' });
      expect(returned.output.shape).toEqual(shape);
      expect(returned.parameters[0]!.shape).toEqual(parameters[0]!.shape);
      const weight = normal(parameters[0]!.count);
      const [x, y] = [normal(size(shape)), normal(size(output.shape))];
      const product = (a: Float64Array, b: Float64Array) => a.reduce((total, value, i) => total + value * b[i]!, 0);
      const there = product(applyLayer(forward, shape, x, { weight }), y);
      const here = product(x, applyLayer(back, output.shape, y, { weight }));
      expect(Math.abs(there - here)).toBeLessThan(1e-12 * Math.max(1, Math.abs(there)));
    },
  );

  it('starts with as much signal as ReLU units give: second moment 1 of 1/2, less at the border, within 8 %', () => {
    const layer = convTranspose2d({ channels: 64, kernel: 4, stride: 2, padding: 1 });
    const shape = [1, 64, 12, 12];
    const { parameters } = describeModel(layer, { shape, dtype: 'float32' });
    expect(parameters[0]!.fan).toEqual({ fanIn: (64 * 16) / 4, fanOut: 64 * 16 });
    const started = initialValues(parameters, key(1));
    const given = Object.fromEntries([...started].map(([name, values]) => [ownName(name), values]));
    const stream = new RandomStream(key(2));
    const x = Float64Array.from({ length: size(shape) }, () => Math.max(0, stream.normal()));
    const y = applyLayer(layer, shape, x, given);
    const moment = y.reduce((total, value) => total + value * value, 0) / y.length;
    // Of 24 rows the first and the last see one input row, the others two; so do columns.
    expect(moment / (23 / 24) ** 2).toBeGreaterThan(0.92);
    expect(moment / (23 / 24) ** 2).toBeLessThan(1.08);
  });

  it('has no bias before batch normalization, and counts its work', () => {
    const model = sequential(convTranspose2d({ channels: 3, kernel: 2, stride: 2 }), batchNorm());
    const { parameters, layers } = describeModel(model, { shape: [2, 4, 5, 5], dtype: 'float32' });
    expect(parameters.map(({ name }) => name)).toEqual(['convTranspose1/weight', 'norm1/scale', 'norm1/shift']);
    expect(layers[0]!.multiplyAdds).toBe(5 * 5 * 4 * 3 * 2 * 2);
  });
});
