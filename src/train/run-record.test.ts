import { expect, it } from 'vitest';
import { readRunRecord } from './run-record.node.ts';

const record = {
  id: 'a',
  experiment: 'toy',
  status: 'done',
  seed: 7,
  versions: { dolina: '1' },
  started: '2026-01-02',
};

it('gives measures back as numbers, those that JSON has no word for too', () => {
  const metrics = { 'train/loss': 'NaN', 'validation/loss': '-Infinity', 'validation/error': 0.25 };
  expect(readRunRecord({ ...record, metrics }, 'run.json').metrics).toEqual({
    'train/loss': Number.NaN,
    'validation/loss': Number.NEGATIVE_INFINITY,
    'validation/error': 0.25,
  });
});

it('keeps fields that it does not know: a later version may have more', () => {
  expect(readRunRecord({ ...record, colour: 'blue' }, 'run.json')).toMatchObject({ ...record, colour: 'blue' });
});

it.each([
  [null, 'it holds no object'],
  [{ ...record, id: 3 }, 'id is 3'],
  [{ ...record, status: 'fine' }, 'status is "fine"'],
  [{ ...record, seed: undefined }, 'seed is undefined'],
  [{ ...record, engine: 'cpu' }, 'engine is "cpu"'],
  [{ ...record, step: '9' }, 'step is "9"'],
  [{ ...record, metrics: { 'train/loss': 'much' } }, 'metrics has train/loss: "much"'],
])('refuses %j', (value, message) => {
  expect(() => readRunRecord(value, 'x/run.json')).toThrow(`run.json is damaged: ${message} (x/run.json)`);
});
