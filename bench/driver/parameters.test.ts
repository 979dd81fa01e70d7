import { expect, test } from 'vitest';
import { cnn2c2d } from '../workloads/cnn-2c2d.mjs';
import { lstm } from '../workloads/lstm.mjs';
import { resnet20 } from '../workloads/resnet20-64.mjs';
import { transformer } from '../workloads/transformer.mjs';
import { outputShapeOf, parametersOf, sizeOf, symbolsOf } from './parameters.mjs';

test('2c2d has the parameters that its layers say, one behind the other', () => {
  const parameters = parametersOf(cnn2c2d);
  expect(parameters.map(({ name, shape }) => [name, ...shape])).toEqual([
    ['0.weight', 32, 1, 5, 5],
    ['0.bias', 32],
    ['3.weight', 64, 32, 5, 5],
    ['3.bias', 64],
    ['7.weight', 3136, 1024],
    ['7.bias', 1024],
    ['9.weight', 1024, 10],
    ['9.bias', 10],
  ]);
  let end = 0;
  for (const { offset, shape } of parameters) {
    expect(offset).toBe(end);
    end += sizeOf(shape);
  }
  expect(parameters[4].input).toEqual([64, 7, 7]);
});

test('ResNet-20 has the 0.27 M parameters of the paper and those of its two projections', () => {
  const parameters = parametersOf(resnet20);
  const projections = 16 * 32 + 2 * 32 + 32 * 64 + 2 * 64;
  const counted = parameters.reduce((total, { shape }) => total + sizeOf(shape), 0);
  expect(counted - projections).toBe(269_722);
  expect(outputShapeOf(resnet20)).toEqual([10]);
  expect(parameters.filter(({ name }) => name.startsWith('9.')).map(({ name, shape }) => [name, ...shape])).toEqual([
    ['9.body.0.weight', 32, 16, 3, 3],
    ['9.body.1.scale', 32],
    ['9.body.1.shift', 32],
    ['9.body.3.weight', 32, 32, 3, 3],
    ['9.body.4.scale', 32],
    ['9.body.4.shift', 32],
    ['9.projection.0.weight', 32, 16, 1, 1],
    ['9.projection.1.scale', 32],
    ['9.projection.1.shift', 32],
  ]);
});

test('sequences: a label and a vector of scores for every step, and parameters as the model of Dolina has them', () => {
  expect(outputShapeOf(lstm)).toEqual([64, 65]);
  expect(symbolsOf(lstm)).toBe(65);
  expect(symbolsOf(cnn2c2d)).toBeUndefined();
  const count = (network: Parameters<typeof parametersOf>[0]) =>
    parametersOf(network).reduce((total, { shape }) => total + sizeOf(shape), 0);
  expect(count(lstm)).toBe(65 * 64 + (64 + 256 + 1) * 1024 + (256 + 1) * 65);
  const block = 2 * 2 * 256 + (256 + 1) * 4 * 256 + (256 + 1) * 1024 + (1024 + 1) * 256;
  expect(count(transformer)).toBe((65 + 128) * 256 + 4 * block + 2 * 256 + (256 + 1) * 65);
});
