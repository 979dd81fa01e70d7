/** Naming, filtering, sorting and ranking runs, on directories as training leaves them. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeRun } from '../../../test/fixtures/train/write-run.ts';
import { bestRun } from './best-run.ts';
import { filterRuns, readFilters, sortRuns } from './filter.ts';
import { findRun, runFinder } from './find-run.node.ts';
import { longForm } from './long-form.ts';
import { readRuns } from './read-run.node.ts';
import type { RecordedRun } from './recorded-run.ts';
import { runCurve } from './run-curve.ts';
import { directionOf, measuredValue, measureOf, primaryMeasure } from './run-measures.ts';
import { legendNames, runDifferences, shortNames } from './run-names.ts';
import { runSummary } from './run-summary.ts';

let root = '';
/** The latest first: d, c, b, a. */
let runs: RecordedRun[];
const paths: Record<string, string> = {};
const letters = (found: readonly RecordedRun[]) =>
  found.map(({ path }) => Object.keys(paths).find((letter) => paths[letter] === path)).join('');
const find = (letter: string) => runs.find(({ path }) => path === paths[letter])!;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'dolina-runs-'));
  const adam = { optimizer: 'adam', learningRate: 0.01, beta1: 0.9 };
  paths.a = writeRun({ root, second: 1, errors: [0.5, 0.1, 0.4] });
  paths.b = writeRun({ root, second: 2, errors: [0.5, 0.3, 0.2], config: { optimizer: adam }, tested: 0.22 });
  paths.c = writeRun({
    root,
    second: 3,
    errors: [0.5, Number.NaN],
    config: { optimizer: adam },
    status: 'diverged',
    seed: 8,
  });
  const schedule = { schedule: 'linearDecay', from: 0.1 };
  paths.d = writeRun({ root, second: 4, errors: [0.3], config: { optimizer: { ...adam, learningRate: schedule } } });
  runs = readRuns(root);
});
afterAll(() => rmSync(root, { recursive: true }));

describe('measures of a run', () => {
  it('have a last value, and a best one with its step', () => {
    expect(measureOf(find('a'), 'validation/error')).toEqual({
      ...{ tag: 'validation/error', better: 'lower' },
      last: { value: 0.4, step: 30, epoch: 3 },
      best: { value: 0.1, step: 20, epoch: 2 },
    });
    expect(measureOf(find('c'), 'validation/error')).toMatchObject({
      last: { value: Number.NaN },
      best: { value: 0.5, step: 10 },
    });
    expect(measuredValue(find('a'), 'validation/error', 'best')).toBe(0.1);
    expect(measuredValue(find('a'), 'validation/error', 'last')).toBe(0.4);
  });

  it('are there where run.json alone knows them, and not where nobody does', () => {
    expect(measureOf(find('b'), 'test/error')).toEqual({
      ...{ tag: 'test/error', better: 'lower', last: { value: 0.22 }, best: { value: 0.22 } },
    });
    expect(measureOf(find('a'), 'test/error')).toBeUndefined();
  });

  it('know which way they are good, by the metrics of the configuration', () => {
    const config = {
      metrics: { hits: { metric: 'accuracy' }, error: { metric: 'zeroOne' }, odd: { metric: 'of-later' } },
    };
    const ways = ['validation/hits', 'train/batch-hits', 'test/error', 'train/loss', 'train/batch-loss', 'optim/loss'];
    expect(ways.map((tag) => directionOf({ config }, tag))).toEqual([
      ...['higher', 'higher', 'lower', 'lower', 'lower', undefined],
    ]);
    expect(directionOf({ config }, 'validation/odd')).toBeUndefined();
    expect(directionOf({ config: {} }, 'gradient/norm')).toBeUndefined();
  });

  it('are drawn from single steps where these have them, from evaluations where not', () => {
    expect(runCurve(find('d'), 'gradient/norm', 'step')).toEqual([
      [5, 5],
      [10, 10],
    ]);
    expect(runCurve(find('a'), 'validation/error', 'epoch')).toEqual([
      [1, 0.5],
      [2, 0.1],
      [3, 0.4],
    ]);
    expect(runCurve(find('a'), 'validation/error', 'time').map(([x]) => x)).toEqual([0.1, 0.2, 0.3]);
  });

  it('are exported a value to a row', () => {
    expect([...longForm(find('a'), new Set(['validation/error']))].slice(0, 2)).toEqual([
      { run: basename(paths.a!), step: 10, epoch: 1, time: 0.1, tag: 'validation/error', value: 0.5 },
      { run: basename(paths.a!), step: 20, epoch: 2, time: 0.2, tag: 'validation/error', value: 0.1 },
    ]);
    // Three step rows of three values and one evaluation of four, for each epoch.
    expect([...longForm(find('a'))]).toHaveLength(3 * (2 * 3 + 4));
  });
});

