import { describe, expect, it } from 'vitest';
import { adam } from '../optim/adam.ts';
import { adamw } from '../optim/adamw.ts';
import { momentum } from '../optim/momentum.ts';
import { sgd } from '../optim/sgd.ts';
import { type Combination, combinationOf } from './combination.ts';
import { programsOf } from './program.ts';
import type { Optimizer } from './rule.ts';
import { createUpdater } from './updater.ts';

const formOf = (optimizer: Optimizer) => combinationOf(programsOf(optimizer).update);

describe('combinationOf', () => {
  it('finds θ and the gradient in gradient descent, and their factors in the uniforms', () => {
    const form = formOf(sgd({ learningRate: 0.5 }))!;
    expect([form.target, form.other]).toEqual(['theta', 'gradient']);
    const factors = new Float32Array(2);
    form.coefficients([0.5], factors);
    expect(Array.from(factors)).toEqual([1, -0.5]);
  });

  it('finds none where there are slots, or more than a multiple of each', () => {
    expect(formOf(momentum({ learningRate: 0.1 }))).toBeUndefined();
    expect(formOf(adam())).toBeUndefined();
    expect(formOf(adamw())).toBeUndefined();
    expect(formOf(sgd({ learningRate: 0.1, weightDecay: 0.1 }))).toBeUndefined();
  });
});

describe('an updater that is given a way to combine', () => {
  const parameters = [3, 20, 5].map((size, i) => ({ name: `p${i}`, size }));
  const hyper = { learningRate: 0.5, weightDecay: 0.25 };
  const started = (asked: Combination[]) => {
    const updater = createUpdater({
      ...{ optimizer: sgd({ learningRate: 0.5, weightDecay: 0.25, weightDecayKind: 'decoupledByRate' }), parameters },
      // The float64 meaning of the task, and the kernel untouched.
      combine: (task) => {
        asked.push(task);
        const { rows, coefficients } = task;
        const columns = rows.length / 2;
        for (let i = 0; i < columns; i++) {
          rows[i] = coefficients[0]! * rows[i]! + coefficients[1]! * rows[columns + i]!;
        }
        return Promise.resolve();
      },
    });
    for (const [i, { name }] of parameters.entries()) {
      updater.arena.view('theta', name).fill(8 * (i + 1));
      updater.arena.view('gradient', name).fill(i - 1);
    }
    return updater;
  };
  const thetas = ({ arena }: ReturnType<typeof started>) => parameters.map(({ name }) => arena.view('theta', name)[0]);

  it('asks it to step all parameters at once: θ ← (1 − ελ)θ − εg', async () => {
    const asked: Combination[] = [];
    const updater = started(asked);
    await updater.step({ step: 1, hyper });
    expect(thetas(updater)).toEqual([7 + 0.5, 14, 21 - 0.5]);
    expect(asked).toHaveLength(1);
    expect(updater.kernelRuns()).toBe(0);
    for (const { name, size } of parameters) expect(updater.arena.view('theta', name)).toHaveLength(size);
  });

  it('steps by the kernel where parameters are treated in different ways or frozen', () => {
    const asked: Combination[] = [];
    const updater = started(asked);
    updater.controls[1]!.hyper = { learningRate: 0, weightDecay: 0 };
    expect(updater.step({ step: 1, hyper })).toBeUndefined();
    expect(thetas(updater)).toEqual([7.5, 16, 20.5]);
    updater.controls[1]!.hyper = undefined;
    updater.controls[2]!.trainable = false;
    expect(updater.step({ step: 2, hyper })).toBeUndefined();
    expect(thetas(updater)).toEqual([0.875 * 7.5 + 0.5, 14, 20.5]);
    expect(asked).toEqual([]);
  });
});
