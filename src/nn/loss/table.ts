/** The table of losses: a new one is one file and one row. */

import { OptionError, under } from '../../base/errors.ts';
import { suggestion } from '../../base/nearest.ts';
import { checkOptionNames } from '../../base/options.ts';
import { shown } from '../../base/shown.ts';
import { add, mul } from '../../graph/elementwise.ts';
import { concat } from '../../graph/form.ts';
import { fillLike } from '../../graph/leaf.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { countedBy, meanOfSums, meanOverExamples, sumsOverExamples } from '../per-example.ts';
import { binaryCrossEntropyRow } from './binary-cross-entropy.ts';
import { focalRow } from './focal.ts';
import { binaryHingeRow, hingeRow } from './hinge.ts';
import { huberRow } from './huber.ts';
import { kullbackLeiblerRow } from './kullback-leibler.ts';
import type { Loss, LossRow } from './loss.ts';
import { meanAbsoluteRow } from './mean-absolute.ts';
import { meanSquareRow } from './mean-square.ts';
import { softmaxCrossEntropyRow } from './softmax-cross-entropy.ts';
import { type WeightedLoss, type WeightedLosses, weightedLosses } from './weighted-losses.ts';

export const losses = {
  softmaxCrossEntropy: softmaxCrossEntropyRow,
  binaryCrossEntropy: binaryCrossEntropyRow,
  meanSquare: meanSquareRow,
  meanAbsolute: meanAbsoluteRow,
  huber: huberRow,
  hinge: hingeRow,
  binaryHinge: binaryHingeRow,
  kullbackLeibler: kullbackLeiblerRow,
  focal: focalRow,
} as const satisfies Readonly<Record<string, LossRow>>;

/** The name of a built-in loss. */
export type LossKind = keyof typeof losses | 'weightedLosses';

function rowOf(value: unknown, place: string): LossRow {
  const kind = (value as Partial<Loss> | null | undefined)?.loss;
  if (typeof kind !== 'string' || !Object.hasOwn(losses, kind)) {
    throw new OptionError('option/choice', `${shown(value)} is no loss`, {
      place,
      mend: suggestion(String(kind), [...Object.keys(losses), 'weightedLosses']),
    });
  }
  return losses[kind as keyof typeof losses] as LossRow;
}

const isWeighted = (value: unknown): value is WeightedLosses =>
  (value as Partial<Loss> | null | undefined)?.loss === 'weightedLosses';

/** What a loss is a sum of: losses of the table, with their weights. */
function termsOf(loss: Loss): readonly WeightedLoss[] {
  if (!isWeighted(loss)) return [{ loss, weight: 1 }];
  return loss.terms.flatMap((term) =>
    termsOf(term.loss).map(({ loss, weight }) => ({ loss, weight: weight * term.weight })),
  );
}

/** Checks a plain value (from JSON, say) and gives the loss that it describes. */
export function readLoss(value: unknown): Loss {
  if (!isWeighted(value)) {
    const row = rowOf(value, '');
    const { loss: kind, ...options } = value as Loss;
    checkOptionNames(kind, options, Object.keys(row.options));
    return row.read(options);
  }
  const { loss: _, terms, ...rest } = value;
  checkOptionNames('weightedLosses', rest, ['terms']);
  const sum = weightedLosses(
    weightedLosses(terms).terms.map((term, i) => ({
      ...term,
      loss: under(`terms.${i}.loss`, () => readLoss(term.loss)),
    })),
  );
  const [first, ...others] = termsOf(sum);
  for (const { loss } of others) {
    if (targetsOf(loss) === targetsOf(first!.loss)) continue;
    throw new OptionError(
      'option/loss',
      `${first!.loss.loss} takes ${targetsOf(first!.loss)}, ${loss.loss} ${targetsOf(loss)}`,
      {
        place: 'weightedLosses',
        mend: 'Sum losses that take the same targets.',
      },
    );
  }
  return sum;
}

