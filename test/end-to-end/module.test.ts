import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { dolina, lastLine, readJson, temporaryFolder, threeClouds } from './dolina.ts';

const folder = temporaryFolder();

/** TypeScript beside TypeScript, with what JSON cannot hold: a model function, a data set, a rule of one's own. */
const experiment = `
import { fromCsv, type Model, rule, softmaxCrossEntropy, zeroOne, required, split } from 'dolina';
import { dense, relu } from 'dolina/nn';
import { mul, sub } from 'dolina/rule';
import { table } from './table.ts';

const plain = rule({
  name: 'plainDescent', slots: {}, hyper: { learningRate: required },
  update: ({ theta, g, learningRate }) => ({ theta: sub(theta, mul(learningRate, g)) }),
});
const model: Model = (scope, x) => scope.apply(dense(3), scope.apply(relu(), scope.apply(dense(8), x)));
const { training, validation: test } = split(fromCsv(table, 'clouds', { target: 'kind' }), { fraction: 0.25, seed: 1 });

export const rules = [plain];
export default {
  name: 'in-code', data: { training, test }, model, loss: softmaxCrossEntropy(), metrics: { error: zeroOne() },
  optimizer: plain({ learningRate: 0.3 }), batchSize: 15, epochs: 8,
  groups: [{ match: ({ name }) => name.endsWith('bias'), weightDecay: 0.1 }],
};
`;

beforeAll(() => {
  mkdirSync(join(folder, 'experiments'));
  writeFileSync(join(folder, 'experiments/in-code.ts'), experiment);
  writeFileSync(join(folder, 'experiments/table.ts'), `export const table: string = ${JSON.stringify(threeClouds())};`);
});

describe('an experiment in TypeScript', () => {
  it('trains a model function on a data set with a rule of its own, changed by --set, and can be evaluated', async () => {
    const sets = ['--set', 'optimizer.learningRate=0.5', '--set', 'groups.0.weightDecay=0'];
    const run = await dolina(folder, 'train', 'experiments/in-code.ts', ...sets);
    expect(run.code, run.err).toBe(0);
    const path = lastLine(run.out);
    const { metrics } = readJson(folder, path, 'run.json');
    expect(metrics['test/error']).toBe(0);
    expect(readJson(folder, path, 'config.json')).toMatchObject({
      model: { function: 'model' },
      data: { training: { name: 'clouds', size: 90 }, test: { size: 30 } },
      optimizer: { optimizer: 'plainDescent', learningRate: 0.5 },
    });
    // What JSON does not hold, the run's module is asked for again; it may have moved.
    const evaluated = await dolina(folder, 'evaluate', path, '--json');
    expect(evaluated.code, evaluated.err).toBe(0);
    expect(JSON.parse(evaluated.out)['test/loss']).toBe(metrics['test/loss']);
    const longer = await dolina(folder, 'resume', path, '--epochs', '12');
    expect(longer.code, longer.err).toBe(0);
    expect(readJson(folder, path, 'run.json')).toMatchObject({ status: 'done', epoch: 12 });
    expect(readJson(folder, path, 'config.json')).toMatchObject({
      optimizer: { learningRate: 0.5 },
      groups: [{ match: { function: 'match' }, weightDecay: 0 }],
    });
    const [here, there] = ['in-code.ts', 'moved.ts'].map((name) => join(folder, 'experiments', name)) as [
      string,
      string,
    ];
    renameSync(here, there);
    const alone = await dolina(folder, 'evaluate', path);
    expect(alone.code).toBe(2);
    expect(alone.err).toMatch(/^error: the module of this run is not there any longer: .*--experiment/);
    expect((await dolina(folder, 'evaluate', path, '--experiment', there)).code).toBe(0);
    renameSync(there, here);
  });

  it('says of an error in the module where it is and what it is', async () => {
    writeFileSync(join(folder, 'wrong.ts'), "import { dense } from 'dolina';\nexport default { model: dense(-3) };\n");
    expect(await dolina(folder, 'train', 'wrong.ts')).toMatchObject({
      code: 2,
      err: 'error: units is -3 (dense). Give an integer at least 1. [option/range]\n',
    });
    writeFileSync(join(folder, 'empty.ts'), 'export const model = 1;\n');
    expect((await dolina(folder, 'train', 'empty.ts')).err).toContain('the module has no default export');
  });
});
