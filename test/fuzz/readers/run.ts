/** Readers of what runs are made of and leave: experiments, run directories, logs, event files, checkpoints. */

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { RandomStream } from '../../../src/base/random.ts';
import { builtIn } from '../../../src/cli/experiments/table.ts';
import { loadExperiment } from '../../../src/cli/load-experiment.ts';
import { readLaneTexts } from '../../../src/cli/race/read-lanes.ts';
import { assign } from '../../../src/cli/set.ts';
import {
  adam,
  batchNorm,
  byGlobalNorm,
  conv2d,
  dense,
  dropout,
  earlyStopping,
  epochs,
  exponentialAverage,
  flatten,
  lsuv,
  relu,
  reshapeExamples,
  residual,
  sequential,
  softmaxCrossEntropy,
  topK,
  warmRestarts,
  withoutDecayOnVectors,
  zeroOne,
} from '../../../src/index.ts';
import { normal } from '../../../src/nn/init/normal.ts';
import type { Checkpoint } from '../../../src/train/checkpoint/checkpoint.ts';
import { checkpointFolder, checkpointName, readCheckpoint } from '../../../src/train/checkpoint/folder.node.ts';
import { formatManifest, type Manifest } from '../../../src/train/checkpoint/manifest.ts';
import { experimentToJson } from '../../../src/train/experiment/to-json.ts';
import { readExperiment } from '../../../src/train/experiment.ts';
import { formatRow } from '../../../src/train/metrics-log.ts';
import { encodeRecord, readEventFile } from '../../../src/train/record/event-file.ts';
import { frame, unframe } from '../../../src/train/record/frames.ts';
import { histogramOf } from '../../../src/train/record/histogram.ts';
import type { LoggedEvent } from '../../../src/train/record/logged-event.ts';
import { readStoredRun } from '../../../src/train/run-directory.node.ts';
import { changeBytes } from '../mutate-bytes.ts';
import { changeText, mutateText } from '../mutate-text.ts';
import { changeTree, jsonOf, mutateJson } from '../mutate-tree.ts';
import type { Mutation } from '../mutation.ts';
import type { Reader } from '../reader.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const json = (value: unknown) => utf8(JSON.stringify(value, null, 2));

/** An experiment with something of everything that may stand in one. */
const rich = {
  name: 'rich',
  data: {
    csv: 'a.csv',
    target: 'kind',
    inputs: ['a', 1],
    standardize: true,
    test: { fraction: 0.2, stratified: true },
  },
  validation: { count: 3 },
  model: sequential(
    ...[reshapeExamples([1, 4, 4]), conv2d({ channels: 3, kernel: 3, padding: 'same' }), batchNorm(), relu()],
    ...[residual(sequential(conv2d({ channels: 3, kernel: 1 }))), dropout(0.5), flatten()],
    dense(3, { weightInitializer: normal({ deviation: 0.1 }) }),
  ),
  loss: softmaxCrossEntropy({ labelSmoothing: 0.1 }),
  metrics: { error: zeroOne(), top: topK(2) },
  optimizer: adam({ learningRate: warmRestarts({ max: 1e-3, first: epochs(2), growth: 2 }) }),
  clip: byGlobalNorm(1),
  groups: [withoutDecayOnVectors(), { match: '*/bias', learningRateFactor: 2, trainable: false }],
  averaging: exponentialAverage(),
  start: [lsuv()],
  penalties: [{ match: '*weight', l1: 1e-5 }],
  freezeStatistics: { from: epochs(3), by: 'exact' },
  stopping: [earlyStopping({ monitor: 'validation/error', patience: 3 })],
  checkpoints: { every: [epochs(1), { minutes: 5 }], keepLast: 3 },
  ...{ batchSize: 32, epochs: 3, steps: 100, dropLast: true, seed: 7, histograms: true },
  engine: { name: 'wasm', threads: 2, formulations: { a: 'direct' } },
};

const experiments = [...Object.values(builtIn).map(({ experiment }) => experiment), rich].map((value) =>
  experimentToJson(readExperiment(value)),
);

function experimentReader(folder: string): Reader {
  const path = join(folder, 'experiment.json');
  return {
    name: 'experiment',
    inputs: experiments.map(json),
    async read(bytes) {
      writeFileSync(path, bytes);
      const experiment = await loadExperiment(path);
      const again = readExperiment(JSON.parse(JSON.stringify(experimentToJson(experiment))));
      if (!isDeepStrictEqual(again, experiment)) throw new Error('it reads back as another experiment');
      return experiment;
    },
    mutations: [mutateJson, mutateJson, mutateJson, mutateText],
  };
}

