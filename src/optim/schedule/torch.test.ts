/** The schedules beside PyTorch's, whose values stand in test/fixtures/schedule with the script that computed them. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Schedule, valueAt } from '../../rule/schedule.ts';
import { readSchedule } from '../read.ts';
import { firstPosition } from './duration.ts';

interface Row {
  readonly name: string;
  readonly schedule: Schedule;
  readonly values: readonly number[];
}

const url = new URL('../../../test/fixtures/schedule/schedules.json', import.meta.url);
const fixtures = JSON.parse(readFileSync(url, 'utf8')) as {
  readonly steps: readonly Row[];
  readonly fractional: readonly (Row & { readonly stepsPerEpoch: number })[];
  readonly plateaus: readonly (Row & { readonly losses: readonly number[] })[];
};

describe.each(fixtures.steps)('$name', ({ schedule, values }) => {
  it('is our $schedule.schedule at every step, within 1e-14', () => {
    const ours = readSchedule(schedule);
    values.forEach((value, step) => {
      expect(Math.abs(valueAt(ours, { ...firstPosition, step }) - value)).toBeLessThan(1e-14);
    });
  });
});

describe.each(fixtures.fractional)('CosineAnnealingWarmRestarts with step(epoch + i/n)', (row) => {
  it('is our warmRestarts in decimal epochs, within 1e-14', () => {
    const ours = readSchedule(row.schedule);
    expect(row.values.length).toBe(140);
    row.values.forEach((value, step) => {
      const epoch = step / row.stepsPerEpoch;
      expect(Math.abs(valueAt(ours, { ...firstPosition, step, epoch }) - value)).toBeLessThan(1e-14);
    });
  });
});

describe.each(fixtures.plateaus)('ReduceLROnPlateau, case %#', ({ schedule, losses, values }) => {
  it('is our reduceOnPlateau with one more of patience after every evaluation, within 1e-15', () => {
    const ours = readSchedule(schedule);
    const evaluations = losses.map((loss, i) => ({ epoch: i + 1, measures: { 'validation/loss': loss } }));
    expect(new Set(values).size).toBeGreaterThan(2);
    values.forEach((value, epoch) => {
      const sofar = { ...firstPosition, epoch, evaluations: evaluations.slice(0, epoch) };
      expect(Math.abs(valueAt(ours, sofar) - value)).toBeLessThan(1e-15);
      // A longer history does not reach back.
      expect(valueAt(ours, { ...firstPosition, epoch, evaluations })).toBe(valueAt(ours, sofar));
    });
  });
});
