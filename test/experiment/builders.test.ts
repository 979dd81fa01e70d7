import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OptionError } from '../../src/base/errors.ts';
import type { JsonSchema } from '../../src/base/json-schema.ts';
import * as data from '../../src/data/index.ts';
import * as nn from '../../src/nn/index.ts';
import { initializerSpec } from '../../src/nn/init/initializer-spec.ts';
import * as models from '../../src/nn/model/index.ts';
import * as optim from '../../src/optim/index.ts';
import type { Optimizer } from '../../src/rule/rule.ts';
import { definitionOf, hyperAt } from '../../src/rule/rule.ts';
import { valueAt } from '../../src/rule/schedule.ts';
import { experimentSchema } from '../../src/train/experiment/schema.ts';
import * as train from '../../src/train/index.ts';
import { readGroups } from '../../src/train/parameter-groups.ts';
import { readStopping } from '../../src/train/stopping/stopping.ts';
import { arbitraryOf } from './from-schema.ts';

const schema = experimentSchema();

type Options = Readonly<Record<string, unknown>>;
type Build = (...args: readonly never[]) => unknown;

/** What a builder takes, made of the options that its description has. */
type Arrange = (options: Options) => readonly unknown[];

const whole: Arrange = (options) => [options];
const first =
  (name: string): Arrange =>
  ({ [name]: one, ...options }) => [one, options];
const only =
  (name: string): Arrange =>
  ({ [name]: one }) => [one];
const none: Arrange = () => [];

/** What stands before the other options, as an argument of its own. */
const arrangements: Readonly<Record<string, Arrange>> = {
  ...{ auxiliary: first('head'), denseConnection: first('body'), residual: first('body'), parallel: first('branches') },
  ...{ dense: first('units'), maxout: first('pieces'), topK: first('k') },
  ...{ byNorm: first('max'), byGlobalNorm: first('max') },
  ...{ dropout: only('rate'), spatialDropout: only('rate'), reshapeExamples: only('shape'), byValue: only('bound') },
  ...{ outputs: only('heads') },
  ...{ 'initializer constant': only('value'), constantByPart: only('values'), given: only('values') },
  ...{ weightedLosses: only('terms'), sequential: ({ layers }) => [layers].flat() },
};

const readers: Readonly<Record<string, (value: unknown) => unknown>> = {
  layer: nn.readLayer,
  initializer: (value) => initializerSpec.read('', 'it', value),
  loss: nn.readLoss,
  metric: nn.readMetric,
  optimizer: optim.readOptimizer,
  schedule: (value) => optim.readSchedule(value as never),
  clip: optim.readClip,
  averaging: optim.readAveraging,
  augmentation: (value) => data.readAugmentations([value])[0],
  start: train.readStart,
  stopping: (value) => readStopping(value)[0],
  kind: (value) => data.checkSampler('sampler', value),
};

/** Each description that a kind of the schema stands for, with the schema of its options. */
const kinds = Object.entries(schema.$defs as Record<string, JsonSchema>)
  .filter(([sort]) => sort !== 'duration')
  .flatMap(([sort, { anyOf }]) =>
    (anyOf as JsonSchema[]).map((one) => {
      const { properties, required } = one as { properties: Record<string, JsonSchema>; required: readonly string[] };
      const key = required[0]!;
      const { [key]: kind, name: _, ...options } = properties;
      return {
        title: `${sort} ${kind!.const}`,
        ...{ sort, key, kind: kind!.const as string },
        options: { ...one, properties: options, required: required.slice(1) },
      };
    }),
  );

/** Builders whose name is not that of the kind that they build. */
const namedOtherwise: Readonly<Record<string, string>> = {
  exponential: 'exponentialAverage',
  stochasticWeight: 'stochasticWeightAverage',
};

const entries = { nn, optim, data, train } as const;
const home: Readonly<Record<string, keyof typeof entries>> = {
  ...{ layer: 'nn', initializer: 'nn', loss: 'nn', metric: 'nn', start: 'train', stopping: 'train' },
  ...{
    optimizer: 'optim',
    schedule: 'optim',
    clip: 'optim',
    averaging: 'optim',
    augmentation: 'data',
    sampler: 'data',
  },
};

function builderOf(sort: string, kind: string): Build {
  const entry = entries[home[sort]!] as unknown as Readonly<Record<string, Build>>;
  const build = entry[namedOtherwise[kind] ?? kind];
  if (build === undefined) throw new Error(`no public entry has the builder of ${sort} ${kind}`);
  return build;
}

