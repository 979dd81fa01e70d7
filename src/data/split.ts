/** Training and validation sets out of one, drawn at random, because data sets come sorted. */

import { OptionError } from '../base/errors.ts';
import { checkNumber, checkOptionNames } from '../base/options.ts';
import { fold, key, RandomStream } from '../base/random.ts';
import { readLabels } from './blocks.ts';
import type { Dataset } from './dataset.ts';
import { subset } from './subset.ts';

export interface SplitOptions {
  /** Share of the examples that goes to validation, between 0 and 1; rounded to whole examples. */
  readonly fraction?: number;
  /** Number of examples that go to validation, 1 … size − 1. Give this or `fraction`. */
  readonly count?: number;
  /** The same seed draws the same split. */
  readonly seed: number;
  /** Every class keeps its share in both parts, to within one example. Default false. */
  readonly stratified?: boolean;
}

/** The two parts of a set that was split. */
export interface Split {
  readonly training: Dataset;
  readonly validation: Dataset;
}

/** How many of each class, by largest remainder, so that the shares add up to `count` exactly. */
function allot(sizes: readonly number[], count: number, size: number): number[] {
  const exact = sizes.map((n) => (n * count) / size);
  const whole = exact.map(Math.floor);
  const byRemainder = sizes.map((_, i) => i).sort((a, b) => exact[b]! - whole[b]! - (exact[a]! - whole[a]!) || a - b);
  let left = count - whole.reduce((sum, n) => sum + n, 0);
  for (const i of byRemainder) if (left-- > 0) whole[i]!++;
  return whole;
}

function validationCount(dataset: Dataset, options: SplitOptions): number {
  const { fraction, count } = options;
  if ((fraction === undefined) === (count === undefined)) {
    throw new OptionError('data/split', 'one of fraction and count is needed, and only one', {
      place: 'split',
      mend: 'Give { fraction: 0.1 } or { count: 5000 }.',
    });
  }
  if (count !== undefined)
    return checkNumber('split', 'count', count, { integer: true, min: 1, max: dataset.size - 1 });
  const range = { min: 0, max: 1, exclusiveMin: true, exclusiveMax: true };
  const rounded = Math.round(checkNumber('split', 'fraction', fraction, range) * dataset.size);
  if (rounded < 1 || rounded >= dataset.size) {
    throw new OptionError('data/split', `fraction ${fraction} of ${dataset.size} examples leaves one part empty`, {
      place: 'split',
      mend: 'Give a fraction nearer to a half.',
    });
  }
  return rounded;
}

/**
 * Splits a data set into training and validation examples: disjoint, together the whole, each in the original order.
 *
 * @throws OptionError for unknown options, for neither or both of fraction and count, for a part without examples, and
 * for `stratified` on a set without class labels.
 * @example
 * const { training, validation } = split(fashion.training, { count: 5000, seed: 7, stratified: true });
 */
export function split(dataset: Dataset, options: SplitOptions): Split {
  checkOptionNames('split', options, ['fraction', 'count', 'seed', 'stratified']);
  checkNumber('split', 'seed', options.seed, { integer: true, min: 0, max: Number.MAX_SAFE_INTEGER });
  const count = validationCount(dataset, options);
  const order = new RandomStream(fold(key(options.seed), 'split')).permutation(dataset.size);
  const inValidation = new Uint8Array(dataset.size);

  if (options.stratified) {
    const { classes, shape } = dataset.target;
    if (classes === undefined || shape.length > 0) {
      throw new OptionError('data/split', `${dataset.name} has no class labels to stratify by`, {
        place: 'split',
        mend: 'Leave `stratified` out, or make the set with `classes`.',
      });
    }
    const labels = readLabels(dataset);
    const sizes = new Array<number>(classes).fill(0);
    for (const label of labels) sizes[label]!++;
    const left = allot(sizes, count, dataset.size);
    for (const index of order) if (left[labels[index]!]!-- > 0) inValidation[index] = 1;
  } else {
    for (let i = 0; i < count; i++) inValidation[order[i]!] = 1;
  }

  const part = (flag: number) =>
    subset(
      dataset,
      Uint32Array.from(order)
        .sort()
        .filter((index) => inValidation[index] === flag),
    );
  return Object.freeze({ training: part(0), validation: part(1) });
}