const assignments: Reader = {
  name: '--set',
  inputs: [
    'optimizer.learningRate=3e-4',
    'data.folder="a b"',
    'engine={"name":"cpu","threads":2}',
    'model.layers.1.units=7',
  ].map(utf8),
  read: (bytes) => readExperiment(assign(readExperiment(builtIn['fashion-mnist-mlp'].experiment), textOf(bytes))),
  mutations: [mutateText, mutateText],
};
const lanes: Reader = {
  name: '--optimizers',
  inputs: [utf8('sgd,momentum:momentum=0.99,adam:beta2=0.95:learningRate=1e-3')],
  read: (bytes) => readLaneTexts(textOf(bytes)),
  mutations: [mutateText, mutateText],
};

const row = (step: number) => ({
  step,
  epoch: step / 10,
  time: step / 3,
  'train/loss': 1 / step,
  'gradient/norm': Number.NaN,
});
const runFiles = {
  'run.json': json({
    ...{ id: '20260102T030405Z-toy-s7-abcd', experiment: 'toy', status: 'done', exitCode: 0, seed: 7 },
    ...{
      versions: { dolina: '0.1.0' },
      started: '2026-01-02T03:04:05.678Z',
      ended: '2026-01-02T03:05:05.678Z',
      seconds: 1,
    },
    ...{
      engine: { name: 'x', threads: 2, formulations: {} },
      data: 'd',
      parameters: 3,
      step: 9,
      epoch: 1,
      metrics: { 'train/loss': 1 },
    },
  }),
  'config.json': json(experiments.at(-1)),
  'metrics.jsonl': utf8([1, 2, 3, 4].map((step) => formatRow(row(step))).join('')),
};
const isNumber = (value: unknown) => typeof value === 'number';
const isText = (value: unknown) => typeof value === 'string';

/** What those who read a run rely on. */
function checkStoredRun({ record, config, rows }: ReturnType<typeof readStoredRun>): void {
  const statuses = ['running', 'done', 'diverged', 'stopped', 'failed'];
  const isRecord =
    [record.id, record.experiment, record.started].every(isText) &&
    statuses.includes(record.status) &&
    isNumber(record.seed);
  const numbers = [record.step, record.epoch, record.seconds, record.exitCode].every(
    (one) => one === undefined || isNumber(one),
  );
  if (!isRecord || !numbers || !Object.values(record.metrics ?? {}).every(isNumber))
    throw new Error('run.json is no record');
  if (typeof config !== 'object' || config === null || Array.isArray(config))
    throw new Error('config.json is no object');
  for (const one of rows) {
    if (![one.step, one.epoch, one.time].every(isNumber)) throw new Error('a row has no step, epoch or time');
    if (!Object.values(one).every(isNumber)) throw new Error('a measure is no number');
  }
}
function runReader(folder: string, name: keyof typeof runFiles): Reader {
  const path = join(folder, name.replace('.', '-'));
  mkdirSync(path);
  for (const [file, bytes] of Object.entries(runFiles)) writeFileSync(join(path, file), bytes);
  const changeLine: Mutation = (input, random) => {
    const lines = textOf(input).split('\n');
    const at = random.integer(lines.length - 1);
    lines[at] =
      random.integer(3) === 0 ? changeText(lines[at]!, random) : jsonOf(changeTree(JSON.parse(lines[at]!), random));
    return { bytes: utf8(lines.join('\n')), resigned: false };
  };
  return {
    name,
    inputs: [runFiles[name]],
    read(bytes) {
      writeFileSync(join(path, name), bytes);
      const run = readStoredRun(path);
      checkStoredRun(run);
      return run;
    },
    mutations: name === 'metrics.jsonl' ? [changeLine, changeLine, mutateText] : [mutateJson, mutateJson, mutateText],
  };
}

const events: readonly LoggedEvent[] = [
  { wallTime: 1.5e9, step: 0, fileVersion: 'brain.Event:2', values: [] },
  {
    wallTime: 1.5e9,
    step: 0,
    values: [{ kind: 'session-start', hyperParameters: { seed: 7, name: 'x', flag: true }, seconds: 1.5e9 }],
  },
  { wallTime: 1.5e9, step: 77, values: [{ kind: 'scalar', tag: 'accuracy', value: Math.fround(0.99) }] },
  {
    wallTime: 1.5e9,
    step: 78,
    values: [{ kind: 'histogram', tag: 'parameter/w', histogram: histogramOf([1, 2, -3])! }],
  },
  { wallTime: 1.5e9, step: 79, values: [{ kind: 'session-end', status: 'success', seconds: 1.5e9 }] },
];
/** A record changed, repeated, left out or moved, and all checksums right. */
const changeRecord: Mutation = (input, random: RandomStream) => {
  const records = [...unframe(input, 'input')].map(({ record }) => record);
  const at = random.integer(records.length);
  const change = random.integer(5);
  if (change === 0) records.splice(at, 1);
  else if (change === 1) records.push(records[at]!);
  else records[at] = changeBytes(records[at]!, random);
  return { bytes: new Uint8Array(Buffer.concat(records.map(frame))), resigned: true };
};
const eventFile: Reader<LoggedEvent[]> = {
  name: 'event file',
  inputs: [new Uint8Array(Buffer.concat(events.map(encodeRecord)))],
  read: (bytes) => [...readEventFile(bytes, 'a.tfevents')],
  mutations: [changeRecord],
  isWhole: (read) => read.every((event) => events.some((one) => isDeepStrictEqual(one, event))),
};