/** Options as code gives them: what stands below has been built. */
function built(options: Options): Options {
  const part = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(part);
    if (typeof value !== 'object' || value === null) return value;
    const sort = Object.keys(readers).find((key) => key !== 'kind' && typeof (value as Options)[key] === 'string');
    if (sort !== undefined) return readers[sort]!(value);
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, part(each)]));
  };
  return part(options) as Options;
}

function unlessRefused<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof OptionError) return undefined;
    throw error;
  }
}

const positions = [0, 0.1, 0.5, 0.99, 1, 3].map((epoch) => ({
  ...{ step: Math.round(epoch * 100), epoch, examples: Math.round(epoch * 1000), fraction: epoch / 3 },
}));

/** What a description does, where it can be asked without a model. */
function behaviour(sort: string, value: unknown): unknown {
  if (sort === 'schedule') return positions.map((position) => valueAt(value as never, position));
  if (sort !== 'optimizer') return undefined;
  const optimizer = value as Optimizer;
  return [definitionOf(optimizer), ...positions.map((position) => ({ ...hyperAt(optimizer, position) }))];
}

const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('every builder', () => {
  it.each(kinds)(
    '$title returns frozen data that prints to JSON, reads back equal and does the same',
    ({ sort, key, kind, options }) => {
      const build = builderOf(sort, kind);
      const empty = Object.keys(options.properties).length === 0;
      const arrange = arrangements[`${sort} ${kind}`] ?? arrangements[kind] ?? (empty ? none : whole);
      let made = 0;
      fc.assert(
        fc.property(arbitraryOf(options, schema, 1), (given) => {
          const value = unlessRefused(() => build(...(arrange(built(given as Options)) as never[])));
          if (value === undefined) return;
          // That all its terms take the same targets, readLoss alone can tell.
          if (kind === 'weightedLosses' && unlessRefused(() => nn.readLoss(value)) === undefined) return;
          made++;
          expect(value).toMatchObject({ [key]: kind });
          expect(Object.isFrozen(value)).toBe(true);
          const back = readers[key]!(throughJson(value));
          expect(back).toEqual(value);
          expect(JSON.stringify(back)).toBe(JSON.stringify(value));
          expect(behaviour(sort, back)).toEqual(behaviour(sort, value));
        }),
        { numRuns: 100 },
      );
      expect(made).toBeGreaterThan(3);
    },
  );

  it.each(kinds.filter(({ options }) => Object.keys(options.properties).length > 0))(
    '$title refuses NaN, infinities, functions, symbols and bigints in each option by one OptionError, and takes −0 for 0 and undefined for nothing',
    ({ sort, kind, key, options }) => {
      const build = builderOf(sort, kind);
      const arrange = arrangements[`${sort} ${kind}`] ?? arrangements[kind] ?? whole;
      const valid = fc
        .sample(arbitraryOf(options, schema, 0), { numRuns: 300, seed: 1 })
        .flatMap((given) => unlessRefused(() => [built(given as Options)]) ?? [])
        .filter((given) => unlessRefused(() => build(...(arrange(given) as never[]))) !== undefined)
        .slice(0, 5);
      expect(valid.length).toBeGreaterThan(0);
      const required = options.required as readonly string[];
      for (const given of valid) {
        for (const name of Object.keys(options.properties)) {
          for (const wrong of [Number.NaN, Infinity, -Infinity, () => 1, Symbol('s'), 1n, new Date(0)]) {
            const make = () => build(...(arrange({ ...given, [name]: wrong }) as never[]));
            expect(make, `${name}: ${String(wrong)}`).toThrow(OptionError);
          }
          if (!required.includes(name)) {
            const { [name]: _, ...without } = given;
            const twice = [{ ...without, [name]: undefined }, without].map((one) =>
              unlessRefused(() => build(...(arrange(one) as never[]))),
            );
            expect(twice[0]).toEqual(twice[1]);
          }
          const zero = unlessRefused(() => build(...(arrange({ ...given, [name]: -0 }) as never[])));
          if (zero !== undefined) expect(readers[key]!(throughJson(zero))).toEqual(zero);
        }
      }
    },
  );

  it('of durations, groups, names and variance scaling prints to JSON and reads back equal', () => {
    for (const duration of [optim.epochs(2.5), optim.steps(10), optim.examples(3), optim.fraction(0.5)]) {
      expect(optim.readDuration('test', 'it', throughJson(duration))).toEqual(duration);
    }
    const group = train.withoutDecayOnVectors();
    expect(readGroups(throughJson([group]))).toEqual([group]);
    const named = nn.named('head', nn.dense(3));
    expect(nn.readLayer(throughJson(named))).toEqual(named);
    for (const build of scaled) expect(nn.readInitializer(throughJson(build()))).toEqual(build());
  });

  it('of models gives layers that print to JSON and read back equal', () => {
    const cases: Readonly<Record<string, () => nn.Layer>> = {
      alexnet: () => models.alexnet({ classes: 10 }),
      characterLstm: () => models.characterLstm({ entries: 20 }),
      googlenet: () => models.googlenet({ classes: 10 }),
      lenet5: () => models.lenet5({ classes: 10 }),
      logisticRegression: () => models.logisticRegression({ classes: 10 }),
      mlp: () => models.mlp({ hidden: [20, 30], outputs: 10 }),
      resnet: () => models.resnet({ classes: 10 }),
      transformer: () => models.transformer({ entries: 20, length: 8 }),
      vgg: () => models.vgg({ classes: 10 }),
    };
    expect(Object.keys(cases).sort()).toEqual(Object.keys(models).sort());
    for (const build of Object.values(cases)) expect(nn.readLayer(throughJson(build()))).toEqual(build());
  });
});

