import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dolina, lastLine, readJson, root, temporaryFolder, writeExperiment } from './dolina.ts';

const folder = temporaryFolder();
writeExperiment(folder);

/** Parts of an experiment that draw at random, keep something over steps, or change in time. */
const rich = [
  'optimizer={"optimizer":"momentum","learningRate":{"schedule":"warmRestarts","max":0.1,"first":{"epochs":2},"growth":2}}',
  'clip={"clip":"byGlobalNorm","max":1}',
  'groups=[{"match":"vectors","weightDecay":0,"learningRateFactor":2}]',
  'averaging.averaging=exponential',
  'averaging.decay=0.9',
  'penalties=[{"match":"*weight","l1":0.0001}]',
  'accumulation=2',
  'sampler={"kind":"withReplacement"}',
  'model.layers.0.weightInitializer=orthogonal',
  'engine.threads=1',
].flatMap((assignment) => ['--set', assignment]);

describe('experiments as data', () => {
  it('config.json of a run starts the same run again, with all that an experiment may hold: model, parameters and metrics are equal byte for byte', async () => {
    const first = await dolina(folder, 'train', 'clouds.json', ...rich);
    expect(first.code).toBe(0);
    const path = join(folder, lastLine(first.out));
    const again = await dolina(folder, 'train', join(path, 'config.json'));
    expect(again.code).toBe(0);
    const second = join(folder, lastLine(again.out));
    expect(readJson(second, 'config.json')).toEqual(readJson(path, 'config.json'));
    for (const file of ['model.onnx', 'model.safetensors']) {
      expect(readFileSync(join(second, file)).equals(readFileSync(join(path, file))), file).toBe(true);
    }
    /** All that is measured, but for the clock. */
    const measured = (of: string) =>
      readFileSync(join(of, 'metrics.jsonl'), 'utf8')
        .trim()
        .split('\n')
        .map((row) => Object.entries(JSON.parse(row)).filter(([tag]) => !tag.startsWith('time')));
    expect(measured(second).length).toBeGreaterThan(5);
    expect(measured(second)).toEqual(measured(path));
  });

  it('names the path of an error within the experiment, its values and the mend, and the code', async () => {
    const { code, err } = await dolina(
      folder,
      'train',
      'clouds.json',
      '--set',
      'model.layers.3={"layer":"dense","units":0}',
    );
    expect({ code, err }).toEqual({
      code: 2,
      err: 'error: units is 0 (model.layers.3: dense). Give an integer at least 1. [option/range]\n',
    });
  });

  it('takes the address of the schema, prints the schema, and lists what may be set', async () => {
    const address = (await dolina(folder, 'schema', '--path')).out.trim();
    expect(address).toBe(join(root, 'experiment.schema.json'));
    expect((await dolina(folder, 'schema')).out).toBe(readFileSync(address, 'utf8'));
    const experiment = { $schema: address, ...readJson(folder, 'clouds.json') };
    writeFileSync(join(folder, 'addressed.json'), JSON.stringify(experiment));
    const { code, out } = await dolina(folder, 'keys', 'addressed.json', 'model.layers.3');
    expect(code).toBe(0);
    expect(out).toContain('model.layers.3.units = 3   (an integer at least 1)\n');
    expect(out).not.toContain('model.layers.2');
  });

  it('says of JSON that is none in which line, and refuses null, lists and texts in its place', async () => {
    writeFileSync(join(folder, 'comma.json'), '{\n  "name": "a",\n}\n');
    expect((await dolina(folder, 'train', 'comma.json')).err).toMatch(
      /comma\.json, line 3, column 1\)\. Mend it there/,
    );
    for (const text of ['null', '[1]', '"x"']) {
      writeFileSync(join(folder, 'wrong.json'), text);
      const { code, err } = await dolina(folder, 'train', 'wrong.json');
      expect({ code, err }).toMatchObject({
        code: 2,
        err: expect.stringContaining(`the experiment is ${text} (wrong.json).`),
      });
    }
  });
});