const sha256 = (of: string | Uint8Array) => createHash('sha256').update(of).digest('hex');
const evaluation = {
  type: 'evaluation',
  step: 4,
  epoch: 1,
  examples: 8,
  time: 2,
  measures: { 'train/loss': 0.5, 'validation/error': -0 },
} as const;
const checkpoint: Checkpoint = {
  state: {
    ...{ version: 1, step: 4, epoch: 1, examples: 8, seconds: 2.5, scalars: { power: 0.5 }, skipped: {}, averaged: 0 },
    ...{
      statistics: 'batch',
      history: [evaluation],
      best: evaluation,
      loss: { sum: 1, weight: 2, steps: 4, first: Number.NaN, best: Number.NaN },
    },
    epochSums: { began: 2, examples: 4, norms: 3, tallies: { loss: { totals: [1, Number.NaN], examples: 4 } } },
  },
  tensors: new Map([
    ['theta/w', { shape: [2, 2], values: Float32Array.of(1, 2, 3, 4) }],
    ['velocity/w', { shape: [2, 2], values: Float32Array.of(0, 0, 1, -1) }],
  ]),
};
type ReadCheckpoint = ReturnType<typeof readCheckpoint>;
const isWhole = ({ state, tensors }: ReadCheckpoint) =>
  isDeepStrictEqual(state, checkpoint.state) && isDeepStrictEqual(tensors, new Map(checkpoint.tensors));

/** The reader of one of a checkpoint's files, the other left as it was. */
function checkpointReader(folder: string, name: 'state.json' | 'training.safetensors'): Reader<ReadCheckpoint> {
  const root = join(folder, `checkpoint-${name.replace('.', '-')}`);
  checkpointFolder(root, { logs: () => ({ metrics: 10, events: 20 }) }).save(checkpoint, true);
  const path = join(root, checkpointName(4));
  const state = readFileSync(join(path, 'state.json'));
  const { manifest } = JSON.parse(state.toString()) as { readonly manifest: Manifest };
  /** Where the manifest is signed by the right checksum. */
  const resign: Mutation = (input, random) => {
    try {
      return { bytes: utf8(formatManifest(changeTree(manifest, random), sha256)), resigned: true };
    } catch {
      // Not every tree can be written.
      return mutateText(input, random);
    }
  };
  return {
    name: `checkpoint: ${name}`,
    inputs: [new Uint8Array(readFileSync(join(path, name)))],
    read(bytes) {
      writeFileSync(join(path, name), bytes);
      return readCheckpoint(path);
    },
    mutations: name === 'state.json' ? [mutateText, resign] : [],
    isWhole,
  };
}

/** The same with tensors whose checksum was noted after the damage. */
function signedTensorsReader(folder: string): Reader<ReadCheckpoint> {
  const reader = checkpointReader(join(folder, 'signed'), 'training.safetensors');
  const path = join(folder, 'signed', 'checkpoint-training-safetensors', checkpointName(4));
  const { manifest } = JSON.parse(readFileSync(join(path, 'state.json'), 'utf8')) as { readonly manifest: Manifest };
  return {
    name: 'checkpoint: tensors damaged before they were signed',
    inputs: reader.inputs,
    read(bytes) {
      const files = { 'training.safetensors': { bytes: bytes.length, sha256: sha256(bytes) } };
      writeFileSync(join(path, 'state.json'), formatManifest({ ...manifest, files }, sha256));
      return reader.read(bytes);
    },
  };
}

/** They read files, for which they have a folder. */
export function runReaders(folder: string): readonly Reader[] {
  return [
    ...[experimentReader(folder), assignments, lanes],
    ...(['run.json', 'config.json', 'metrics.jsonl'] as const).map((name) => runReader(folder, name)),
    ...[eventFile, checkpointReader(folder, 'state.json'), checkpointReader(folder, 'training.safetensors')],
    signedTensorsReader(folder),
  ] as readonly Reader[];
}