describe('filters', () => {
  const chosen = (text: string) => letters(filterRuns(runs, readFilters(text)));

  it.each([
    ['optimizer=adam', 'dcb'],
    ['optimizer.optimizer=adam', 'dcb'],
    ['optimizer==adam', 'dcb'],
    ['optimizer!=adam', 'a'],
    ['status=done seed=7', 'dba'],
    ['status=diverged,stopped', 'c'],
    ['optimizer.learningRate=1e-2', 'cb'],
    ['optimizer.learningRate<0.1', 'cb'],
    ['optimizer.learningRate<=0.1', 'cba'],
    ['optimizer.learningRate=linearDecay', 'd'],
    ['optimizer.learningRate.from=0.1', 'd'],
    ['validation/error<0.4', 'db'],
    ['validation/error >= 0.3', 'da'],
    ['validation/error=NaN', 'c'],
    ['test/error=none', 'dca'],
    ['test/error!=none', 'b'],
    ['id~TOY', 'dcba'],
    ['experiment="toy" epochs=3', 'ba'],
    ['started>2026-01-02T00:00:02.500Z', 'dc'],
    ['', 'dcba'],
  ])('%s means the runs %s', (text, expected) => {
    expect(chosen(text)).toBe(expected);
  });

  it('count the best value of a measure where they are told to', () => {
    const filters = readFilters('validation/error<0.2');
    expect(letters(filterRuns(runs, filters, 'last'))).toBe('');
    expect(letters(filterRuns(runs, filters, 'best'))).toBe('a');
  });

  it.each([
    ['optimiser=adam', /none of the runs has "optimiser" .*Did you mean "optimizer"\?/],
    ['learningRate=1', /Did you mean "optimizer\.learningRate"\?/],
    ['error<1', /Did you mean "\w+\/error"\?/],
    ['eror<1', /Did you mean "\w+\/error"\?/],
    ['validation/eror<1', /Did you mean "validation\/error"\?/],
  ])('refuse the key of %s with the nearest', (text, message) => {
    expect(() => chosen(text)).toThrow(message);
  });

  it.each(['optimizer', '=adam', 'status=', 'a="b', 'a=b c'])('refuse %j, which is no condition', (text) => {
    expect(() => readFilters(text)).toThrow(/is no condition \(--filter\)\. Write key=value/);
  });
});

describe('sorting', () => {
  it('goes by keys from low to high, or from high to low, with those that have no number last', () => {
    expect(letters(sortRuns(runs, ['validation/error']))).toBe('bdac');
    expect(letters(sortRuns(runs, ['-validation/error']))).toBe('adbc');
    expect(letters(sortRuns(runs, ['validation/error'], 'best'))).toBe('abdc');
    expect(letters(sortRuns(runs, ['-seed', 'started']))).toBe('cabd');
    expect(letters(sortRuns(runs, ['optimizer', '-id']))).toBe('dcba');
    expect(() => sortRuns(runs, ['-validation/erro'])).toThrow(
      /"validation\/erro" \(--sort\)\. Did you mean "validation\/error"/,
    );
  });
});

describe('bestRun', () => {
  it('goes by the first metric, and leaves out what is no number', () => {
    expect(bestRun(runs)).toMatchObject({
      ...{ run: { path: paths.b }, measure: { tag: 'validation/error', better: 'lower' }, among: 3 },
      found: { value: 0.2, step: 30 },
    });
    expect(bestRun(runs, { moment: 'best' })).toMatchObject({
      run: { path: paths.a },
      found: { value: 0.1, step: 20 },
    });
    expect(bestRun(runs, { measure: 'validation/error', better: 'higher' }).run.path).toBe(paths.a);
  });

  it('refuses a measure that nobody has, or of which nothing says what is good', () => {
    expect(() => bestRun(runs, { measure: 'validation/eror' })).toThrow(/Did you mean "validation\/error"/);
    expect(() => bestRun(runs, { measure: 'gradient/norm' })).toThrow(/not agreed on which way gradient\/norm is good/);
    expect(() => bestRun([find('c')])).toThrow(/none of 1 runs has a number for validation\/error/);
  });

  it('judges a run by its first metric on the validation set', () => {
    expect(primaryMeasure(find('a'))).toBe('validation/error');
    const { config, ...rest } = runSummaryWithRows(find('a'));
    expect(primaryMeasure({ ...rest, config: {} })).toBe('validation/loss');
    expect(config).toBeDefined();
  });
});

