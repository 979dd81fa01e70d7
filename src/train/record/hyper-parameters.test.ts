import { expect, it } from 'vitest';
import { hyperParametersOf } from './hyper-parameters.ts';

it('names numbers, texts and flags by their path; lists of them are one text, lists of objects are left out', () => {
  const config = {
    ...{ name: 'x', seed: 3, dropLast: false, clip: undefined, data: { csv: 'a.csv', inputs: ['b', 1] } },
    ...{ optimizer: { optimizer: 'adam', learningRate: { schedule: 'constant', value: 0.5 } } },
    ...{ model: { layer: 'sequential', layers: [{ layer: 'relu' }] }, engine: { name: 'cpu', threads: 2 } },
  };
  expect(hyperParametersOf(config)).toEqual({
    ...{ name: 'x', seed: 3, dropLast: false, 'data.csv': 'a.csv', 'data.inputs': '["b",1]' },
    ...{ 'optimizer.optimizer': 'adam', 'optimizer.learningRate.schedule': 'constant' },
    ...{ 'optimizer.learningRate.value': 0.5, 'model.layer': 'sequential' },
  });
});
