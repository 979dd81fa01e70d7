import { describe, expect, it } from 'vitest';
import { adam } from '../optim/adam.ts';
import { fraction } from '../optim/schedule/duration.ts';
import { linearDecay } from '../optim/schedule/linear-decay.ts';
import { readExperiment } from '../train/experiment.ts';
import { assign } from './set.ts';

const experiment = readExperiment({
  name: 'small',
  data: { csv: '/data/table.csv', target: 'kind' },
  model: { layer: 'sequential', layers: [{ layer: 'dense', units: 3 }, { layer: 'relu' }] },
  loss: { loss: 'softmaxCrossEntropy' },
  optimizer: adam({ learningRate: linearDecay({ from: 1e-2, to: 1e-4, over: fraction(1) }) }),
});

describe('assign', () => {
  it('replaces a number, a schedule by a number, an element of a list, and a text by a text that looks like a number', () => {
    expect(assign(experiment, 'epochs=2.5')).toMatchObject({ epochs: 2.5 });
    expect(assign(experiment, 'optimizer.learningRate=3e-4')).toMatchObject({ optimizer: { learningRate: 3e-4 } });
    expect(assign(experiment, 'optimizer.learningRate.to=.5')).toMatchObject({
      optimizer: { learningRate: { to: 0.5 } },
    });
    expect(assign(experiment, 'model.layers.0.units=12')).toMatchObject({ model: { layers: [{ units: 12 }, {}] } });
    expect(assign(experiment, 'name=7')).toMatchObject({ name: '7' });
    expect(assign(experiment, 'dropLast=true')).toMatchObject({ dropLast: true });
  });

  it('sets keys that are allowed and not there yet, as JSON or as text, and takes one away by null', () => {
    expect(assign(experiment, 'batchSize=all')).toMatchObject({ batchSize: 'all' });
    expect(assign(experiment, 'validation={"fraction": 0.25}')).toMatchObject({ validation: { fraction: 0.25 } });
    expect(assign(experiment, 'engine.threads=2')).toMatchObject({ engine: { name: 'cpu', threads: 2 } });
    expect(assign(assign(experiment, 'steps=5'), 'steps=null')).not.toHaveProperty('steps');
  });

  it('leaves its argument and all that the path does not touch as they are', () => {
    const before = JSON.stringify(experiment);
    const changed = assign(experiment, 'optimizer.beta1=0.5') as typeof experiment;
    expect(JSON.stringify(experiment)).toBe(before);
    expect(changed.model).toBe(experiment.model);
  });

  it('takes the name of a kind for the whole of it, and begins what has no kinds', () => {
    expect(assign(experiment, 'sampler=inOrder')).toMatchObject({ sampler: { kind: 'inOrder' } });
    expect(assign(experiment, 'averaging=exponential')).toMatchObject({ averaging: { averaging: 'exponential' } });
    expect(assign(experiment, 'clip={"clip":"byGlobalNorm","max":1}')).toMatchObject({ clip: { max: 1 } });
    expect(assign(experiment, 'clip.clip=adaptive')).toMatchObject({ clip: { clip: 'adaptive' } });
    expect(assign(experiment, 'validation.fraction=0.2')).toMatchObject({ validation: { fraction: 0.2 } });
    expect(assign(experiment, 'data.test.count=3')).toMatchObject({ data: { test: { count: 3 } } });
    expect(assign(experiment, 'metrics.error=zeroOne')).toMatchObject({ metrics: { error: { metric: 'zeroOne' } } });
    expect(assign(experiment, 'optimizer.learningRate.over={"epochs":3}')).toMatchObject({
      optimizer: { learningRate: { over: { epochs: 3 } } },
    });
  });

  it('takes an element of a list away by null', () => {
    expect(assign(experiment, 'model.layers.1=null')).toMatchObject({ model: { layers: [{ layer: 'dense' }] } });
  });

  it('keeps what only code can give, and types what is below it by what is there', () => {
    const descent = { optimizer: 'descent', learningRate: 1, name: 'x' };
    expect(assign({ ...experiment, optimizer: descent }, 'optimizer.learningRate=2')).toMatchObject({
      optimizer: { learningRate: 2, name: 'x' },
    });
  });

  it.each([
    ['optimizer.learningrate=1', 'there is no "optimizer.learningrate"', 'Did you mean "optimizer.learningRate"?'],
    ['learningRate=1', 'there is no "learningRate"', 'Did you mean "optimizer.learningRate"?'],
    ['batchsize=1', 'there is no "batchsize"', 'Did you mean "batchSize"?'],
    ['model.layers.2.units=1', 'there is no "model.layers.2"', 'Known: model.layers.0, model.layers.1.'],
    ['model.layers.0.unit=1', 'there is no "model.layers.0.unit"', 'Did you mean "model.layers.0.units"?'],
    ['data.traget=x', 'there is no "data.traget"', 'Did you mean "data.target"?'],
    ['clip.max=1', '"clip" is not set, and has no "max"', `--set 'clip={"clip":"byNorm", "max": …}'`],
    ['weightDecay=1', 'there is no "weightDecay"', 'Did you mean "optimizer.weightDecay"?'],
    ['unit=1', 'there is no "unit"', 'Did you mean "model.layers.0.units"?'],
    ['optimizer.learningRate=NaN', 'optimizer.learningRate is NaN', 'Give a finite number at least 0'],
    [
      'optimizer.learningRate=-1',
      'optimizer.learningRate is -1',
      'Give a finite number at least 0, or JSON: {"schedule": …}.',
    ],
    ['epochs=ten', 'epochs is ten', 'Give a finite number at least 0.'],
    ['batchSize=0', 'batchSize is 0', 'Give an integer at least 1 or "all".'],
    ['seed=1.5', 'seed is 1.5', 'Give an integer at least 0'],
    ['dropLast=1', 'dropLast is 1', 'Give true or false.'],
    ['engine.name=gpu', 'engine.name is gpu', 'Give "cpu" or "wasm".'],
    ['optimizer=adm', 'optimizer is adm', 'Did you mean "adam"?'],
    ['loss=3', 'loss is 3', 'Give a loss, or one for each output'],
    ['model.layers.0.bias=yes', 'model.layers.0.bias is yes', 'Give true or false.'],
    ['steps=', 'steps is empty', 'Give an integer at least 0.'],
    ['epochs.count=1', '"epochs" is 10, and has no "count"', 'Leave the rest of the path out.'],
    ['epochs', '"epochs" is no assignment', 'Give path=value'],
    ['validation={"fraction": }', 'is no JSON (--set)', 'Unexpected token'],
  ])('refuses %s', (assignment, message, mend) => {
    expect(() => assign(experiment, assignment)).toThrow(message);
    expect(() => assign(experiment, assignment)).toThrow(mend);
  });

  it('names the nearest key below one that is not set, where no kind has the key that was given', () => {
    const experiment = { optimizer: { optimizer: 'adam', learningRate: 1e-3 } };
    expect(() => assign(experiment, 'checkpoints.evry=3')).toThrow(/Did you mean "checkpoints.every"\?/);
    expect(() => assign(experiment, 'clip.maxx=3')).toThrow(/Did you mean "clip.max"\?/);
    expect(() => assign(experiment, 'stopping.patience=3')).toThrow(/"earlyStopping", "patience": …/);
  });
});
