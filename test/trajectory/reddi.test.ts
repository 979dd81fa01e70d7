/**
 * Adam on the problem that it fails (Reddi et al., 2018, section 5): f_t(x) = 1010x where t mod 101 = 1, else −10x, on
 * [−1, 1]. A round of 101 steps sums to 10x, so −1 is best; but Adam has forgotten the one large gradient before the
 * hundred small ones that point the other way are over.
 */

import { describe, expect, it } from 'vitest';
import { adam } from '../../src/optim/adam.ts';
import { amsgrad } from '../../src/optim/amsgrad.ts';
import type { Optimizer } from '../../src/rule/rule.ts';
import { schedule } from '../../src/rule/schedule.ts';
import { minimize } from '../../src/train/minimize.ts';

/** α/√t, as their theorems have it. */
const inverseRoot = schedule<{ readonly from: number }>({
  name: 'inverseRootOfStep',
  complete: ({ from }) => ({ from }),
  at: ({ from }, { step }) => from / Math.sqrt(step + 1),
  bounds: ({ from }) => [0, from],
});

const steps = 50_000;
const round = 101;
const options = { learningRate: inverseRoot({ from: 0.5 }), beta1: 0.9, beta2: 0.99 };

/** Every point of the last round. */
async function lastRound(optimizer: Optimizer): Promise<number[]> {
  const points: number[] = [];
  let taken = 0;
  await minimize(
    { gradient: (_, step) => [step % round === 1 ? 1010 : -10] },
    {
      start: [0],
      optimizer,
      steps,
      project: (theta) => {
        theta[0] = Math.min(1, Math.max(-1, theta[0]!));
        if (++taken > steps - round) points.push(theta[0]);
      },
    },
  );
  return points;
}

describe(`on Reddi's problem, after ${steps} steps`, () => {
  it('Adam is within 0.05 of +1, the worst point', async () => {
    expect(Math.min(...(await lastRound(adam(options))))).toBeGreaterThan(0.95);
  });

  it('AMSGrad is within 0.05 of −1, the best one', async () => {
    expect(Math.max(...(await lastRound(amsgrad(options))))).toBeLessThan(-0.95);
  });

  it("AMSGrad without bias correction, the paper's, is within 0.15 of it", async () => {
    expect(Math.max(...(await lastRound(amsgrad({ ...options, biasCorrection: false }))))).toBeLessThan(-0.85);
  });
});