const { heNormal, heUniform, lecunNormal, lecunUniform, rootFanInUniform, xavierNormal, xavierUniform } = nn;
const scaled = [heNormal, heUniform, lecunNormal, lecunUniform, rootFanInUniform, xavierNormal, xavierUniform];

/** Functions of the public entries that build no description. */
const others: Readonly<Record<keyof typeof entries, readonly string[]>> = {
  nn: [
    ...['describe', 'traceForward', 'identicalUnitsMessage', 'applyLoss', 'bestConstant', 'lossOfSums', 'lossSums'],
    ...['lossPerExample', 'applyMetric', 'betterOf', 'metricAddends', 'metricOfBatch', 'metricOfTotals', 'normalize'],
    ...['metricPerExample', 'initialValue', 'initialValues', 'readInitializer', 'readLayer', 'readLoss', 'readMetric'],
    ...['readLosses', 'readMetrics'],
  ],
  optim: [
    ...['applyClip', 'boundsGradient', 'robbinsMonro'],
    ...['readAveraging', 'readClip', 'readOptimizer', 'readSchedule', 'readDuration'],
  ],
  data: [
    ...['createAugmenter', 'createBatches', 'readLabels', 'visitBlocks', 'parseCsv', 'gunzip', 'isGzip', 'parseIdx'],
    ...['cifar10', 'fashionMnist', 'mnist', 'fromArrays', 'fromCsv', 'fromIdx', 'fromText', 'decodeText', 'encodeText'],
    ...['split', 'splitEnd', 'standardized', 'statistics', 'subset', 'take', 'vocabularyOf', 'withNormalization'],
    ...['withWeights', 'checkSampler', 'readAugmentations', 'withTarget'],
  ],
  train: [
    ...['createEvaluator', 'experimentToJson', 'readExperiment', 'findIdenticalUnits', 'findLearningRate', 'formatRow'],
    ...['parseRows', 'minimize', 'populationStatistics', 'lossCurve', 'meanCurve', 'measureCurve', 'race', 'rankLanes'],
    ...[
      'decodeSafetensors',
      'encodeSafetensors',
      'firstParameters',
      'createTrainingStep',
      'taskOf',
      'train',
      'readStart',
    ],
    ...['experimentSchema', 'modelOf', 'readCheckpointPolicy', 'readEventFile', 'bestRun', 'differences', 'filterRuns'],
    ...['readFilters', 'sortRuns', 'longForm', 'runCurve', 'directionOf', 'measureOf', 'measuresOf', 'primaryMeasure'],
    ...['legendNames', 'runDifferences', 'shortNames', 'runSummary', 'smooth', 'readStopping'],
  ],
};

it('is every function of the public entries, but for those listed as no builders', () => {
  const handled = {
    nn: ['named', ...scaled.map((build) => build.name)],
    optim: ['epochs', 'steps', 'examples', 'fraction'],
    data: [],
    train: ['withoutDecayOnVectors'],
  } as const satisfies Readonly<Record<keyof typeof entries, readonly string[]>>;
  const unknown = (Object.keys(entries) as (keyof typeof entries)[]).flatMap((name) => {
    const cases = kinds.filter(({ sort }) => home[sort] === name).map(({ kind }) => namedOtherwise[kind] ?? kind);
    const known = new Set<string>([...cases, ...handled[name], ...others[name]]);
    const functions = Object.entries(entries[name]).filter(([, value]) => typeof value === 'function');
    return functions.flatMap(([key]) => (known.has(key) ? [] : [`${name}: ${key}`]));
  });
  expect(unknown, 'give each a case, or list it as no builder').toEqual([]);
});
