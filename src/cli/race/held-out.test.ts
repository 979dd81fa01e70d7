import { describe, expect, it } from 'vitest';
import { fromArrays } from '../../data/from-arrays.ts';
import { dense } from '../../nn/layer/dense.ts';
import { meanSquare } from '../../nn/loss/mean-square.ts';
import { adam } from '../../optim/adam.ts';
import { type Experiment, readExperiment } from '../../train/experiment.ts';
import { withHeldOut } from './held-out.ts';

const set = () => fromArrays({ name: 'line', input: [[0], [1]], target: [[0], [1]] });
const experiment = (changes: Partial<Experiment>) =>
  readExperiment({
    ...{ name: 'line', data: { csv: 'x.csv', target: 'y' }, model: dense(1), loss: meanSquare(), optimizer: adam() },
    ...changes,
  });

describe('withHeldOut', () => {
  it('keeps a validation set that is none of the test set', () => {
    const held = experiment({ validation: { fraction: 0.2 } });
    expect(withHeldOut(held)).toEqual({ experiment: held });
    const given = experiment({ data: { training: set(), validation: set() } });
    expect(withHeldOut(given)).toEqual({ experiment: given });
  });

  it('holds a tenth of the training set out in the place of the test set, and says so', () => {
    const published = experiment({ data: { set: 'mnist' }, validation: 'test' });
    const { experiment: changed, note } = withHeldOut(published);
    expect(changed.validation).toEqual({ fraction: 0.1, stratified: true, seed: 0 });
    expect(note).toMatch(/^the experiment validates on the test set; .* a tenth of the training set is held out/);
    const test = set();
    const given = withHeldOut(experiment({ data: { training: set(), validation: test, test } }));
    expect(given.experiment.data).not.toHaveProperty('validation');
    expect(given.experiment.validation).toMatchObject({ fraction: 0.1 });
  });

  it('holds one out where there is none', () => {
    const { experiment: changed, note } = withHeldOut(experiment({}));
    expect(changed.validation).toEqual({ fraction: 0.1, stratified: false, seed: 0 });
    expect(note).toMatch(/^the experiment has no validation set/);
  });
});
