import { expect, it } from 'vitest';
import { epochs, steps } from '../../optim/schedule/duration.ts';
import { type CheckpointPolicyOptions, isDue, readCheckpointPolicy } from './policy.ts';

const at = (step: number) => ({ step, epoch: step / 7, examples: 10 * step, fraction: step / 70 });

/** Steps of a run of 7 steps an epoch after which it is due; a step takes a second. */
function dueSteps(options: CheckpointPolicyOptions, last: number): number[] {
  const policy = readCheckpointPolicy(options);
  const due: number[] = [];
  for (let step = 1; step <= last; step++) {
    const now = { position: at(step), seconds: step };
    if (isDue(policy, at(step - 1), now, due.at(-1) ?? 0)) due.push(step);
  }
  return due;
}

it('is due at whole multiples of its intervals, in any unit, and of the first of several', () => {
  expect(dueSteps({ every: steps(5) }, 21)).toEqual([5, 10, 15, 20]);
  expect(dueSteps({ every: epochs(1) }, 21)).toEqual([7, 14, 21]);
  expect(dueSteps({ every: epochs(0.5) }, 15)).toEqual([4, 7, 11, 14]);
  expect(dueSteps({ every: [steps(6), { epochs: 1 }] }, 15)).toEqual([6, 7, 12, 14]);
});

it('counts minutes from the last checkpoint', () => {
  expect(dueSteps({ every: { minutes: 0.1 } }, 20)).toEqual([6, 12, 18]);
  expect(dueSteps({ every: [{ minutes: 0.1 }, epochs(1)] }, 21)).toEqual([6, 7, 13, 14, 20, 21]);
});

it('saves every epoch as it can afford, keeps two and the best by default; reads back from JSON', () => {
  const policy = readCheckpointPolicy({});
  expect(policy).toEqual({ every: 'auto', keepLast: 2, keepBest: true });
  const other = readCheckpointPolicy({ every: { minutes: 3 }, keepLast: 9, keepBest: { monitor: 'train/loss' } });
  expect(readCheckpointPolicy(JSON.parse(JSON.stringify(other)))).toEqual(other);
});

it.each([
  [{ evry: steps(1) }, /Did you mean "every"/],
  [{ every: { minute: 1 } }, /every/],
  [{ every: { minutes: 0 } }, /minutes is 0/],
  [{ keepLast: 0 }, /keepLast is 0/],
  [{ keepBest: 'validation/error' }, /keepBest is "validation\/error"/],
  [3, /checkpoints is 3/],
])('refuses %j', (value, message) => {
  expect(() => readCheckpointPolicy(value)).toThrow(message);
});
