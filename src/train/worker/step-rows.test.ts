import { expect, it } from 'vitest';
import type { StepEvent } from '../event.ts';
import { createStepRows, tellStepRows } from './step-rows.ts';

const step = (number: number, changes: Partial<StepEvent> = {}): StepEvent => ({
  ...{ type: 'step', step: number, steps: 9, epochs: 3, epoch: number / 3, examples: 2 * number, time: 0.1 * number },
  ...{ loss: 1 / number, measures: { error: Number.NaN }, hyper: { learningRate: 0.1, momentum: -0 } },
  ...{ gradientNorm: Number.POSITIVE_INFINITY, clipped: 1 },
  ...changes,
});

it('gives back every number of many steps, NaN, infinities and −0 among them, in order', () => {
  const rows = createStepRows();
  const events = Array.from({ length: 500 }, (_, i) => step(i + 1));
  for (const event of events) expect(rows.add(event)).toBe(true);
  const told: StepEvent[] = [];
  tellStepRows(structuredClone(rows.take()!), (event) => told.push(structuredClone(event)));
  expect(told).toEqual(events);
  expect(rows.take()).toBeUndefined();
});

it.each<[string, Partial<StepEvent>]>([
  ['another name', { measures: { accuracy: 1 } }],
  ['one more', { hyper: { learningRate: 0.1, momentum: 0.9, weightDecay: 0 } }],
  ['one less', { hyper: { learningRate: 0.1 } }],
  ['none', { measures: {} }],
])('refuses a step with %s than those before it, until they are taken', (_, changes) => {
  const rows = createStepRows();
  rows.add(step(1));
  expect(rows.add(step(2, changes))).toBe(false);
  const told: StepEvent[] = [];
  tellStepRows(rows.take()!, (event) => told.push(structuredClone(event)));
  expect(rows.add(step(2, changes))).toBe(true);
  tellStepRows(rows.take()!, (event) => told.push(structuredClone(event)));
  expect(told).toEqual([step(1), step(2, changes)]);
});
