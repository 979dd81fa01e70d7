import { describe, expect, it } from 'vitest';
import { mul, sub } from './expression.ts';
import { required, rule } from './rule.ts';
import { createUpdater } from './updater.ts';

const optimizer = rule({
  ...{ name: 'plain', slots: {}, hyper: { learningRate: required } },
  update: ({ theta, g, learningRate: ε }) => ({ theta: sub(theta, mul(ε, g)) }),
})({ learningRate: 0.1 });
const parameters = [
  { name: 'a', size: 5 },
  { name: 'b', size: 33 },
];
const gradientOf = (batch: number, size: number) =>
  Array.from({ length: size }, (_, i) => Math.fround(Math.sin(7 * batch + i)));

describe.each(['wasm', 'js', 'float64'] as const)('an updater on %s', (executor) => {
  const tolerance = executor === 'float64' ? 1e-15 : 1e-6;

  it('accumulates weighted gradients to that of the large batch, and starts anew', () => {
    const updater = createUpdater({ optimizer, parameters, executor, accumulates: true });
    // Minibatches of 4, 4 and 2 examples.
    const weights = [0.4, 0.4, 0.2];
    for (const round of [0, 10]) {
      weights.forEach((weight, batch) => {
        for (const { name, size } of parameters) {
          updater.arena.view('gradient', name).set(gradientOf(round + batch, size));
        }
        if (batch < 2) updater.accumulate(weight);
        else updater.collect(weight);
      });
      for (const { name, size } of parameters) {
        const rows = weights.map((_, batch) => gradientOf(round + batch, size));
        updater.arena.view('gradient', name).forEach((value, i) => {
          const mean = weights.reduce((sum, weight, batch) => sum + weight * rows[batch]![i]!, 0);
          expect(Math.abs(value - mean)).toBeLessThan(tolerance);
        });
        expect(updater.arena.view('accumulated', name).every((x) => x === 0)).toBe(true);
      }
    }
  });

  it('moves the average towards theta, or onto it to the bit under a weight of 1', () => {
    const updater = createUpdater({ optimizer, parameters, executor, averages: true });
    const theta = updater.arena.view('theta', 'b');
    theta.set(gradientOf(1, 33));
    updater.average(1);
    const average = updater.arena.view('average', 'b');
    expect(average).toEqual(theta);
    const expected = Array.from(average);
    for (const weight of [0.5, 0.1, 0.001]) {
      theta.set(gradientOf(1000 * weight, 33));
      updater.average(weight);
      expected.forEach((value, i) => {
        expected[i] = value + weight * (theta[i]! - value);
      });
      average.forEach((value, i) => {
        expect(Math.abs(value - expected[i]!)).toBeLessThan(tolerance);
      });
    }
    const before = Array.from(average);
    updater.average(0);
    expect(Array.from(average)).toEqual(before);
    theta.set(gradientOf(5, 33));
    average[0] = 1e9;
    updater.average(1);
    expect(average).toEqual(theta);
  });

  it('has neither where it was not asked for, and says by which option', () => {
    const updater = createUpdater({ optimizer, parameters, executor });
    expect(updater.arena.regions).toEqual(['theta', 'gradient']);
    expect(() => updater.accumulate(1)).toThrow(/accumulate was not asked for.*accumulates: true/);
    expect(() => updater.collect(1)).toThrow(/accumulates: true/);
    expect(() => updater.average(1)).toThrow(/averages: true/);
  });
});
