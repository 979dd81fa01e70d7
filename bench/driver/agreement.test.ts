import { expect, test } from 'vitest';
import { agreement } from './agreement.mjs';

const verdicts = (values: Record<string, number[]>) =>
  Object.fromEntries([...agreement(new Map(Object.entries(values)))].map(([system, { agrees }]) => [system, agrees]));

test('the one that strays by more than 1e-3 is named, not the others', () => {
  expect(verdicts({ a: [2.3, 2.1], b: [2.3, 2.1005], c: [2.3, 2.11] })).toEqual({ a: true, b: true, c: false });
});

test('two that differ are both in doubt', () => {
  expect(verdicts({ a: [1], b: [1.01] })).toEqual({ a: false, b: false });
});

test('NaN agrees with nothing, itself included, and hides no other', () => {
  expect(verdicts({ a: [Number.NaN], b: [1], c: [1] })).toEqual({ a: false, b: true, c: true });
  expect(verdicts({ a: [Number.NaN] })).toEqual({ a: false });
});

test('a slow system may give fewer numbers, but not none', () => {
  expect(verdicts({ a: [3, 2, 1], b: [3, 2], c: [] })).toEqual({ a: true, b: true, c: false });
});
