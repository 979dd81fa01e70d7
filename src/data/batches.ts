/**
 * Which examples make up which batch. Every batch of every epoch is a pure function of (key, epoch, batch): a position
 * is two numbers, and a run resumes anywhere without the batches before.
 *
 * The whole set, single examples and minibatches are this one code path, at batch sizes 'all', 1 and m.
 */

import { OptionError } from '../base/errors.ts';
import { checkNumber, checkOptionNames } from '../base/options.ts';
import { fold, type Key, RandomStream } from '../base/random.ts';
import { checkSampler, type Sampler, shuffled } from './sampler.ts';

export interface BatchesOptions {
  /** Number of examples in the data set. */
  readonly size: number;
  /** Examples in a batch, 1 … size, or 'all' of them. */
  readonly batchSize: number | 'all';
  /** Default `shuffled()`. */
  readonly sampler?: Sampler;
  /** Leave out the last, smaller batch of an epoch, where there is one; `continuous()` always does. Default false. */
  readonly dropLast?: boolean;
  /** All randomness comes from here. */
  readonly key: Key;
}

/** A place between two batches, both counted from 0: the batch that comes next. */
export interface Position {
  readonly epoch: number;
  readonly batch: number;
}

/** The batches of a data set by position: any batch of any epoch, without the ones before it. */
export interface Batches {
  readonly size: number;
  readonly batchSize: number;
  readonly sampler: Sampler;
  readonly dropLast: boolean;
  readonly stepsPerEpoch: number;
  /** Examples in batch `batch` of any epoch: `batchSize`, or fewer in the last one. */
  batchLength(batch: number): number;
  /** Indices of the examples of one batch. The array is used again: it is valid until the next call. */
  indices(position: Position): Uint32Array;
  /** The position after this one. */
  next(position: Position): Position;
  /** The position of the step-th batch (from 0) of a run. */
  positionOf(step: number): Position;
  /** The step (from 0) that `position` is: epoch · stepsPerEpoch + batch. */
  stepOf(position: Position): number;
}

const PLACE = 'createBatches';

/**
 * Plans the batches of a data set of `size` examples.
 *
 * @throws OptionError for unknown options, a batch larger than the set, or a position outside the epoch.
 * @example
 * const batches = createBatches({ size: 60000, batchSize: 128, key: key(7) });
 * batches.stepsPerEpoch;                        // 469, the last one of 96
 * batches.indices({ epoch: 3, batch: 200 });    // the same in every run with this key
 */
export function createBatches(options: BatchesOptions): Batches {
  checkOptionNames(PLACE, options, ['size', 'batchSize', 'sampler', 'dropLast', 'key']);
  const { dropLast = false } = options;
  const size = checkNumber(PLACE, 'size', options.size, { integer: true, min: 1, max: 2 ** 32 - 1 });
  const sampler = checkSampler(PLACE, options.sampler ?? shuffled());
  const batchSize = options.batchSize === 'all' ? size : options.batchSize;
  checkNumber(PLACE, 'batchSize', batchSize, { integer: true, min: 1 });
  if (batchSize > size) {
    throw new OptionError('data/batch-size', `batchSize is ${batchSize}, but the data set has ${size} examples`, {
      place: PLACE,
      mend: `Give at most ${size}, or 'all'.`,
    });
  }
  const whole = dropLast || sampler.kind === 'continuous';
  const stepsPerEpoch = whole ? Math.floor(size / batchSize) : Math.ceil(size / batchSize);
  const lastLength = Math.min(batchSize, size - (stepsPerEpoch - 1) * batchSize);

  const full = new Uint32Array(batchSize);
  const last = lastLength === batchSize ? full : full.subarray(0, lastLength);
  const fill = filler(sampler, size, batchSize, options.key);

  const check = (position: Position): void => {
    checkNumber('position', 'epoch', position.epoch, { integer: true, min: 0 });
    checkNumber('position', 'batch', position.batch, { integer: true, min: 0, max: stepsPerEpoch - 1 });
  };

  return Object.freeze({
    size,
    batchSize,
    sampler,
    dropLast,
    stepsPerEpoch,
    batchLength: (batch: number) => (batch === stepsPerEpoch - 1 ? lastLength : batchSize),
    indices(position: Position): Uint32Array {
      check(position);
      const target = position.batch === stepsPerEpoch - 1 ? last : full;
      fill(target, position.epoch, position.batch);
      return target;
    },
    next(position: Position): Position {
      check(position);
      const { epoch, batch } = position;
      return batch + 1 < stepsPerEpoch ? { epoch, batch: batch + 1 } : { epoch: epoch + 1, batch: 0 };
    },
    positionOf(step: number): Position {
      checkNumber('positionOf', 'step', step, { integer: true, min: 0 });
      return { epoch: Math.floor(step / stepsPerEpoch), batch: step % stepsPerEpoch };
    },
    stepOf(position: Position): number {
      check(position);
      return position.epoch * stepsPerEpoch + position.batch;
    },
  });
}

type Fill = (target: Uint32Array, epoch: number, batch: number) => void;

function filler(sampler: Sampler, size: number, batchSize: number, key: Key): Fill {
  const root = fold(key, sampler.kind);
  switch (sampler.kind) {
    case 'inOrder':
      return (target, _epoch, batch) => {
        for (let i = 0; i < target.length; i++) target[i] = batch * batchSize + i;
      };
    case 'continuous': {
      const stepsPerEpoch = Math.floor(size / batchSize);
      return (target, _epoch, batch) => {
        for (let i = 0; i < target.length; i++) target[i] = i * stepsPerEpoch + batch;
      };
    }
    case 'withReplacement': {
      let stream = new RandomStream(fold(root, 0));
      let drawnEpoch = 0;
      return (target, epoch, batch) => {
        if (epoch !== drawnEpoch) stream = new RandomStream(fold(root, epoch));
        drawnEpoch = epoch;
        // A uniform takes two words of the stream, always, so the place of any batch in it is known. (Rejection, as in
        // `integer`, would take a number of words that depends on the draws.) The bias is below size / 2^53.
        stream.position = 2 * batch * batchSize;
        for (let i = 0; i < target.length; i++) target[i] = Math.floor(stream.uniform() * size);
      };
    }
    case 'shuffledOnce':
      return permuted(root, size, batchSize, () => 0);
    case 'shuffled':
      return permuted(root, size, batchSize, (epoch) => Math.floor(epoch / sampler.everyEpochs));
  }
}

/** Batches cut from permutation number `which(epoch)`; one permutation is kept at a time, in one array. */
function permuted(root: Key, size: number, batchSize: number, which: (epoch: number) => number): Fill {
  const order = new Uint32Array(size);
  let drawn = -1;
  return (target, epoch, batch) => {
    const wanted = which(epoch);
    if (wanted !== drawn) {
      for (let i = 0; i < size; i++) order[i] = i;
      new RandomStream(fold(root, wanted)).shuffle(order);
      drawn = wanted;
    }
    const begin = batch * batchSize;
    for (let i = 0; i < target.length; i++) target[i] = order[begin + i]!;
  };
}
