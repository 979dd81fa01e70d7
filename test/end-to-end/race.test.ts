import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseRows } from '../../src/train/metrics-log.ts';
import { dolina, lastLine, type Outcome, readJson, start, temporaryFolder, writeExperiment } from './dolina.ts';

const folder = temporaryFolder();
const small = ['--points', '3', '--points-per-decade', '1', '--most-points', '5', '--tuning-epochs', '1'];
let run: Outcome;
let path: string;

beforeAll(async () => {
  writeExperiment(folder);
  const lanes = 'sgd,momentum:momentum=0.5,adam:learningRate=0.02';
  run = await dolina(folder, 'race', 'clouds.json', '--optimizers', lanes, '--epochs', '2', ...small);
  path = join(folder, lastLine(run.out));
});

interface Race {
  readonly plan: { readonly seeds: number[]; readonly tuning: { readonly seed: number } };
  readonly tunings: readonly {
    readonly lane: string;
    readonly learningRate: number;
    readonly points: readonly { readonly learningRate: number; readonly status: string; readonly value?: number }[];
  }[];
  readonly lanes: readonly {
    readonly name: string;
    readonly rate: string;
    readonly learningRate: number;
    readonly runs: readonly { readonly seed: number; readonly status: string; readonly log: string }[];
  }[];
  readonly ranking: { readonly lanes: readonly { readonly lane: string; readonly rank: number }[] };
}
const race = (): Race => readJson(path, 'race.json');

