import { mkdirSync, writeFileSync } from 'node:fs';
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
};
`;

beforeAll(() => {
  mkdirSync(join(folder, 'experiments'));
  writeFileSync(join(folder, 'experiments/in-code.ts'), experiment);
  writeFileSync(join(folder, 'experiments/table.ts'), `export const table: string = ${JSON.stringify(threeClouds())};`);
});

describe('an experiment in TypeScript', () => {
  it('trains a model function on a data set with a rule of its own, changed by --set, and can be evaluated', async () => {
    const run = await dolina(folder, 'train', 'experiments/in-code.ts', '--set', 'optimizer.learningRate=0.5');
    expect(run.code, run.err).toBe(0);
    const path = lastLine(run.out);
    const { metrics } = readJson(folder, path, 'run.json');
    expect(metrics['test/error']).toBe(0);
    expect(readJson(folder, path, 'config.json')).toMatchObject({
      model: { function: 'model' },
      data: { training: { name: 'clouds', size: 90 }, test: { size: 30 } },
      optimizer: { optimizer: 'plainDescent', learningRate: 0.5 },
    });
    const alone = await dolina(folder, 'evaluate', path);
    expect(alone.code).toBe(2);
    expect(alone.err).toMatch(/^error: .*--experiment/);
    const { code, out } = await dolina(folder, 'evaluate', path, '--experiment', 'experiments/in-code.ts', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)['test/loss']).toBe(metrics['test/loss']);
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
