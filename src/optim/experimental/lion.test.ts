import { describe, expect, it } from 'vitest';
import { hyperAt } from '../../rule/rule.ts';
import { createUpdater } from '../../rule/updater.ts';
import { lion } from './lion.ts';

const hyper = (optimizer: ReturnType<typeof lion>) =>
  hyperAt(optimizer, { step: 0, epoch: 0, examples: 0, fraction: 0 });

function follow(optimizer: ReturnType<typeof lion>, scale: number) {
  const updater = createUpdater({ optimizer, parameters: [{ name: 'x', size: 3 }] });
  const theta = updater.arena.view('theta', 'x');
  return Array.from({ length: 40 }, (_, done) => {
    const gradient = [1, -2, 3].map((x, i) => scale * (x + 4 * Math.sin(done * (i + 1))));
    updater.arena.view('gradient', 'x').set(gradient);
    updater.step({ step: done + 1, hyper: hyper(optimizer) });
    return Array.from(theta);
  });
}

describe('lion', () => {
  it("has the authors' defaults, and speaks of decay only where there is some", () => {
    expect(lion()).toEqual({ optimizer: 'lion', learningRate: 1e-4, beta1: 0.9, beta2: 0.99 });
    expect(lion({ weightDecay: 1 })).toMatchObject({ weightDecay: 1, weightDecayKind: 'decoupledByRate' });
  });

  it('moves every element by the rate exactly, and by nothing under a gradient of 0', () => {
    const rate = 0.125;
    const rows = follow(lion({ learningRate: rate }), 1);
    const zero: readonly number[] = [0, 0, 0];
    rows.forEach((row, k) => {
      row.forEach((value, i) => {
        expect(Math.abs(value - (rows[k - 1] ?? zero)[i]!)).toBe(rate);
      });
    });
    expect(follow(lion({ learningRate: rate }), 0).at(-1)).toEqual(zero);
  });

  it('goes the same way to the bit when the loss is multiplied by 1024', () => {
    expect(follow(lion({ learningRate: 0.1 }), 1024)).toEqual(follow(lion({ learningRate: 0.1 }), 1));
  });
});
