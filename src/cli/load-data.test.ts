import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smallCifarFiles } from '../../test/fixtures/data/tar-bytes.ts';
import { readLabels } from '../data/blocks.ts';
import type { Dataset } from '../data/dataset.ts';
import { decodeText } from '../data/text/vocabulary.ts';
import { readExperiment } from '../train/experiment.ts';
import { loadData } from './load-data.ts';

let folder: string;
const gray = (value: number) => encode({ width: 2, height: 2, channels: 1, data: new Uint8Array(4).fill(value) });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dolina-load-'));
  for (const [name, bytes] of Object.entries(smallCifarFiles)) await writeFile(join(folder, name), bytes);
  await writeFile(join(folder, 'a.txt'), 'abcdefghijklmnopqrstuvwxyz');
  await writeFile(join(folder, 'b.txt'), 'zyxwv');
  for (const [name, value] of [
    ['one/x/1.png', 10],
    ['one/x/2.png', 30],
    ['one/y/1.png', 50],
    ['two/y/1.png', 90],
  ] as const) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), gray(value));
  }
});
afterAll(() => rm(folder, { recursive: true }));

function load(data: object, more: object = {}) {
  const experiment = readExperiment({
    ...{ name: 'x', data, model: { layer: 'dense', units: 3 }, loss: { loss: 'softmaxCrossEntropy' } },
    ...{ optimizer: { optimizer: 'sgd', learningRate: 0.1 }, ...more },
  });
  return loadData(experiment, { cacheFolder: folder });
}

function texts(set: Dataset): string[] {
  const length = set.input.shape[0]!;
  return Array.from({ length: set.size }, (_, i) => {
    const input = new Int32Array(length);
    set.copy([i], input, new Int32Array(length));
    return decodeText({ characters: set.classNames! }, input);
  });
}

describe('loadData', () => {
  it('reads CIFAR-10 from a folder, standardized by the channels of its training set', async () => {
    const { training, test, source } = await load({ set: 'cifar10', folder, standardize: true });
    expect([training.size, test!.size]).toEqual([6, 2]);
    expect(training.normalization.mean).toHaveLength(3);
    expect(test!.normalization).toEqual(training.normalization);
    expect(source).toContain(folder);
  });

  it('holds the end of a text out, twice, with nothing shared where examples overlap', async () => {
    const text = join(folder, 'a.txt');
    const whole = await load({ text, length: 5, test: { count: 1 } }, { validation: { count: 1 } });
    expect(texts(whole.training)).toEqual(['abcde', 'fghij', 'klmno']);
    expect(texts(whole.validation!)).toEqual(['pqrst']);
    expect(texts(whole.test!)).toEqual(['uvwxy']);
    const overlapping = await load({ text, length: 4, stride: 2, test: { fraction: 0.2 } });
    expect(texts(overlapping.training).at(-1)).toBe('opqr');
    expect(texts(overlapping.test!)).toEqual(['stuv', 'uvwx']);
    await expect(load({ text, length: 4 }, { validation: { count: 1, stratified: true } })).rejects.toThrow(
      'stratified is true',
    );
  });

  it('numbers a second text by the vocabulary of the first', async () => {
    const both = { text: join(folder, 'a.txt'), length: 4, test: join(folder, 'b.txt') };
    const { test, source } = await load(both);
    expect(texts(test!)).toEqual(['zyxw']);
    expect(source).toBe(`the file ${both.text}, tested on the file ${both.test}`);
    await expect(load({ ...both, text: both.test, test: both.text })).rejects.toThrow('"a" (U+0061), character 0');
  });

  it('numbers a second folder of pictures by the classes of the first', async () => {
    const data = { images: join(folder, 'one'), size: [1, 1], colours: 'gray' };
    const { training, test } = await load({ ...data, test: join(folder, 'two'), standardize: true });
    expect([training.classNames, test!.classNames]).toEqual([
      ['x', 'y'],
      ['x', 'y'],
    ]);
    expect(Array.from(readLabels(test!))).toEqual([1]);
    expect(training.normalization.mean![0]).toBeCloseTo(30 / 255, 12);
    const parts = await load({ ...data, test: { count: 1 } });
    expect([parts.training.size, parts.test!.size]).toEqual([2, 1]);
  });
});