describe('findRun', () => {
  it('finds a run by path, id, end, part, file, latest and best', () => {
    const a = paths.a!;
    const id = basename(a);
    const references = [
      a,
      `${a}/`,
      join(a, 'run.json'),
      id,
      id.slice(-4),
      id.slice(0, 16),
      id.slice(0, 16).toLowerCase(),
    ];
    for (const reference of references) expect(letters([findRun(reference, { root })]), reference).toBe('a');
    expect(letters(['latest', 'best', 'best:validation/loss'].map(runFinder(root)))).toBe('dbb');
  });

  it('lists the candidates where several are meant', () => {
    const message =
      /"toy" is a part of the id of 4 runs: .*-toy-s7-[0-9a-f]{4} \(done\), .*-toy-s8-[0-9a-f]{4} \(diverged\)/;
    expect(() => findRun('toy', { root })).toThrow(message);
    expect(() => findRun(join(root, 'toy'))).toThrow(/is a folder of 4 runs: /);
  });

  it('names the nearest where none is meant', () => {
    expect(() => findRun('lastest', { root })).toThrow(/no run in .* is named "lastest"\. Did you mean "latest"/);
    const id = basename(paths.a!);
    expect(() => findRun(`${id.slice(0, -1)}z`, { root })).toThrow(new RegExp(`Did you mean "${id}"`));
    expect(() => findRun('./nowhere', { root })).toThrow(/no run directory/);
  });
});

describe('names beside one another', () => {
  it('are the shortest ends of ids that tell them apart', () => {
    const name = shortNames([...runs, ...runs]);
    for (const run of runs) {
      expect(run.id.endsWith(`-${name(run)}`)).toBe(true);
      expect(findRun(name(run), { root }).path).toBe(run.path);
    }
    const alike = ['1-toy-s1-aaaa', '1-toy-s2-aaaa', '2-toy-s1-aaaa'].map((id) => ({ ...runs[0]!, id }));
    expect(alike.map(shortNames(alike))).toEqual(['1-toy-s1-aaaa', 's2-aaaa', '2-toy-s1-aaaa']);
  });

  it('say what differs: kinds alone, settings with their names, the seed where it does', () => {
    const [d, c, b, a] = legendNames(runs, ({ id }) => id.slice(-4));
    expect([a, b, c]).toEqual([
      'sgd learningRate=0.1 epochs=3 seed=7',
      'adam learningRate=0.01 epochs=3 seed=7',
      'adam learningRate=0.01 epochs=2 seed=8',
    ]);
    expect(d).toBe('adam learningRate=linearDecay from=0.1 epochs=1 seed=7');
    const twins = [find('a'), { ...find('a'), id: 'x-bbbb' }];
    expect(legendNames(twins, ({ id }) => id.slice(-4))).toEqual([find('a').id.slice(-4), 'bbbb']);
  });

  it('hold runs of one experiment against one another, not against those of another one', () => {
    const other = {
      ...find('a'),
      id: 'other',
      experiment: 'other',
      config: { name: 'other', loss: { loss: 'meanSquare' } },
    };
    expect(runDifferences([find('a'), find('b'), other]).map(({ path }) => path)).toEqual([
      'optimizer',
      'optimizer.learningRate',
    ]);
    expect(runDifferences([find('a'), other]).map(({ path }) => path)).toContain('loss');
  });
});

describe('runSummary', () => {
  it('is plain data without log, configuration and versions', () => {
    const summary = runSummary(find('b'));
    expect(JSON.parse(JSON.stringify(summary))).toEqual(summary);
    expect(Object.keys(summary)).not.toContain('rows');
    expect(summary).toMatchObject({ path: paths.b, status: 'done', metrics: { 'test/error': 0.22 } });
    expect('config' in summary || 'versions' in summary).toBe(false);
  });
});

function runSummaryWithRows(run: RecordedRun): RecordedRun {
  return { ...run, rows: run.rows };
}