describe('dolina race', () => {
  it('ends with 0, with the directory of the race alone on stdout', () => {
    expect({ code: run.code, err: run.err }).toMatchObject({ code: 0 });
    expect(run.out).toMatch(/^runs\/clouds\/\d{8}T\d{6}Z-race-clouds-[0-9a-f]{4}\n$/);
    expect(readdirSync(path).sort()).toEqual(['lanes', 'race-seconds.svg', 'race-steps.svg', 'race.json']);
  });

  it('keeps plan, every score of every grid, lanes and ranking in race.json', () => {
    expect(readJson(path, 'race.json')).toMatchObject({ schema: 1, experiment: 'clouds', status: 'done', exitCode: 0 });
    const { plan, tunings, lanes, ranking } = race();
    expect(plan.seeds).toEqual([3, 4, 5]);
    expect(plan.tuning.seed).toBe(6);
    expect(tunings.map(({ lane }) => lane)).toEqual(['sgd', 'momentum momentum=0.5']);
    for (const { points, learningRate } of tunings) {
      expect(points.length).toBeGreaterThanOrEqual(3);
      const done = points.filter(({ status }) => status === 'done');
      const best = Math.min(...done.map(({ value }) => value!));
      expect(done.find((point) => point.learningRate === learningRate)!.value).toBe(best);
    }
    expect(lanes.map(({ rate }) => rate)).toEqual(['tuned', 'tuned', 'given']);
    expect(lanes[2]!.learningRate).toBe(0.02);
    expect(ranking.lanes).toHaveLength(3);
  });

  it('leaves a log for each run: the loss over steps, and the measures from the start to the end', () => {
    for (const { runs } of race().lanes) {
      expect(runs.map(({ seed }) => seed)).toEqual([3, 4, 5]);
      for (const { log, status } of runs) {
        expect(status).toBe('done');
        const rows = parseRows(readFileSync(join(path, log), 'utf8'));
        expect(rows.filter((row) => 'validation/error' in row).map(({ step }) => step)).toEqual([0, 5, 10]);
        expect(rows.filter((row) => 'train/mean-loss' in row)).toHaveLength(10);
        expect(rows.every(({ time }) => time >= 0)).toBe(true);
      }
    }
  });

  it('measures the same parameters before the first step of every lane, seed by seed', () => {
    const first = race().lanes.map(({ runs }) =>
      runs.map(({ log }) => parseRows(readFileSync(join(path, log), 'utf8'))[0]),
    );
    expect(first[1]).toEqual(first[0]);
    expect(first[2]).toEqual(first[0]);
    expect(first[0]![0]).not.toEqual(first[0]![1]);
  });

  it('draws two figures that name every lane in the order of the ranking', () => {
    for (const name of ['race-steps.svg', 'race-seconds.svg']) {
      const svg = readFileSync(join(path, name), 'utf8');
      expect(svg).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
      expect(svg).not.toMatch(/NaN|undefined|Infinity/);
      const shown = [...svg.matchAll(/<text class="strong"[^>]*>([^<]+)</g)].map(([, text]) => text);
      expect(shown).toEqual(race().ranking.lanes.map(({ lane }) => lane));
    }
  });

  it('tells each tuning run and each run in a line, and the ranking as a table, without escape codes', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
    expect(run.err + run.out).not.toMatch(/[\r\x1b]/);
    expect(run.err.match(/^run=race lane=/gm)).toHaveLength(9);
    expect(run.err.match(/^run=tuning lane=sgd seed=6 rate=/gm)!.length).toBeGreaterThanOrEqual(3);
    expect(run.err).toMatch(/^rank +optimizer +learning rate +validation error +time to /m);
    expect(run.err).toMatch(/^\d=? +adam +0\.02 \(not tuned\) +0/m);
  });

  it('is stopped by SIGINT after the step, with what there is, and ends with 130', async () => {
    const started = start(
      ['race', 'clouds.json', '--optimizers', 'adam:learningRate=0.02,sgd:learningRate=0.1', '--epochs', '3000'],
      { folder },
    );
    await started.shows('run=race lane=adam');
    started.child.kill('SIGINT');
    const { code, out, err } = await started.ended;
    expect(code, err).toBe(130);
    const stopped = join(folder, lastLine(out));
    expect(readJson(stopped, 'race.json')).toMatchObject({
      status: 'stopped',
      reason: 'stopped by SIGINT',
      exitCode: 130,
    });
    expect(existsSync(join(stopped, 'race-steps.svg'))).toBe(true);
  });

  it('ends with 4 where every run diverged, and keeps the race', async () => {
    const { code, out, err } = await dolina(folder, 'race', 'clouds.json', '--optimizers', 'sgd:learningRate=1e38');
    expect(code, err).toBe(4);
    expect(err).toMatch(/^error: every run of every lane diverged/m);
    expect(readJson(folder, lastLine(out), 'race.json')).toMatchObject({ status: 'diverged', exitCode: 4 });
  });

  it('holds out a part of the training set where the experiment validates on the test set, and says so', async () => {
    const args = ['--set', 'validation=test', '--optimizers', 'adam', '--no-tune', '--epochs', '1'];
    const { code, out, err } = await dolina(folder, 'race', 'clouds.json', ...args);
    expect(code, err).toBe(0);
    expect(err).toMatch(/^note: the experiment validates on the test set; .* held out/m);
    const record = readJson(folder, lastLine(out), 'race.json');
    expect(record.config.validation).toMatchObject({ fraction: 0.1 });
    expect(record.lanes[0]).toMatchObject({ rate: 'default', learningRate: 0.001 });
  });

  it.each([
    [['--optimizers', 'adan'], /there is no optimizer "adan"\. Did you mean "adam"\?/],
    [['--optimizers', 'adam:beta_2=0.9'], /unknown option "beta_2".*Did you mean "beta2"/],
    [['--optimizers', 'sgd', '--no-tune'], /sgd has no default learning rate/],
    [['--seeds', '2'], /seeds is 2.*at least 3/],
    [['--budget', 'smal'], /Did you mean "small"/],
    [['--measure', 'eror'], /Did you mean "error"/],
  ])('refuses %j with 2 and leaves nothing', async (args, message) => {
    const { code, out, err } = await dolina(folder, 'race', 'clouds.json', ...args, '--out', 'refused');
    expect({ code, out }, err).toEqual({ code: 2, out: '' });
    expect(err).toMatch(message);
    expect(existsSync(join(folder, 'refused'))).toBe(false);
  });
});
