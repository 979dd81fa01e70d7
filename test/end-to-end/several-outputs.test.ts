import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { dolina, lastLine, type Outcome, readJson, temporaryFolder, threeClouds, writeExperiment } from './dolina.ts';

const folder = temporaryFolder();
const experiment = 'clouds.json';
let run: Outcome;
let path: string;

/** The clouds, and for each point how far it is to the right of and above the middle. */
function withQuantities(table: string): string {
  const [head, ...rows] = table.trim().split('\n');
  const more = rows.map((row) => {
    const [x, y] = row.split(',').map(Number) as [number, number];
    return `${row},${(x + y).toFixed(4)},${(x - y).toFixed(4)}`;
  });
  return `${[`${head},sum,difference`, ...more].join('\n')}\n`;
}

beforeAll(async () => {
  const head = (units: number) => ({ layer: 'dense', units });
  writeExperiment(folder, {
    data: {
      csv: 'clouds.csv',
      targets: { cloud: 'kind', place: { column: ['sum', 'difference'], kind: 'numbers' } },
      standardize: true,
      test: { fraction: 0.25, stratified: true },
    },
    model: {
      layer: 'sequential',
      layers: [head(8), { layer: 'tanh' }, { layer: 'outputs', heads: { cloud: head(3), place: head(2) } }],
    },
    loss: { cloud: { loss: 'softmaxCrossEntropy' }, place: { loss: { loss: 'meanSquare' }, weight: 0.3 } },
    metrics: { cloud: { error: { metric: 'zeroOne' } }, place: { distance: { metric: 'meanAbsoluteError' } } },
    epochs: 12,
  });
  writeFileSync(join(folder, 'clouds.csv'), withQuantities(threeClouds()));
  writeFileSync(join(folder, 'other.csv'), withQuantities(threeClouds(60)));
  run = await dolina(folder, 'train', experiment);
  path = join(folder, lastLine(run.out));
});

describe('dolina with several outputs', () => {
  it('trains them, and reports each under its name and the weighted sum', () => {
    expect({ code: run.code, err: run.err }).toMatchObject({ code: 0 });
    const { metrics } = readJson(path, 'run.json');
    for (const set of ['train', 'validation', 'test']) {
      const of = (name: string) => metrics[`${set}/${name}`];
      expect(of('loss')).toBeCloseTo(of('cloud/loss') + 0.3 * of('place/loss'), 5);
      expect(of('place/distance')).toBeGreaterThan(0);
    }
    expect(metrics['test/cloud/error']).toBe(0);
    expect(run.err).toMatch(/^test cloud\/accuracy 1\b.* cloud\/loss .* place\/distance .* on 30 examples/m);
    const rows = readFileSync(join(path, 'metrics.jsonl'), 'utf8').trim().split('\n');
    const ofSteps = rows.map((row) => Object.keys(JSON.parse(row))).find((tags) => tags.includes('train/batch-loss'));
    expect(ofSteps).toEqual(expect.arrayContaining(['train/batch-cloud/error', 'train/batch-place/loss']));
    expect(readJson(path, 'config.json').loss).toEqual({
      cloud: { loss: { loss: 'softmaxCrossEntropy' }, weight: 1 },
      place: { loss: { loss: 'meanSquare' }, weight: 0.3 },
    });
  });

  it('exports a model with both outputs', async () => {
    const session = await InferenceSession.create(join(path, 'model.onnx'));
    expect([...session.outputNames].sort()).toEqual(['cloud', 'place']);
    await session.release();
  });

  it('evaluates the run, with the confusion of the output that says classes', async () => {
    const { metrics } = readJson(path, 'run.json');
    const { code, out } = await dolina(folder, 'evaluate', path, '--json', '--confusion');
    expect(code).toBe(0);
    const { 'test/cloud/confusion': confusion, ...measures } = JSON.parse(out);
    for (const [tag, value] of Object.entries(measures)) expect(value).toBe(metrics[tag]);
    expect(confusion.classNames).toEqual(['east', 'north', 'west']);
    const named = await dolina(folder, 'evaluate', path, '--confusion', '--output', 'clod');
    expect([named.code, named.err]).toEqual([2, expect.stringContaining('Did you mean "cloud"?')]);
  });

  it('takes another weight by --set, which changes what is trained and is shown by a dry run', async () => {
    const set = ['--set', 'loss.place.weight=0'];
    const dry = await dolina(folder, 'train', experiment, '--dry-run', ...set);
    expect([dry.code, dry.err]).toEqual([0, expect.anything()]);
    expect(dry.out).toContain('"weight": 0');
    expect(dry.out).toMatch(/^cloud +dense +\[16, 3\] +27 +24 /m);
    const without = await dolina(folder, 'train', experiment, ...set);
    const of = (outcome: Outcome) => readJson(folder, lastLine(outcome.out), 'run.json').metrics;
    expect(of(without)['train/loss']).toBeCloseTo(of(without)['train/cloud/loss'], 6);
    expect(of(without)['test/place/loss']).toBeGreaterThan(2 * of(run)['test/place/loss']);
    const wrong = await dolina(folder, 'train', experiment, '--dry-run', '--set', 'loss.plase.weight=0');
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('Did you mean "loss.place"?')]);
  });

  it('reads targets of another file as those of the first', async () => {
    const other = await dolina(folder, 'train', experiment, '--epochs', '1', '--set', 'data.test="other.csv"');
    expect([other.code, other.err]).toEqual([0, expect.stringContaining('on 60 examples')]);
  });

  it('refuses what does not belong together before anything is trained, with the nearest name', async () => {
    const refused = async (...set: string[]) => {
      const { code, err } = await dolina(
        folder,
        'train',
        experiment,
        '--dry-run',
        ...set.flatMap((one) => ['--set', one]),
      );
      expect(code).toBe(2);
      return err;
    };
    expect(await refused('metrics={}', 'loss={"loss":"softmaxCrossEntropy"}')).toContain(
      'the loss is one, and the data have the targets cloud, place',
    );
    expect(await refused('data.targets={"clouds":"kind","place":["sum","difference"]}')).toContain(
      'the data have no target for the output "cloud"',
    );
    expect(await refused('data.targets={"cloud":"kind","place":{"colum":"sum"}}')).toContain('Did you mean "column"?');
    expect(await refused('data.target="kind"')).toContain('both targets and target are given');
  });
});
