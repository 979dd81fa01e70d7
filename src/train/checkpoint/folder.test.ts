import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataError } from '../../base/errors.ts';
import { RandomStream } from '../../base/random.ts';
import { createRunningLoss } from '../stopping/running-loss.ts';
import type { Checkpoint } from './checkpoint.ts';
import {
  checkpointFolder,
  checkpointName,
  checkpointNames,
  newestCheckpoint,
  readCheckpoint,
  returnTo,
} from './folder.node.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dolina-checkpoints-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Every float32 there is, the odd ones first; and numbers that JSON cannot say. */
function example(step: number): Checkpoint {
  const bits = Uint32Array.of(0, 0x80000000, 1, 0x7f7fffff, 0x7f800000, 0xff800000, 0x7fc00000, 0x3f800001, step);
  const evaluation = { type: 'evaluation', step, epoch: 1, examples: 9, time: Number.POSITIVE_INFINITY } as const;
  return {
    tensors: new Map([
      ['theta/dense1/weight', { shape: [3, 3], values: new Float32Array(bits.buffer) }],
      ['v/dense1/weight', { shape: [1], values: Float32Array.of(0.1) }],
    ]),
    state: {
      ...{ version: 1, step, epoch: 1 / 3, examples: 9, seconds: 0.1 + 0.2, scalars: { product: -0 } },
      ...{ skipped: {}, averaged: 0, statistics: 'batch', loss: createRunningLoss() },
      history: [
        { ...evaluation, measures: { 'train/loss': Number.NEGATIVE_INFINITY, 'validation/error': Number.NaN } },
      ],
      epochSums: { began: 0, examples: 3, norms: 5e-324, tallies: { loss: { totals: [1e308, 3], examples: 2 } } },
    },
  };
}

const bitsOf = ({ tensors }: Checkpoint) =>
  [...tensors].map(([name, { shape, values }]) => [name, shape, [...new Uint32Array(values.buffer, 0, values.length)]]);

describe('checkpointFolder', () => {
  it('gives back every bit: of tensors, of NaN and infinities, of the sign of zero', () => {
    checkpointFolder(folder).save(example(7), false);
    const back = readCheckpoint(join(folder, 'step-00000007'));
    expect(back.state).toEqual(example(7).state);
    expect(Object.is(back.state.scalars.product, -0)).toBe(true);
    expect(bitsOf(back)).toEqual(bitsOf(example(7)));
  });

  it('keeps the last ones and the best, and names both', () => {
    const store = checkpointFolder(folder, { keepLast: 2 });
    for (const step of [1, 2, 3, 4, 5]) store.save(example(step), step === 2);
    expect(readdirSync(folder).sort()).toEqual(['best', 'latest', 'step-00000002', 'step-00000004', 'step-00000005']);
    const name = (file: string) => readFileSync(join(folder, file), 'utf8');
    expect([name('best'), name('latest')]).toEqual(['step-00000002\n', 'step-00000005\n']);
    expect(readCheckpoint(join(folder, 'step-00000005')).manifest.best).toBe('step-00000002');
  });

  it('keeps those of a new training beside later ones of another, which it neither counts nor touches', () => {
    const other = checkpointFolder(folder, { keepLast: 2 });
    for (const step of [7, 8]) other.save(example(step), true);
    const store = checkpointFolder(folder, { keepLast: 2 });
    for (const step of [1, 2, 3]) store.save(example(step), step === 1);
    expect(checkpointNames(folder)).toEqual([8, 7, 3, 2, 1].map(checkpointName));
    expect(newestCheckpoint(folder)).toMatchObject({ checkpoint: { name: checkpointName(3) }, damage: [] });
    expect(readFileSync(join(folder, 'best'), 'utf8')).toBe('step-00000001\n');
  });

  it('goes on with the best one that its folder names, where a training is resumed', () => {
    const store = checkpointFolder(folder, { keepLast: 1 });
    for (const step of [1, 2]) store.save(example(step), step === 1);
    const again = checkpointFolder(folder, { keepLast: 1 });
    for (const step of [3, 4]) again.save(example(step), false);
    expect(checkpointNames(folder)).toEqual([checkpointName(4), checkpointName(1)]);
    expect(readCheckpoint(join(folder, checkpointName(4))).manifest.best).toBe(checkpointName(1));
  });

  it('takes the place of a checkpoint of the same step', () => {
    const store = checkpointFolder(folder);
    store.save(example(1), false);
    store.save({ ...example(1), tensors: new Map() }, false);
    expect(readCheckpoint(join(folder, 'step-00000001')).tensors.size).toBe(0);
    expect(readdirSync(folder).sort()).toEqual(['latest', 'step-00000001']);
  });

  it('says plainly what the system refuses, and leaves the checkpoints before', () => {
    const store = checkpointFolder(folder);
    store.save(example(1), false);
    // A file where a folder is to be made.
    writeFileSync(join(folder, 'step-00000002.partial'), '');
    mkdirSync(join(folder, 'file'));
    const inFile = checkpointFolder(join(folder, 'latest'));
    expect(() => inFile.save(example(2), false)).toThrow(/nothing can be written/);
    expect(newestCheckpoint(folder)?.checkpoint.state.step).toBe(1);
  });
});

