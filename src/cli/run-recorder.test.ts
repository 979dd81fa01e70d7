import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Checkpoint } from '../train/checkpoint/checkpoint.ts';
import { readCheckpoint } from '../train/checkpoint/folder.node.ts';
import type { EndEvent, EvaluationEvent, StartEvent } from '../train/event.ts';
import { readExperiment } from '../train/experiment.ts';
import { readEventFile } from '../train/record/event-file.ts';
import { decodeSafetensors } from '../train/safetensors.ts';
import { createRunningLoss } from '../train/stopping/running-loss.ts';
import type { TrainedModel } from '../train/trained-model.ts';
import { createRunRecorder } from './run-recorder.ts';

const root = mkdtempSync(join(tmpdir(), 'dolina-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const experiment = readExperiment({
  ...{ name: 'small', data: { csv: 'a.csv', target: 'b' }, model: { layer: 'relu' }, loss: { loss: 'meanSquare' } },
  optimizer: { optimizer: 'sgd', learningRate: 1 },
});
const start: StartEvent = {
  ...{
    type: 'start',
    thread: 'caller',
    engine: 'x 1',
    threads: 2,
    formulations: { a: 'direct' },
    parameters: 1,
    trainingExamples: 9,
  },
  ...{ validationExamples: 0, batchSize: 4, stepsPerEpoch: 3, steps: 30, epochs: 10 },
};
const end: EndEvent = { type: 'end', status: 'done', step: 30, epoch: 10, examples: 90, time: 1 };
const model = {
  parameters: new Map([['w', { shape: [1], values: Float32Array.of(7) }]]),
  toOnnx: () => Uint8Array.of(1),
} as Partial<TrainedModel> as TrainedModel;

const record = (folder: string) => createRunRecorder({ experiment, root: join(root, folder), versions: {}, data: 'd' });
const json = (path: string, name: string) => JSON.parse(readFileSync(join(path, name), 'utf8'));

const checkpointAt = (evaluation: EvaluationEvent): Checkpoint => ({
  tensors: new Map(),
  state: {
    ...{ version: 1, step: 30, epoch: 10, examples: 90, seconds: 1, scalars: {}, skipped: {}, averaged: 0 },
    ...{ statistics: 'batch', history: [evaluation], loss: createRunningLoss() },
    epochSums: { began: 0, examples: 0, norms: 0, tallies: {} },
  },
});

describe('createRunRecorder', () => {
  it('makes no directory before training begins', () => {
    const recorder = record('early');
    recorder.fail('no data', 3);
    recorder.close();
    expect(recorder.directory()).toBeUndefined();
    expect(existsSync(join(root, 'early'))).toBe(false);
  });

  it('records what the engine settled on, so that config.json starts the same run again', () => {
    const recorder = record('config');
    recorder.on(start);
    const config = json(recorder.directory()!.path, 'config.json');
    expect(readExperiment(config)).toEqual({
      ...experiment,
      ...{ batchSize: 4, engine: { name: 'cpu', threads: 2, formulations: { a: 'direct' } } },
    });
    recorder.close();
  });

  it('says "done" only once the weights and the model lie there', () => {
    const recorder = record('order');
    recorder.on(start);
    recorder.on(end);
    const { path } = recorder.directory()!;
    expect(json(path, 'run.json').status).toBe('running');
    recorder.save(model, 0);
    recorder.measured({ 'test/loss': 0.5 });
    recorder.close();
    expect(json(path, 'run.json')).toMatchObject({
      status: 'done',
      exitCode: 0,
      step: 30,
      metrics: { 'test/loss': 0.5 },
    });
    const { tensors } = decodeSafetensors(readFileSync(join(path, 'model.safetensors')), path);
    expect(tensors).toEqual(model.parameters);
    expect([...readFileSync(join(path, 'model.onnx'))]).toEqual([1]);
  });

  it('keeps the reason of a run that broke', () => {
    const recorder = record('broken');
    recorder.on(start);
    recorder.fail('the disk is full', 1);
    recorder.close();
    const { path } = recorder.directory()!;
    expect(json(path, 'run.json')).toMatchObject({ status: 'failed', reason: 'the disk is full', exitCode: 1 });
  });

  it('ends the session of the event file where a run breaks, and says how far it came', () => {
    const recorder = record('broken-late');
    recorder.on(start);
    recorder.on({ ...end, status: 'failed', step: 7, reason: 'no memory' });
    recorder.fail('no memory', 1);
    recorder.close();
    const { path, logs } = recorder.directory()!;
    expect(json(path, 'run.json')).toMatchObject({ status: 'failed', step: 7 });
    const last = [...readEventFile(readFileSync(logs.eventFile), 'events')].at(-1);
    expect(last).toMatchObject({ step: 7, values: [{ kind: 'session-end', status: 'failure' }] });
  });

  it('a run that goes on keeps what was measured before, also where no evaluation follows', () => {
    const first = record('again');
    first.on(start);
    const { path } = first.directory()!;
    const evaluation = { type: 'evaluation', step: 30, epoch: 10, examples: 90, time: 1 } as const;
    first.on({ ...evaluation, measures: { 'train/loss': 0.25 } });
    first.store.save(checkpointAt({ ...evaluation, measures: { 'train/loss': 0.25 } }), true);
    first.close();
    const from = readCheckpoint(join(path, 'checkpoints', 'step-00000030'));
    const again = createRunRecorder({ experiment, root: '', versions: {}, data: 'd', resumed: { path, from } });
    again.on({ ...start, resumedAt: 30 });
    again.on(end);
    again.save(model, 0);
    again.measured({ 'test/loss': 0.5 });
    again.close();
    expect(json(path, 'run.json').metrics).toEqual({ 'train/loss': 0.25, 'test/loss': 0.5 });
  });
});
