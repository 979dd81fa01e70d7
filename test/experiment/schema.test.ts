import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OptionError } from '../../src/base/errors.ts';
import type { JsonSchema } from '../../src/base/json-schema.ts';
import { experimentSchema } from '../../src/train/experiment/schema.ts';
import { experimentToJson } from '../../src/train/experiment/to-json.ts';
import { readExperiment } from '../../src/train/experiment.ts';
import { arbitraryOf } from './from-schema.ts';

const schema = experimentSchema();
const ajv = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false });
const valid = ajv.compile(schema);

/** What one option says of another, which a schema of each does not tell: the only reasons for the reader to refuse more. */
const relations = [
  /^channels \d+ is no multiple of groups/,
  /^outputPadding is .* and /,
  /^padding \d+ is not below the window's extent/,
  /^padding is \d+ \(.*embedding\)/,
  /^forgetBias and biasInitializer are both given/,
  /^axis is -?\d+, and outputs are added/,
  /^(length|initializer) is given, and a sinusoidal one has none/,
  /^length is missing \(.*positionEmbedding\)/,
  /^both connections and fraction are given/,
  /^min \S+ is above max/,
  /^\w+ takes (classes|quantities), \w+ (classes|quantities)/,
  /^the factor \S+ lets it grow without limit/,
  /^limit is /,
  /^\d+ schedules have \d+ durations/,
  /^peak is missing/,
  /^rise is /,
  /^min is /,
  /^the first value of into is /,
  /^from is \S+ \(.*warmup\)/,
  /^area\[1\] is /,
  /^a value of \w+ is /,
  /^hasMomentum is false, and momentum is/,
  /^there is no loss for the output/,
  /is no metric \(metrics\./,
  /^metrics.* is .*Give metrics under names/,
  /^both normalization and standardize are given/,
];

function refusal(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof OptionError) return error.message;
    throw error;
  }
}

const base = {
  name: 'iris',
  data: { csv: 'iris.csv', target: 'kind' },
  model: { layer: 'dense', units: 3 },
  loss: { loss: 'softmaxCrossEntropy' },
  optimizer: { optimizer: 'sgd', learningRate: 0.1 },
};

/** An experiment with one part of it drawn at random. */
const properties = schema.properties as Readonly<Record<string, JsonSchema>>;
const experiments = fc
  .constantFrom(...Object.keys(properties))
  .chain((key) =>
    arbitraryOf(properties[key]!, schema, 2).map((value) => ({ ...base, [key]: value }) as Record<string, unknown>),
  );

type Json = unknown;

/** Every place within a value: how to put another value there, or take it away. */
function placesOf(value: Json, put: (part: Json) => Json): { readonly part: Json; put(part: Json): Json }[] {
  const here = { part: value, put };
  if (Array.isArray(value)) {
    return [here, ...value.flatMap((each, i) => placesOf(each, (part) => put(value.with(i, part))))];
  }
  if (typeof value !== 'object' || value === null) return [here];
  const record = value as Record<string, Json>;
  return [
    here,
    ...Object.keys(record).flatMap((key) => placesOf(record[key], (part) => put({ ...record, [key]: part }))),
  ];
}

const foreign = fc.constantFrom<Json>(
  ...[
    null,
    true,
    0,
    -1,
    1.5,
    3,
    1e300,
    '',
    'a',
    'all',
    'test',
    'same',
    'mean',
    [],
    [1],
    [1, 2],
    [1, 2, 3, 4],
    ['a', 'a'],
    {},
  ],
  ...[{ epochs: 1 }, { epochs: 0 }, { a: 1 }, { layer: 'relu' }, { loss: 'hinge' }, { fraction: 0.5 }, { fraction: 1 }],
  ...[{ schedule: 'constant', value: 1 }, { schedule: 'constant' }, { initializer: 'zeros' }, { training: {} }],
);

/** An experiment with one place of it changed: another value, a key more or less, or another number near it. */
const mutated = fc.tuple(experiments, fc.nat(), fc.nat(), foreign).map(([experiment, place, way, other]) => {
  const places = placesOf(experiment, (part) => part);
  const { part, put } = places[place % places.length]!;
  if (typeof part === 'object' && part !== null && !Array.isArray(part) && way % 3 === 0) {
    const keys = Object.keys(part);
    const gone = keys[way % Math.max(keys.length, 1)];
    if (way % 2 === 0) return put(Object.fromEntries(Object.entries(part).filter(([key]) => key !== gone)));
    return put({ ...part, [way % 5 === 0 ? 'name' : 'unknown']: other });
  }
  if (typeof part === 'number' && way % 3 === 1) return put(-part);
  return put(other);
});

describe('the JSON Schema of an experiment', () => {
  it('refuses nothing that the reader takes, and allows nothing that it refuses but for what options say of each other: 6 000 experiments, drawn and mutated', () => {
    const verdicts = { both: 0, neither: 0, related: 0 };
    fc.assert(
      fc.property(fc.oneof(experiments, mutated, mutated), (experiment) => {
        const json = JSON.parse(JSON.stringify(experiment));
        const message = refusal(() => readExperiment(json));
        if (valid(json)) {
          if (message === undefined) verdicts.both++;
          else {
            expect(
              relations.some((relation) => relation.test(message)),
              message,
            ).toBe(true);
            verdicts.related++;
          }
        } else {
          expect(message, `${JSON.stringify(json)}: ${ajv.errorsText(valid.errors)}`).toBeDefined();
          verdicts.neither++;
        }
      }),
      { numRuns: 6000 },
    );
    expect(verdicts.both).toBeGreaterThan(1000);
    expect(verdicts.neither).toBeGreaterThan(1000);
    expect(verdicts.related).toBeGreaterThan(100);
  });

  it('is met by what a run records, which reads back equal', () => {
    let met = 0;
    fc.assert(
      fc.property(experiments, (experiment) => {
        let read: ReturnType<typeof readExperiment>;
        try {
          read = readExperiment(experiment);
        } catch {
          return;
        }
        const json = JSON.parse(JSON.stringify(experimentToJson(read)));
        expect(valid(json), `${JSON.stringify(json)}: ${ajv.errorsText(valid.errors)}`).toBe(true);
        expect(readExperiment(json)).toEqual(read);
        met++;
      }),
      { numRuns: 2000 },
    );
    expect(met).toBeGreaterThan(1000);
  });

  it('takes its own address at the top, for editors', () => {
    const addressed = { $schema: './node_modules/dolina/experiment.schema.json', ...base };
    expect(valid(addressed)).toBe(true);
    expect(readExperiment(addressed)).toEqual(readExperiment(base));
  });
});
