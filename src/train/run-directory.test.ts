import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseRows } from './metrics-log.ts';
import { createRunDirectory, readRunDirectory } from './run-directory.node.ts';

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