/** Whether the targets of a loss are class numbers or quantities. */
export function targetsOf(loss: Loss): LossRow['targets'] {
  return rowOf(termsOf(loss)[0]!.loss, 'loss').targets;
}

/**
 * The loss of each example: (predictions [N, …], targets) → [N], times its weight where labels have weights, 0 where they
 * are ignored. Throws a ShapeError where they do not fit.
 */
export function lossPerExample(loss: Loss, predictions: Tensor, targets: Tensor): Tensor {
  return weighted(loss, (term) => rowOf(term, 'loss').perExample(term, predictions, targets).values);
}

/**
 * The loss of a batch: the mean over its examples (over what they count, where that differs), a scalar. `exampleWeights`,
 * [N], is how often each example counts. Throws a ShapeError where the tensors do not fit.
 */
export function applyLoss(loss: Loss, predictions: Tensor, targets: Tensor, exampleWeights?: Tensor): Tensor {
  return weighted(loss, (term) =>
    meanOverExamples(countedBy(rowOf(term, 'loss').perExample(term, predictions, targets), exampleWeights)),
  );
}

/** Σ weight · f(term) over the terms of a loss. */
function weighted(loss: Loss, f: (term: Loss) => Tensor): Tensor {
  return termsOf(loss)
    .map((term) => (term.weight === 1 ? f(term.loss) : mul(f(term.loss), term.weight)))
    .reduce((sum, term) => add(sum, term));
}

/**
 * What batches add up to the loss of a data set: Σ loss, a scalar, where every example counts 1; else, for each term of the
 * loss, Σ loss and Σ weights, one after another. `lossOfSums` makes the loss of them.
 */
export function lossSums(loss: Loss, predictions: Tensor, targets: Tensor, exampleWeights?: Tensor): Tensor {
  const terms = termsOf(loss).map((term) => {
    const { values, weights } = rowOf(term.loss, 'loss').perExample(term.loss, predictions, targets);
    const weighed = term.weight === 1 ? values : mul(values, term.weight);
    return countedBy({ values: weighed, ...(weights === undefined ? {} : { weights }) }, exampleWeights);
  });
  if (terms.length === 1) return sumsOverExamples(terms[0]!);
  const pairs = terms.map(({ values, weights = fillLike(values, 1) }) => sumsOverExamples({ values, weights }));
  return concat(pairs, 0);
}

/** The loss of so many examples, from the sums over all their batches. */
export function lossOfSums(loss: Loss, sums: ArrayLike<number>, examples: number): number {
  const { length } = termsOf(loss);
  if (length === 1) return meanOfSums(sums, examples);
  let total = 0;
  for (let i = 0; i < 2 * length; i += 2) total += meanOfSums([sums[i]!, sums[i + 1]!], examples);
  return total;
}

/** The label that a loss leaves out, where it has one. */
export function ignoredLabelOf(loss: Loss): number | undefined {
  for (const term of termsOf(loss)) {
    const { ignoredLabel } = term.loss as { readonly ignoredLabel?: number };
    if (ignoredLabel !== undefined) return ignoredLabel;
  }
  return undefined;
}

/**
 * The prediction that fits the targets of a training set best if it may not depend on the input: the biases of output
 * units that make a network start at the statistics of the labels. Logits for the cross-entropies (the log frequencies;
 * the log odds), smoothed so that they are finite; the mean for `meanSquare`, the median for `meanAbsolute`. Of several
 * losses, that of the one that weighs most.
 *
 * Goodfellow, Bengio, Courville, "Deep Learning", section 8.4.
 *
 * @example dense(10, { biasInitializer: given(bestConstant(softmaxCrossEntropy(), labels, 10)) })
 */
export function bestConstant(loss: Loss, targets: ArrayLike<number>, units: number): number[] {
  const { loss: heaviest } = termsOf(loss).reduce((most, term) => (term.weight > most.weight ? term : most));
  return rowOf(heaviest, 'loss').bestConstant(heaviest, targets, units);
}
