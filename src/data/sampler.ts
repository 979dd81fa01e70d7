/** In which order the examples of an epoch are visited: plain frozen data. `createBatches` carries it out. */

import { OptionError } from '../base/errors.ts';
import { count, type OptionSpecs, readOptions, withDefault } from '../base/option-spec.ts';
import { checkOneOf } from '../base/options.ts';
import { shown } from '../base/shown.ts';

/** The order of the examples in each epoch, as data; the functions below build one. */
export type Sampler =
  | { readonly kind: 'shuffled'; readonly everyEpochs: number }
  | { readonly kind: 'shuffledOnce' }
  | { readonly kind: 'withReplacement' }
  | { readonly kind: 'inOrder' }
  | { readonly kind: 'continuous' };

const shuffledOptions = { everyEpochs: withDefault(count, 1) } satisfies OptionSpecs;

/**
 * A fresh permutation every `everyEpochs` epochs (at least 1, default 1): each example once an epoch. Only in the first
 * pass is the minibatch gradient an unbiased estimate of the gradient of the true risk.
 *
 * Goodfellow, Bengio, Courville, "Deep Learning", 8.1.3.
 */
export function shuffled(options: { readonly everyEpochs?: number } = {}): Sampler {
  return Object.freeze({ kind: 'shuffled', ...readOptions('shuffled', shuffledOptions, options) });
}

/** One permutation, drawn at the start and kept: every epoch visits the examples in the same shuffled order. */
export function shuffledOnce(): Sampler {
  return Object.freeze({ kind: 'shuffledOnce' });
}

/**
 * Independent draws: each place of each batch takes any example with probability 1/size. An epoch is as many draws as
 * there are examples; about 1/e of the examples are missed in it.
 */
export function withReplacement(): Sampler {
  return Object.freeze({ kind: 'withReplacement' });
}

/** As stored. Right for evaluation; for training only where the stored order means nothing. */
export function inOrder(): Sampler {
  return Object.freeze({ kind: 'inOrder' });
}

/**
 * Each row of a batch goes on where the same row of the batch before it ended: with ⌊size / batchSize⌋ = n steps in an
 * epoch, row r of batch b is example r·n + b. For sequences cut into pieces that follow one another, as `fromText` makes
 * them with its default stride, so that what a recurrent layer carries from batch to batch belongs to its row (truncated
 * backpropagation through time). All batches are full; the last size mod batchSize examples are left out. Each epoch
 * begins anew, at batch 0: there the carried state is to be zero.
 */
export function continuous(): Sampler {
  return Object.freeze({ kind: 'continuous' });
}

/** The options of each kind of sampler. */
export const samplers = {
  shuffled: shuffledOptions,
  shuffledOnce: {},
  withReplacement: {},
  inOrder: {},
  continuous: {},
} as const satisfies Readonly<Record<Sampler['kind'], OptionSpecs>>;

/** Checks a sampler that came from outside (a JSON file, `--set`) and returns it frozen. */
export function checkSampler(place: string, value: unknown): Sampler {
  if (typeof value !== 'object' || value === null || !('kind' in value)) {
    throw new OptionError('option/choice', `sampler is ${shown(value)}`, {
      place,
      mend: 'Give shuffled(), or { "kind": "shuffled" }; likewise shuffledOnce, withReplacement, inOrder and continuous.',
    });
  }
  const { kind, ...options } = value;
  const known = checkOneOf(place, 'kind', kind, Object.keys(samplers) as Sampler['kind'][]);
  return Object.freeze({
    kind: known,
    ...readOptions(known, samplers[known], options),
  } as Sampler);
}