describe('newestCheckpoint', () => {
  it('is undefined without any, and skips what was being written', () => {
    expect(newestCheckpoint(join(folder, 'nowhere'))).toBeUndefined();
    checkpointFolder(folder).save(example(1), false);
    mkdirSync(join(folder, 'step-00000009.partial'));
    expect(newestCheckpoint(folder)).toMatchObject({ checkpoint: { name: 'step-00000001' }, damage: [] });
  });

  it('notices any changed, missing or added byte of either file, names it, and gives the one before', () => {
    const stream = new RandomStream({ k0: 1, k1: 2 });
    const store = checkpointFolder(folder);
    store.save(example(1), false);
    store.save(example(2), false);
    for (const file of ['state.json', 'training.safetensors']) {
      const path = join(folder, 'step-00000002', file);
      const bytes = readFileSync(path);
      for (let round = 0; round < 90; round++) {
        const at = stream.integer(bytes.length);
        const changed = [
          () => bytes.with(at, bytes[at]! ^ (1 << stream.integer(8))),
          () => bytes.subarray(0, at),
          () => Buffer.concat([bytes, bytes.subarray(0, 1 + at)]),
        ][round % 3]!();
        writeFileSync(path, changed);
        const { checkpoint, damage } = newestCheckpoint(folder)!;
        expect(checkpoint.name).toBe('step-00000001');
        expect(damage.map(({ code }) => code)).toEqual(['checkpoint/damaged']);
        expect(damage[0]!.message).toContain(path);
      }
      writeFileSync(path, bytes);
      expect(newestCheckpoint(folder)!.checkpoint.name).toBe('step-00000002');
    }
  });

  it('throws where all are damaged', () => {
    checkpointFolder(folder).save(example(1), false);
    rmSync(join(folder, 'step-00000001', 'training.safetensors'));
    expect(() => newestCheckpoint(folder)).toThrow(DataError);
  });
});

it('returnTo takes away what came later, and names latest and best as they were', () => {
  const store = checkpointFolder(folder, { keepLast: 9 });
  for (const step of [1, 2, 3]) store.save(example(step), step !== 2);
  mkdirSync(join(folder, 'step-00000004.partial'));
  returnTo(folder, readCheckpoint(join(folder, 'step-00000002')));
  expect(readdirSync(folder).sort()).toEqual(['best', 'latest', 'step-00000001', 'step-00000002']);
  const name = (file: string) => readFileSync(join(folder, file), 'utf8');
  expect([name('best'), name('latest')]).toEqual(['step-00000001\n', 'step-00000002\n']);
});

it('returnTo takes away old ones that a process which was killed left, but never the best', () => {
  const store = checkpointFolder(folder, { keepLast: 9 });
  for (const step of [1, 2, 3, 4, 5]) store.save(example(step), step === 2);
  returnTo(folder, readCheckpoint(join(folder, 'step-00000005')), 2);
  expect(checkpointNames(folder)).toEqual(['step-00000005', 'step-00000004', 'step-00000002']);
});
