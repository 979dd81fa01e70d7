import { describe, expect, it } from 'vitest';
import { chain, part } from './chain.ts';
import { add, mul } from './expression.ts';
import { required } from './rule.ts';
import { createUpdater } from './updater.ts';

const trace = part({
  slots: { m: 0 },
  hyper: { decay: 0.5 },
  transform: ({ direction, m, decay }) => {
    const m1 = add(mul(decay, m), direction);
    return { m: m1, direction: m1 };
  },
});
const pull = part({
  hyper: { weightDecay: 0.1 },
  transform: ({ direction, theta, weightDecay }) => ({ direction: add(direction, mul(weightDecay, theta)) }),
});
const scale = part({
  hyper: { learningRate: required },
  transform: ({ direction, learningRate }) => ({ direction: mul(learningRate, direction) }),
});

describe('chain', () => {
  it('runs its parts in order in one kernel: values by hand over two steps within 1e-15', () => {
    const decayFirst = chain({ name: 'decayFirst', parts: [pull, trace, scale] });
    const decayLast = chain({ name: 'decayLast', parts: [trace, pull, scale] });
    const run = (optimizer: ReturnType<typeof decayFirst>) => {
      const updater = createUpdater({ optimizer, parameters: [{ name: 'w', size: 1 }], executor: 'float64' });
      const [theta, gradient] = [updater.arena.view('theta', 'w'), updater.arena.view('gradient', 'w')];
      theta[0] = 2;
      for (const step of [1, 2]) {
        gradient[0] = step;
        updater.step({ step, hyper: { learningRate: 0.1, decay: 0.5, weightDecay: 0.25 } });
      }
      expect(updater.kernelRuns()).toBe(2);
      return theta[0]!;
    };
    // m: 1 + 0.5 = 1.5; θ: 1.85; m: 0.75 + 2 + 0.4625 = 3.2125; θ: 1.85 − 0.32125.
    expect(Math.abs(run(decayFirst({ learningRate: 0.1 })) - 1.52875)).toBeLessThan(1e-15);
    // m: 1; θ: 2 − 0.1 (1 + 0.5) = 1.85; m: 2.5; θ: 1.85 − 0.1 (2.5 + 0.4625).
    expect(Math.abs(run(decayLast({ learningRate: 0.1 })) - 1.55375)).toBeLessThan(1e-15);
  });

  it('describes itself by the options of all parts, with defaults of its own first', () => {
    const own = chain({ name: 'own', hyper: { learningRate: 0.25 }, parts: [trace, scale] });
    expect(Object.entries(own())).toEqual([
      ['optimizer', 'own'],
      ['learningRate', 0.25],
      ['decay', 0.5],
    ]);
  });

  it('refuses two parts that would share a slot, or a hyper-parameter with two meanings', () => {
    expect(() => chain({ name: 'odd', parts: [trace, trace] })).toThrow(
      /two parts have "m" among their slots \(chain odd\)/,
    );
    const other = part({ hyper: { learningRate: 0.5 }, transform: ({ direction }) => ({ direction }) });
    expect(() => chain({ name: 'odd', parts: [scale, other] })).toThrow(/"learningRate" among their hyper/);
  });
});
