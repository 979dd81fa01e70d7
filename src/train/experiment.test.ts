import { describe, expect, it } from 'vitest';
import { fromArrays } from '../data/from-arrays.ts';
import { flatten } from '../nn/layer/flatten.ts';
import { mul, sub } from '../rule/expression.ts';
import { required, rule } from '../rule/rule.ts';
import { experimentToJson } from './experiment/to-json.ts';
import { readExperiment } from './experiment.ts';

const plain = {
  name: 'iris-1.0',
  data: { csv: 'iris.csv', target: 'kind', standardize: true, test: { fraction: 0.2 } },
  model: { layer: 'dense', units: 3 },
  loss: { loss: 'softmaxCrossEntropy' },
  optimizer: { optimizer: 'sgd', learningRate: 0.1 },
};

describe('readExperiment', () => {
  it('fills every default in: of itself and of the descriptions within it', () => {
    expect(readExperiment(plain)).toMatchObject({
      ...{ metrics: {}, epochs: 10, sampler: { kind: 'shuffled', everyEpochs: 1 }, dropLast: false, seed: 0 },
      engine: { name: 'cpu' },
      data: { test: { fraction: 0.2, stratified: false, seed: 0 } },
      model: { units: 3, bias: true, weightInitializer: { initializer: 'varianceScaling' } },
    });
  });

  it('reads back what experimentToJson and JSON made of it, equal', () => {
    const whole = readExperiment({
      ...plain,
      ...{ validation: { count: 10, stratified: true }, metrics: { error: { metric: 'zeroOne' } }, batchSize: 'all' },
      ...{ clip: { clip: 'byGlobalNorm', max: 1 }, steps: 7, sampler: { kind: 'inOrder' }, dropLast: true, seed: 5 },
      optimizer: { optimizer: 'adam', learningRate: { schedule: 'linearDecay', from: 1, to: 0, over: { epochs: 2 } } },
      engine: { name: 'wasm', threads: 2, formulations: { 'conv 1': 'direct' } },
    });
    expect(readExperiment(JSON.parse(JSON.stringify(experimentToJson(whole))))).toEqual(whole);
  });

  it.each<readonly [object, object]>([
    [{ set: 'cifar10', folder: 'x', standardize: true }, {}],
    [{ text: 'a.txt', length: 8, stride: 2, vocabulary: { characters: ['a', 'b'] }, test: 'b.txt' }, {}],
    [{ text: 'a.txt', length: 8, test: { count: 3 } }, { test: { count: 3, stratified: false, seed: 0 } }],
    [
      { images: 'a', size: [8, 6], standardize: true },
      { colours: 'rgb', fit: 'crop' },
    ],
    [{ images: 'a', size: [8, 6], colours: 'gray', fit: 'stretch', classNames: ['x', 'y'], test: 'b' }, {}],
    [
      { images: 'a', size: [8, 6], normalization: { scale: 1 } },
      { colours: 'rgb', fit: 'crop' },
    ],
  ])('reads the data %j and augmentations, frozen, and reads back what JSON kept of them', (data, defaults) => {
    const augmentation = [{ augmentation: 'randomCrop' }, { augmentation: 'cutout', size: 8 }];
    const whole = readExperiment({ ...plain, data, augmentation });
    expect(whole.data).toEqual({ ...data, ...defaults });
    expect(whole.augmentation).toMatchObject([
      { padding: 4, fill: 0 },
      { size: 8, probability: 1 },
    ]);
    expect(Object.isFrozen(whole.data)).toBe(true);
    expect(readExperiment(JSON.parse(JSON.stringify(experimentToJson(whole))))).toEqual(whole);
  });

  it('keeps what only code can give, tells its name to JSON, and then asks for the module', () => {
    const training = fromArrays({ name: 'xor', input: [[0, 1]], target: [1], classes: 2 });
    const descent = rule({
      ...{ name: 'descent', slots: {}, hyper: { learningRate: required } },
      update: ({ theta, g, learningRate }) => ({ theta: sub(theta, mul(learningRate, g)) }),
    });
    const model = () => flatten();
    const given = { ...plain, data: { training }, model, optimizer: descent({ learningRate: 1 }) };
    const read = readExperiment(given);
    expect(read.data).toEqual({ training });
    expect(read.model).toBe(model);
    const told = JSON.parse(JSON.stringify(experimentToJson(read)));
    expect(told).toMatchObject({ model: { function: 'model' }, data: { training: { name: 'xor', size: 1 } } });
    expect(() => readExperiment(told)).toThrow('Name the module that defines the experiment.');
    expect(() => readExperiment({ ...told, data: plain.data })).toThrow(
      'the model is a function that was given in code',
    );
    const optimizer = { optimizer: 'descent', learningRate: 1 };
    expect(() => readExperiment({ ...plain, optimizer })).toThrow('there is no optimizer "descent"');
    expect(readExperiment({ ...plain, optimizer }, { rules: [descent] }).optimizer).toEqual(optimizer);
  });

  it.each<readonly [object, string]>([
    [{ optimiser: 1 }, 'unknown option "optimiser" (experiment). Did you mean "optimizer"?'],
    [{ loss: undefined }, 'loss is missing (experiment).'],
    [{ name: 'a/b' }, 'name is "a/b"'],
    [{ name: '..' }, 'name is ".."'],
    [{ data: {} }, 'data is {}'],
    [{ data: { set: 'fashion-mist' } }, 'Did you mean "fashion-mnist"?'],
    [{ data: { csv: 'a.csv' } }, 'target is missing (data)'],
    [{ data: { text: '', length: 3 } }, 'text is "" (data)'],
    [{ data: { text: 'a.txt' } }, 'length is missing (data). Give an integer at least 1'],
    [{ data: { text: 'a.txt', length: 3, stride: 0 } }, 'stride is 0'],
    [{ data: { text: 'a.txt', length: 3, standardize: true } }, 'unknown option "standardize"'],
    [{ data: { text: 'a.txt', length: 3, vocabulary: { characters: 'ab' } } }, 'characters is "ab" (data.vocabulary)'],
    [{ data: { text: 'a.txt', length: 3, test: { fraction: 2 } } }, 'fraction is 2 (data.test)'],
    [{ data: { text: 'a.txt', length: 3, test: 7 } }, 'test is 7 (data)'],
    [{ data: { images: 'a', size: 32 } }, 'size is 32 (data)'],
    [{ data: { images: 'a', size: [8, 8], colors: 'gray' } }, 'Did you mean "colours"?'],
    [{ data: { images: 'a', size: [8, 8], classNames: ['x', 'x'] } }, '"x" stands in classNames twice (data)'],
    [{ augmentation: { augmentation: 'randomFlip' } }, 'augmentation is {"augmentation":"randomFlip"}'],
    [{ augmentation: [{ augmentation: 'randomflip' }] }, 'Did you mean "randomFlip"?'],
    [{ data: { ...plain.data, standardize: 'yes' } }, 'standardize is "yes"'],
    [{ data: { ...plain.data, normalization: { scale: 1 } } }, 'both normalization and standardize are given'],
    [{ validation: {} }, 'count and fraction are missing (validation)'],
    [{ validation: { fraction: 1 } }, 'fraction is 1 (validation)'],
    [{ metrics: { error: { metric: 'zeroone' } } }, 'Did you mean "zeroOne"?'],
    [{ metrics: [] }, 'metrics is []'],
    [{ optimizer: { optimizer: 'sgd', learningRate: -1 } }, 'learningRate is -1 (optimizer: sgd)'],
    [{ clip: { clip: 'byNrm' } }, '{"clip":"byNrm"} is no clipping (clip). Did you mean "byNorm"?'],
    [{ batchSize: 0 }, 'batchSize is 0'],
    [
      { model: { layer: 'sequential', layers: [{ layer: 'residual', body: { layer: 'dense', units: 0 } }] } },
      'units is 0 (model.layers.0.body: dense)',
    ],
    [
      { model: { layer: 'dense', units: 1, weightInitializer: { initializer: 'normal', deviation: -1 } } },
      'deviation is -1 (model.weightInitializer: normal)',
    ],
    [
      { optimizer: { optimizer: 'sgd', learningRate: { schedule: 'stepDecay', from: 1, every: { steps: 0 } } } },
      'every.steps is 0 (optimizer.learningRate: stepDecay)',
    ],
    [{ groups: [{ match: 'a', trainable: { from: { epoch: 1 } } }] }, 'from is {"epoch":1} (groups.0.trainable)'],
    [{ penalties: [{ match: 'a' }, { match: [], l1: 1 }] }, 'match is [] (penalties.1)'],
    [{ metrics: { error: { metric: 'topK' } } }, 'k is missing (metrics.error: topK)'],
    [{ data: { ...plain.data, target: { name: 'kind' } } }, 'target is {"name":"kind"} (data)'],
    [{ data: { ...plain.data, standardize: false, normalization: { scale: 0 } } }, 'scale is 0 (data.normalization)'],
    [{ epochs: Number.NaN }, 'epochs is NaN'],
    [{ sampler: { kind: 'shufled' } }, 'Did you mean "shuffled"?'],
    [{ dropLast: 1 }, 'dropLast is 1'],
    [{ engine: { name: 'gpu' } }, 'name is "gpu" (engine)'],
    [{ engine: { name: 'cpu', threads: 0 } }, 'threads is 0'],
    [{ engine: { thread: 1 } }, 'Did you mean "threads"?'],
  ])('refuses %j', (change, message) => {
    expect(() => readExperiment({ ...plain, ...change })).toThrow(message);
  });

  it('refuses what is nested hundreds of levels deep, instead of running out of stack', () => {
    let model: unknown = { layer: 'relu' };
    for (let depth = 0; depth < 20_000; depth++) model = { layer: 'residual', body: model };
    const deep = {
      name: 'deep',
      data: { set: 'mnist' },
      model,
      loss: { loss: 'meanSquare' },
      optimizer: { optimizer: 'sgd' },
    };
    expect(() => readExperiment(deep)).toThrow('the experiment is nested more than 500 levels deep');
  });

  it('refuses a sequence whose layers are no list', () => {
    const model = { layer: 'sequential', layers: { layer: 'relu' } };
    const given = {
      name: 'a',
      data: { set: 'mnist' },
      model,
      loss: { loss: 'meanSquare' },
      optimizer: { optimizer: 'sgd' },
    };
    expect(() => readExperiment(given)).toThrow(/layers is/);
  });
});
