import { expect, it, describe as suite } from 'vitest';
import { describe } from './describe.ts';
import { averagePool2d } from './layer/average-pool2d.ts';
import { conv2d } from './layer/conv2d.ts';
import { dense } from './layer/dense.ts';
import { dropout } from './layer/dropout.ts';
import { flatten } from './layer/flatten.ts';
import { maxPool2d } from './layer/max-pool2d.ts';
import { relu } from './layer/relu.ts';
import { sequential } from './layer/sequential.ts';

suite('describe', () => {
  const images = { shape: [128, 1, 28, 28], dtype: 'float32' } as const;

  it('counts the network of two convolutions and two dense layers as one does by hand', () => {
    const block = (channels: number) => [conv2d({ channels, kernel: 5, padding: 'same' }), relu(), maxPool2d(2)];
    const model = sequential(...block(32), ...block(64), flatten(), dense(1024), relu(), dense(10));
    const { layers, parameterCount, multiplyAdds, output } = describe(model, images);
    expect(parameterCount).toBe(3_274_634);
    expect(output).toEqual({ shape: [128, 10], dtype: 'float32' });
    expect(layers.map(({ name, kind, parameters, multiplyAdds }) => [name, kind, parameters, multiplyAdds])).toEqual([
      ['conv1', 'conv2d', 25 * 32 + 32, 28 * 28 * 32 * 25],
      ['relu1', 'relu', 0, 0],
      ['maxPool1', 'maxPool2d', 0, 0],
      ['conv2', 'conv2d', 25 * 32 * 64 + 64, 14 * 14 * 64 * 25 * 32],
      ['relu2', 'relu', 0, 0],
      ['maxPool2', 'maxPool2d', 0, 0],
      ['flatten1', 'flatten', 0, 0],
      ['dense1', 'dense', 3136 * 1024 + 1024, 3136 * 1024],
      ['relu3', 'relu', 0, 0],
      ['dense2', 'dense', 10_250, 10_240],
    ]);
    expect(multiplyAdds).toBe(28 * 28 * 32 * 25 + 14 * 14 * 64 * 25 * 32 + 3136 * 1024 + 10_240);
    expect(layers.map((row) => row.output)).toContainEqual([128, 64, 14, 14]);
  });

  it('counts a grouped convolution by what each output truly sums', () => {
    const { multiplyAdds } = describe(conv2d({ channels: 6, kernel: 3, groups: 3 }), {
      shape: [2, 6, 5, 5],
      dtype: 'float32',
    });
    expect(multiplyAdds).toBe(9 * 6 * 9 * 2);
  });

  it('tells the masks of training, and none without', () => {
    const model = sequential(flatten(), dropout(0.25), dense(1));
    expect(describe(model, images).masks).toEqual([
      { name: 'dropout1/keep', shape: [128, 784], keepProbability: 0.75 },
    ]);
    expect(describe(model, images, { training: false }).masks).toEqual([]);
  });

  it('counts what a model function declares outside of layers in the totals', () => {
    const { layers, parameterCount } = describe((scope, x) => scope.apply(dense(3), scope.apply(flatten(), x)), {
      shape: [1, 4],
      dtype: 'float32',
    });
    expect(parameterCount).toBe(15);
    expect(layers.map(({ name }) => name)).toEqual(['flatten1', 'dense1']);
  });

  it('is plain data that prints to JSON', () => {
    const description = describe(sequential(averagePool2d(2), flatten(), dense(2)), images);
    expect(JSON.parse(JSON.stringify(description))).toEqual(description);
  });
});
