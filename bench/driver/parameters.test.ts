import { expect, test } from 'vitest';
import { cnn2c2d } from '../workloads/cnn-2c2d.mjs';
import { parametersOf, sizeOf } from './parameters.mjs';

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
