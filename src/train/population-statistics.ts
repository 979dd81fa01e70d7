/**
 * The statistics that batch normalization goes by in use, over the whole training set instead of as moving averages of
 * the last minibatches (Ioffe and Szegedy, 2015, algorithm 2).
 */

import type { HostArray } from '../base/dtype.ts';
import { checkOneOf } from '../base/options.ts';
import { size } from '../base/shape.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Graph } from '../graph/graph.ts';
import { simplify } from '../graph/simplify.ts';
import type { ModelDescription } from '../nn/describe.ts';
import type { Statistics } from '../nn/state.ts';
import type { CompileOptions, Engine } from '../runtime/engine.ts';
import { programsByLength } from './programs.ts';
import { createStaging, stage } from './staging.ts';
import { describeTask, nextStateName, type Task, traceModel } from './task.ts';

export const populationMethods = ['batchAverage', 'exact'] as const;
/**
 * `batchAverage`: means of the minibatches' statistics, E[h] = mean of μ_B and Var[h] = mean of m/(m−1)·σ²_B, every layer
 * in one pass; inner layers see minibatches that are normalised by their own statistics. `exact`: layer after layer, each
 * on inputs normalised as in use, with the variance of the whole set; one pass for each normalization layer.
 */
export type PopulationMethod = (typeof populationMethods)[number];

export interface PopulationStatisticsOptions {
  readonly task: Pick<Task, 'model' | 'input' | 'target' | 'normalization'>;
  readonly training: Dataset;
  /** Parameters by name; and states, of which those that are no statistics are read. */
  readonly parameters: ReadonlyMap<string, Float32Array>;
  readonly method: PopulationMethod;
  /** The most examples in a minibatch, at least 2. Default 256. */
  readonly batchSize?: number;
  readonly engine: Engine;
  readonly compile?: CompileOptions;
}

/** Mean and variance of one normalization layer over the set, as sums on the way. */
interface Sums {
  readonly mean: Float64Array;
  /** Of batches' variances, or of squares. */
  readonly second: Float64Array;
  weight: number;
}

/** The next values of the states `mean` and `variance` of every batch normalization, by name. Nothing is changed. */
export async function populationStatistics(options: PopulationStatisticsOptions): Promise<Map<string, Float32Array>> {
  const method = checkOneOf('populationStatistics', 'method', options.method, populationMethods);
  const layers = normalizationsOf(describeTask(options.task, 2, { training: false }));
  const found = new Map<string, Float32Array>();
  if (method === 'batchAverage') {
    await measure(options, layers, () => 'measured', found);
  } else {
    for (const layer of layers) {
      await measure(options, [layer], (path) => (path === layer.path ? 'measured' : 'frozen'), found);
    }
  }
  return found;
}

interface NormalizationLayer {
  readonly path: string;
  readonly channels: number;
  /** Values of a channel in one example. */
  readonly perExample: number;
}

function normalizationsOf({ layers }: ModelDescription): NormalizationLayer[] {
  return layers
    .filter(({ kind }) => kind === 'batchNorm')
    .map(({ name, output }) => ({ path: name, channels: output[1]!, perExample: size(output.slice(2)) }));
}

/** Passes over the set and adds the statistics of `layers` to `found`; earlier layers go by what is found already. */
async function measure(
  options: PopulationStatisticsOptions,
  layers: readonly NormalizationLayer[],
  statistics: (path: string) => Statistics,
  found: Map<string, Float32Array>,
): Promise<void> {
  const { task, training, engine, method } = options;
  const batchSize = Math.min(options.batchSize ?? 256, training.size);
  const staging = createStaging({ input: task.input, target: task.target }, batchSize);
  const given = new Map([...options.parameters, ...found]);
  const measured = new Map(
    layers.flatMap(({ path, channels }) =>
      ['mean', 'variance'].map((name) => [nextStateName(`${path}/${name}`), new Float32Array(channels)] as const),
    ),
  );
  const programs = programsByLength(
    engine,
    options.compile ?? {},
    (length) => traceStatistics(task, length, statistics, [...measured.keys()]),
    (length) => new Map<string, HostArray>([...given, ...measured, ...staging.arrays(length)]),
  );
  const sums = layers.map(({ channels }): Sums => {
    return { mean: new Float64Array(channels), second: new Float64Array(channels), weight: 0 };
  });
  // Batches as equal as can be: none is left with a single example, which has no variance.
  const batches = Math.ceil(training.size / batchSize);
  for (let batch = 0; batch < batches; batch++) {
    const begin = Math.floor((batch * training.size) / batches);
    const length = Math.floor(((batch + 1) * training.size) / batches) - begin;
    const values = layers.map(({ perExample }) => length * perExample);
    stage(
      staging,
      training,
      Uint32Array.from({ length }, (_, i) => begin + i),
    );
    await (await programs(length)).run();
    layers.forEach(({ path }, i) => {
      const of = (name: string) => measured.get(nextStateName(`${path}/${name}`))!;
      add(sums[i]!, of('mean'), of('variance'), values[i]!, method);
    });
  }
  layers.forEach(({ path }, i) => {
    const { mean, second, weight } = sums[i]!;
    const means = mean.map((sum) => sum / weight);
    const variances = second.map((sum, c) =>
      method === 'exact' ? ((sum / weight - means[c]! ** 2) * weight) / (weight - 1) : sum / weight,
    );
    found.set(`${path}/mean`, Float32Array.from(means));
    found.set(`${path}/variance`, Float32Array.from(variances));
  });
}

/** A batch weighs as much as it has values: an unequal last one counts its share. */
function add(sums: Sums, mean: Float32Array, variance: Float32Array, values: number, method: PopulationMethod): void {
  for (let c = 0; c < mean.length; c++) {
    sums.mean[c]! += values * mean[c]!;
    sums.second[c]! +=
      values * (method === 'exact' ? variance[c]! + mean[c]! ** 2 : (variance[c]! * values) / (values - 1));
  }
  sums.weight += values;
}

function traceStatistics(
  task: PopulationStatisticsOptions['task'],
  length: number,
  statistics: (path: string) => Statistics,
  wanted: readonly string[],
): Graph {
  // As in use, but for the statistics: no dropout, no auxiliary heads.
  const { builder, updates } = traceModel(task, length, { training: false, statistics });
  const outputs = [...updates].map(([name, tensor]) => [nextStateName(name), tensor] as const);
  return simplify(builder.finish(new Map(outputs.filter(([name]) => wanted.includes(name)))));
}
