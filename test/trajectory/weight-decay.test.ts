/** Weight decay of each kind: its fixtures tell the kinds apart, and where two kinds are one, they are. */

import { describe, expect, it } from 'vitest';
import { type Course, completed, distance, follow, readCases } from './follow.ts';

const cases = readCases();
const kinds = ['l2', 'decoupledByRate', 'decoupledBySchedule'];
const find = (name: string) => cases.find((one) => one.name === name)!;

describe.each(['sgd', 'momentum', 'adam', 'adamw'])('the fixtures of decay on %s', (optimizer) => {
  it.each(['quadratic', 'rosenbrock', 'network'])('differ by kind by more than 1e-3 on %s', (problem) => {
    for (const rate of ['constant', 'decayed']) {
      const trajectories = kinds.map((kind) => find(`${optimizer}, ${kind}, ${rate}, ${problem}`).trajectory);
      const pairs = [
        [0, 1],
        [0, 2],
        [1, 2],
      ] as const;
      for (const [a, b] of pairs) {
        // A penalty in the gradient of SGD is decay by the rate.
        const one = optimizer === 'sgd' && a === 0 && b === 1;
        if (one) expect(distance(trajectories[a]!, trajectories[b]!)).toBeLessThan(1e-13);
        else expect(distance(trajectories[a]!, trajectories[b]!)).toBeGreaterThan(1e-3);
      }
    }
  });
});

describe('weight decay', () => {
  const course = (optimizer: object): Course => ({
    ...{ problem: 'network', start: find('sgd, l2, constant, network').start, clip: null, steps: 60 },
    optimizer: { optimizer: 'adam', learningRate: 0.02, ...optimizer },
  });
  const rows = (optimizer: object) => follow(course(optimizer), 'float64').rows;

  it('by the schedule, under a constant rate ε, is decay by the rate with λ/ε, within 1e-14', () => {
    const bySchedule = rows({ weightDecay: 0.01, weightDecayKind: 'decoupledBySchedule' });
    const byRate = rows({ weightDecay: 0.5, weightDecayKind: 'decoupledByRate' });
    expect(distance(bySchedule, byRate)).toBeLessThan(1e-14);
    expect(distance(rows({}), byRate)).toBeGreaterThan(1e-2);
  });

  it('by the schedule does not move when the rate and its schedule are halved, but for the step', () => {
    const still = { epsilon: 1e9, weightDecay: 0.01, weightDecayKind: 'decoupledBySchedule' };
    const decay = (from: number) => ({ schedule: 'linearDecay', from, to: from / 4, over: { steps: 30 } });
    const [one, half] = [0.02, 0.01].map((from) => rows({ ...still, learningRate: decay(from) }));
    expect(distance(one!, half!)).toBeLessThan(1e-9);
    expect(distance(one!, rows({ epsilon: 1e9 }))).toBeGreaterThan(1e-2);
  });

  it('of 0 is no decay, to the bit', () => {
    for (const weightDecayKind of kinds) expect(rows({ weightDecay: 0, weightDecayKind })).toEqual(rows({}));
  });

  it('is data: a description has it, and its kind, where there is some', () => {
    expect(completed(course({}))).not.toHaveProperty('weightDecay');
    const l2 = { weightDecay: 0.1, weightDecayKind: 'l2' };
    expect(completed(course({ weightDecay: 0.1 }))).toMatchObject(l2);
  });
});
