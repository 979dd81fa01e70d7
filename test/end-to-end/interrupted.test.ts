import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeSafetensors } from '../../src/train/safetensors.ts';
import { dolina, lastLine, readJson, start, temporaryFolder, writeExperiment } from './dolina.ts';

const folder = temporaryFolder();
beforeAll(() => writeExperiment(folder));

function savedWeights(path: string): Float32Array[] {
  const file = join(path, 'model.safetensors');
  return [...decodeSafetensors(readFileSync(file), file).tensors.values()].map(({ values }) => values);
}

describe('a run that does not finish', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('is saved on %s and ends with %d: weights, model, rows and why', async (signal, code) => {
    const run = start(['train', 'clouds.json', '--epochs', '1000000'], { folder });
    await run.shows('epoch=2 ');
    run.child.kill(signal);
    const { code: found, out, err } = await run.ended;
    expect(found, err).toBe(code);
    const path = join(folder, lastLine(out));
    const record = readJson(path, 'run.json');
    expect(record).toMatchObject({ status: 'stopped', reason: `stopped by ${signal}`, exitCode: code });
    expect(record.step).toBeGreaterThanOrEqual(10);
    expect(existsSync(join(path, 'model.onnx'))).toBe(true);
    expect(existsSync(join(path, 'curves.svg'))).toBe(true);
    const rows = readFileSync(join(path, 'metrics.jsonl'), 'utf8');
    for (const line of rows.trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow();
    for (const values of savedWeights(path)) expect(values.every(Number.isFinite)).toBe(true);
    const evaluated = await dolina(folder, 'evaluate', path);
    expect(evaluated).toMatchObject({ code: 0 });
  });

  it('is kept where it diverged, with the last finite weights, the step and the mend, and ends with 4', async () => {
    const { code, out, err } = await dolina(
      folder,
      'train',
      'clouds.json',
      '--set',
      'optimizer={"optimizer": "sgd", "learningRate": 1e30}',
    );
    expect(code, err).toBe(4);
    expect(err).toMatch(/^error: diverged at step \d+: .* Lower the learning rate/m);
    const path = join(folder, lastLine(out));
    expect(readJson(path, 'run.json')).toMatchObject({ status: 'diverged', exitCode: 4 });
    for (const values of savedWeights(path)) expect(values.every(Number.isFinite)).toBe(true);
  });
});
