import { expect, test } from 'vitest';
import { checkout, systems } from '../systems/table.mjs';
import { workloads } from '../workloads/table.mjs';
import { readArguments, UsageError } from './arguments.mjs';

const read = (...args: string[]) => readArguments(args, { workloads, systems });

test('without names, everything is measured', () => {
  expect(read().workloads).toBe(workloads);
  expect(read().systems).toBe(systems);
});

test('a workload named twice is measured once', () => {
  expect(read('tiny', 'tiny').workloads.map(({ name }) => name)).toEqual(['tiny']);
});

test('another checkout is a system of its own, and must be built', () => {
  expect(read('--beside', '../before').beside).toBe('../before');
  expect(() => checkout('/nowhere/before')).toThrow(
    /\/nowhere\/before\/bench\/systems\/dolina\.mjs is not there.*npm run build/,
  );
});

test.each([
  [['cnn-2c2'], /unknown workload "cnn-2c2"\. Did you mean "cnn-2c2d"\?/],
  [['--systems', 'jaxjs'], /unknown system "jaxjs"\. Did you mean "jax-js"\?/],
  [['--jsn', 'x'], /unknown option "jsn"\. Did you mean "json"\?/],
  [['--seconds', '0'], /--seconds is "0"/],
  [['--seconds=soon'], /--seconds is "soon"/],
])('%j is refused with what was meant', (args, message) => {
  expect(() => read(...args)).toThrow(UsageError);
  expect(() => read(...args)).toThrow(message);
});
