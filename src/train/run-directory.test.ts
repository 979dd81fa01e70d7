import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Checkpoint } from './checkpoint/checkpoint.ts';
import { checkpointFolder, checkpointNames, readCheckpoint } from './checkpoint/folder.node.ts';
import { parseRows } from './metrics-log.ts';
import { createRunDirectory, readRunDirectory, reopenRunDirectory } from './run-directory.node.ts';
import { createRunningLoss } from './stopping/running-loss.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'dolina-run-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const parameters = new Map([['dense1/weight', { shape: [2, 1], values: new Float32Array([0.5, -3]) }]]);

function example() {
  const directory = createRunDirectory({
    root,
    experiment: 'toy',
    seed: 7,
    config: { epochs: 2 },
    versions: { dolina: '0.1.0' },
    logs: { logEvery: 2 },
    now: () => new Date('2026-01-02T03:04:05.678Z'),
  });
  const step = { type: 'step', steps: 4, epochs: 2, measures: { error: 0.5 }, clipped: 1, gradientNorm: 3 } as const;
  for (const n of [1, 2]) {
    directory.on({
      ...step,
      step: n,
      epoch: n / 2,
      examples: n,
      time: n,
      loss: Number.NaN,
      hyper: { learningRate: 1 },
    });
  }
  directory.on({
    type: 'evaluation',
    step: 2,
    epoch: 1,
    examples: 2,
    time: 2.5,
    measures: { 'validation/loss': Number.POSITIVE_INFINITY, 'validation/error': 0.25 },
  });
  directory.saveParameters(parameters);
  directory.on({ type: 'end', status: 'done', step: 2, epoch: 1, examples: 2, time: 3 });
  directory.close();
  return directory;
}

it('is named by experiment, time, seed and four characters, and reads back as written', () => {
  const { path, id } = example();
  expect(id).toMatch(/^20260102T030405Z-toy-s7-[0-9a-f]{4}$/);
  const run = readRunDirectory(path);
  expect(run.config).toEqual({ epochs: 2 });
  expect(run.record).toMatchObject({ status: 'done', seed: 7, step: 2, metrics: { 'validation/error': 0.25 } });
  expect(run.rows).toEqual([
    {
      step: 2,
      epoch: 1,
      time: 2,
      'train/batch-loss': Number.NaN,
      'train/batch-error': 0.5,
      'optim/learning-rate': 1,
      'gradient/norm': 3,
    },
    { step: 2, epoch: 1, time: 2.5, 'validation/loss': Number.POSITIVE_INFINITY, 'validation/error': 0.25 },
  ]);
  expect(run.parameters).toEqual(parameters);
});

it('leaves no half-written file behind', () => {
  const names = readdirSync(example().path, { recursive: true }).map(String);
  expect(names.filter((name) => name.endsWith('.partial'))).toEqual([]);
});

it('forgives a torn last line of the log and names a damaged file', () => {
  const { path } = example();
  const log = readFileSync(join(path, 'metrics.jsonl'), 'utf8');
  truncateSync(join(path, 'metrics.jsonl'), log.length - 5);
  expect(readRunDirectory(path).rows).toHaveLength(1);
  expect(parseRows('{"step":1,"epoch":0,"time":0}\n{"st')).toHaveLength(1);
  writeFileSync(join(path, 'run.json'), '{');
  expect(() => readRunDirectory(path)).toThrow(/run\.json is damaged/);
  expect(() => readRunDirectory(join(root, 'nowhere'))).toThrow(/run\.json cannot be read/);
});

describe('reopenRunDirectory', () => {
  /** A run that was stopped after a checkpoint, and how it is taken up again. */
  function stopped() {
    const directory = example();
    const { path } = directory;
    const store = checkpointFolder(join(path, 'checkpoints'), { keepLast: 9, logs: () => lengthsOf(path) });
    store.save(checkpointAt(1), false);
    store.save(checkpointAt(2), false);
    const from = readCheckpoint(join(path, 'checkpoints', 'step-00000001'));
    return { path, reopen: () => reopenRunDirectory({ path, from, config: { epochs: 3 }, versions: {} }) };
  }
  const lengthsOf = (path: string) => {
    const bytes = (name: string) => readFileSync(join(path, name)).length;
    const events = readdirSync(path).find((name) => name.startsWith('events'))!;
    return { metrics: bytes('metrics.jsonl'), events: bytes(events) };
  };
  const checkpointAt = (step: number): Checkpoint => ({
    tensors: parameters,
    state: {
      ...{ version: 1, step, epoch: 1, examples: 2, seconds: 1, scalars: {}, skipped: {}, averaged: 0 },
      ...{ statistics: 'batch', history: [], loss: createRunningLoss() },
      epochSums: { began: 0, examples: 0, norms: 0, tallies: {} },
    },
  });
  /** All files with their bytes. */
  const filesOf = (path: string) =>
    readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((file) => [file, readFileSync(file, 'hex')]);

  it('takes away what came after the checkpoint', () => {
    const { path, reopen } = stopped();
    reopen().close();
    expect(checkpointNames(join(path, 'checkpoints'))).toEqual(['step-00000001']);
    expect(readRunDirectory(path)).toMatchObject({ record: { status: 'running', step: 1 }, config: { epochs: 3 } });
    expect(readdirSync(path).filter((name) => name.includes('taken') || name.endsWith('.partial'))).toEqual([]);
  });

  it('changes nothing where a log is missing or was shortened, and names it', () => {
    for (const log of ['metrics', 'events']) {
      for (const damage of ['missing', 'shortened']) {
        const { path, reopen } = stopped();
        const file = join(path, readdirSync(path).find((name) => name.startsWith(log))!);
        if (damage === 'missing') rmSync(file);
        else truncateSync(file, 20);
        const before = filesOf(path);
        expect(reopen).toThrow(damage === 'missing' ? /the log is missing/ : /the log has 20 bytes/);
        expect(reopen).toThrow(damage === 'missing' ? log : file);
        expect(filesOf(path)).toEqual(before);
      }
    }
  });

  it('is refused while another process writes the run or takes it up, and not for one that was killed at that', () => {
    const { path, reopen } = stopped();
    const since = new Date().toISOString();
    // The parent of this process lives, and no process has the number 2³⁰.
    const [alive, dead] = [process.ppid, 2 ** 30].map((pid) => ({ pid, host: hostname(), since }));
    const record = JSON.parse(readFileSync(join(path, 'run.json'), 'utf8'));
    const writeRecord = (writer: unknown) =>
      writeFileSync(join(path, 'run.json'), JSON.stringify({ ...record, status: 'running', process: writer }));
    writeRecord(alive);
    expect(reopen).toThrow(/process \d+ is writing this run/);
    writeRecord(dead);
    const claim = join(path, 'taken-up');
    writeFileSync(claim, JSON.stringify(alive));
    expect(reopen).toThrow(/another process is taking this run up/);
    writeFileSync(claim, JSON.stringify(dead));
    reopen().close();
    // Killed between making its claim and writing into it.
    writeFileSync(claim, '');
    reopen().close();
    writeFileSync(claim, JSON.stringify({ ...alive, host: 'elsewhere' }));
    expect(reopen).toThrow(/taking this run up/);
    utimesSync(claim, 1, 1);
    reopen().close();
  });
});
