import { OptionError } from '../../base/errors.ts';
import { frozen } from '../../base/frozen.ts';
import { checkNumber, checkOptionNames } from '../../base/options.ts';
import type { Loss } from './loss.ts';

/** One of several losses. */
export interface WeightedLoss {
  readonly loss: Loss;
  /** How much its mean counts, ≥ 0. */
  readonly weight: number;
}

/** Description of a sum of losses. */
export interface WeightedLosses {
  readonly loss: 'weightedLosses';
  readonly terms: readonly WeightedLoss[];
}

/**
 * Several losses of one output against one target: Σ weight · loss, each loss with a mean of its own. All of them take class
 * numbers, or all take quantities. A weight that is left out is 1.
 *
 * @example weightedLosses([{ loss: softmaxCrossEntropy() }, { loss: hinge(), weight: 0.1 }])
 */
export function weightedLosses(terms: readonly { readonly loss: Loss; readonly weight?: number }[]): WeightedLosses {
  if (!Array.isArray(terms) || terms.length === 0) {
    throw new OptionError('option/form', `terms is ${JSON.stringify(terms) ?? String(terms)}`, {
      place,
      mend: 'Give an array such as [{ loss: meanSquare(), weight: 1 }].',
    });
  }
  return frozen({
    loss: place,
    terms: terms.map((term, i) => {
      checkOptionNames(`${place}[${i}]`, term, ['loss', 'weight']);
      const { loss, weight } = term as WeightedLoss;
      return { loss, weight: checkNumber(`${place}[${i}]`, 'weight', weight ?? 1, { min: 0 }) };
    }),
  });
}

const place = 'weightedLosses';
