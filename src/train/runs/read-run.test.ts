import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeRun } from '../../../test/fixtures/train/write-run.ts';
import { readRun, readRuns } from './read-run.node.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'dolina-runs-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** Changes run.json. */
function amend(path: string, fields: Readonly<Record<string, unknown>>): void {
  const file = join(path, 'run.json');
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...fields }));
}

describe('readRun', () => {
  it('reads what was written: where it stands, measures, configuration, rows', () => {
    const path = writeRun({ root, errors: [0.5, Number.NaN], seed: 3, tested: 0.25 });
    const run = readRun(path);
    expect(run).toMatchObject({
      ...{ path, id: basename(path), experiment: 'toy', status: 'done', exitCode: 0, seed: 3, step: 20, epoch: 2 },
      ...{ epochs: 2, seconds: 0.2, parameters: 51, started: '2026-01-02T00:00:00.000Z', problems: [] },
      metrics: { 'validation/error': Number.NaN, 'test/error': 0.25 },
      config: { optimizer: { optimizer: 'sgd' } },
      engine: { name: 'reference', threads: 1 },
    });
    expect(run.rows.map(({ step }) => step)).toEqual([5, 10, 10, 15, 20, 20]);
  });

  it('tells a run that goes on from one whose process is gone, by the log where that is ahead of run.json', () => {
    const path = writeRun({ root, errors: [0.5], status: 'running' });
    appendFileSync(
      join(path, 'metrics.jsonl'),
      '{"step":15,"epoch":1.5,"time":0.15,"train/batch-loss":1}\n{"step":20,"ep',
    );
    // The process of this test, whose number is given to the run: but the run began before it was born.
    amend(path, { process: { ...readJson(path).process, since: new Date().toISOString() } });
    expect(readRun(path)).toMatchObject({ status: 'running', step: 15, epoch: 1.5, seconds: 0.15 });
    amend(path, { process: { ...readJson(path).process, pid: 2 ** 22 + 1 } });
    expect(readRun(path)).toMatchObject({ status: 'died', step: 15 });
  });

  it('calls a run of another machine silent once nothing was written for ten minutes', () => {
    const path = writeRun({ root, errors: [0.5], status: 'running' });
    amend(path, { process: { pid: 1, host: 'elsewhere.invalid', since: '2026-01-02T00:00:00.000Z' } });
    expect(readRun(path).status).toBe('running');
    for (const name of ['run.json', 'metrics.jsonl']) utimesSync(join(path, name), 0, 0);
    expect(readRun(path).status).toBe('silent');
  });

  it('forgives a torn last line, leaves out a damaged one, and says where it is', () => {
    const path = writeRun({ root, errors: [0.5, 0.4] });
    const log = join(path, 'metrics.jsonl');
    const lines = readFileSync(log, 'utf8').split('\n');
    truncateSync(log, readFileSync(log).length - 7);
    expect(readRun(path).rows).toHaveLength(5);
    for (const damage of ['{"step":', '7', '{"step":1}', '{"step":1,"epoch":1,"time":1,"a":"b"}']) {
      writeFileSync(log, [lines[0], damage, ...lines.slice(2)].join('\n'));
      const run = readRun(path);
      expect(run.rows).toHaveLength(5);
      expect(run.problems).toEqual(['metrics.jsonl is damaged: line 2 is no row']);
    }
  });

  it('names what is missing or damaged, and goes on without it', () => {
    const path = writeRun({ root, errors: [0.5], experiment: 'a-b', seed: 4 });
    writeFileSync(join(path, 'run.json'), '{"id": "x", "sta');
    rmSync(join(path, 'metrics.jsonl'));
    const run = readRun(path);
    expect(run).toMatchObject({
      status: 'damaged',
      experiment: 'a-b',
      seed: 4,
      started: '2026-01-02T00:00:00.000Z',
      rows: [],
    });
    expect(run.problems).toEqual([expect.stringMatching(/^run\.json is damaged: /), 'metrics.jsonl is missing']);
    for (const text of ['[]', 'null', '"text"', '']) {
      writeFileSync(join(path, 'config.json'), text);
      writeFileSync(join(path, 'run.json'), text);
      expect(readRun(path)).toMatchObject({ status: 'damaged', config: {}, metrics: {} });
    }
    rmSync(join(path, 'run.json'));
    expect(readRun(path).problems).toContain('run.json is missing');
  });

  it('takes no wrong type from run.json', () => {
    const path = writeRun({ root, errors: [0.5] });
    amend(path, {
      step: 'many',
      seed: {},
      metrics: { a: 1, b: 'x' },
      versions: [1],
      engine: 7,
      experiment: 3,
      process: 1,
    });
    const run = readRun(path);
    expect(run).toMatchObject({ experiment: 'toy', seed: 7, metrics: { a: 1 }, versions: {} });
    expect('step' in run || 'engine' in run).toBe(false);
    amend(path, { status: 'finished' });
    expect(readRun(path).status).toBe('damaged');
  });

  it('refuses what is no run directory', () => {
    expect(() => readRun(root)).toThrow(/no run directory: run\.json cannot be read/);
    expect(() => readRun(join(root, 'nothing'))).toThrow(/no run directory/);
  });
});

describe('readRuns', () => {
  it('finds all runs, the latest first, and passes over all else', () => {
    const paths = [3, 1, 2].map((second) => writeRun({ root, errors: [0.5], second, experiment: `e${second % 2}` }));
    mkdirSync(join(root, 'e1', 'race'), { recursive: true });
    writeFileSync(join(root, 'e1', 'race', 'race.json'), '{}');
    mkdirSync(join(root, 'notes'));
    writeFileSync(join(root, 'notes', 'config.json'), '{}');
    expect(readRuns(root).map(({ path }) => path)).toEqual([paths[0], paths[2], paths[1]]);
    expect(readRuns(join(root, 'e1'))).toHaveLength(2);
    expect(readRuns(paths[0]!).map(({ path }) => path)).toEqual([paths[0]]);
  });

  it('refuses a folder that is not there', () => {
    expect(() => readRuns(join(root, 'nowhere'))).toThrow(/no folder of runs ".*nowhere"/);
  });
});

const readJson = (path: string) => JSON.parse(readFileSync(join(path, 'run.json'), 'utf8'));
