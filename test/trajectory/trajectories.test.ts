/** Every optimizer, step by step, against the fixtures of test/fixtures/optim/trajectories. */

import { describe, expect, it } from 'vitest';
import { optimizers } from '../../src/optim/optimizers.ts';
import { isSchedule } from '../../src/rule/schedule.ts';
import { completed, distance, float32Tolerance, follow, followOnnx, kept, kernelRunsOf, readCases } from './follow.ts';
import { problemsOfAll } from './problems.ts';

const cases = readCases();

/** Numbers without which an option does nothing. */
const broughtBy: Readonly<Record<string, readonly string[]>> = { hasMomentum: ['momentum'] };

describe.each(cases)('$name (against $source)', (one) => {
  const within = one.float32Tolerance ?? float32Tolerance;

  it('follows the reference within 1e-12 in float64', () => {
    expect(distance(kept(one, follow(one, 'float64').rows), one.trajectory)).toBeLessThan(1e-12);
  });

  it(`follows it within ${within} in the WebAssembly kernel, which counts its runs`, () => {
    const { rows, kernelRuns } = follow(one, 'wasm');
    expect(distance(kept(one, rows), one.trajectory)).toBeLessThan(within);
    expect(kernelRuns).toBe(kernelRunsOf(one));
  });

  it(`follows it within ${within} in float32 JavaScript`, () => {
    expect(distance(kept(one, follow(one, 'js').rows), one.trajectory)).toBeLessThan(within);
  });

  it(`follows it within ${within} as ONNX nodes in ONNX Runtime`, async () => {
    expect(distance(kept(one, await followOnnx(one)), one.trajectory)).toBeLessThan(within);
  });
});

const described = cases.map((one) => ({ one, description: completed(one) }));

/** The names of options in which two descriptions of one optimizer differ. */
function differences(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(a).filter((name) => JSON.stringify(a[name]) !== JSON.stringify(b[name]));
}

describe.each(optimizers.map(({ definition }) => ({ name: definition.name, definition })))(
  'the fixtures of $name',
  ({ name, definition }) => {
    const own = described.filter(({ description }) => description.optimizer === name);

    it('have at least 50 steps', () => {
      for (const { one } of own) expect(one.steps).toBeGreaterThanOrEqual(50);
    });

    const values = Object.entries(definition.choices).flatMap(([option, known]) =>
      known.map((value) => ({ option, value })),
    );
    it.each([{ option: 'optimizer', value: name }, ...values])(
      'have $option: $value on every problem, under a constant and a scheduled rate',
      ({ option, value }) => {
        const rates = (problem: string) =>
          own
            .filter(({ one, description }) => one.problem === problem && description[option] === value)
            .map(({ description }) => isSchedule(description.learningRate));
        for (const problem of problemsOfAll) expect(new Set(rates(problem))).toEqual(new Set([true, false]));
      },
    );

    // A wrong formula for an option would pass where the option moves nothing.
    const alternatives = Object.entries(definition.choices).flatMap(([option, known]) =>
      known.flatMap((a, i) => known.slice(i + 1).map((b) => ({ option, a, b }))),
    );
    it.each(alternatives)('tell $option: $a from $b by more than 1e-3', ({ option, a, b }) => {
      const moved = new Set([option, ...(broughtBy[option] ?? [])]);
      const distances = own.flatMap(({ one, description }) => {
        if (description[option] !== a) return [];
        const others = own.filter(
          (other) =>
            other.one.problem === one.problem &&
            JSON.stringify(other.one.clip) === JSON.stringify(one.clip) &&
            other.description[option] === b &&
            differences(description, other.description).every((name) => moved.has(name)),
        );
        return others.map((other) => distance(other.one.trajectory, one.trajectory));
      });
      expect(Math.max(0, ...distances)).toBeGreaterThan(1e-3);
    });

    const hyper = Object.keys(definition.hyper);
    it.each(hyper.map((option) => ({ option })))('have more than one value of $option', ({ option }) => {
      const given = new Set(own.map(({ description }) => JSON.stringify(description[option])));
      expect(given.size).toBeGreaterThan(1);
    });
  },
);

describe('the fixtures', () => {
  it('tell every optimizer from every other on every problem by more than 1e-3, at one rate', () => {
    for (const [i, a] of described.entries()) {
      for (const b of described.slice(i + 1)) {
        const plain = [a, b].every(({ one }) => Object.keys(one.optimizer as object).length === 2 && one.clip === null);
        const sameRate = JSON.stringify(a.description.learningRate) === JSON.stringify(b.description.learningRate);
        if (!plain || !sameRate || a.one.problem !== b.one.problem) continue;
        expect([a.one.name, b.one.name, distance(a.one.trajectory, b.one.trajectory) > 1e-3]).toContain(true);
      }
    }
  });
});
