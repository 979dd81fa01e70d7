import { OptionError } from '../../base/errors.ts';
import { frozen } from '../../base/frozen.ts';
import { refer } from '../../base/json-schema.ts';
import {
  list,
  nested,
  number,
  type OptionSpec,
  type OptionSpecs,
  readOptions,
  withDefault,
} from '../../base/option-spec.ts';
import { shown } from '../../base/shown.ts';
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

/** A loss as its builder or the table made it. */
const builtLoss: OptionSpec<Loss> = {
  read: (place, name, value) => {
    if (typeof (value as Partial<Loss> | null | undefined)?.loss === 'string') return value as Loss;
    throw new OptionError('option/form', `${name} is ${shown(value)}`, {
      place,
      mend: 'Give a loss, such as meanSquare().',
    });
  },
  schema: refer('loss'),
};

export const weightedLossesOptions = {
  terms: list(
    nested({ loss: builtLoss, weight: withDefault(number({ min: 0 }), 1) }),
    'an array such as [{ loss: meanSquare(), weight: 1 }]',
  ),
} satisfies OptionSpecs;

/**
 * Several losses of one output against one target: Σ weight · loss, each loss with a mean of its own. All of them take class
 * numbers, or all take quantities. A weight that is left out is 1.
 *
 * @example weightedLosses([{ loss: softmaxCrossEntropy() }, { loss: hinge(), weight: 0.1 }])
 */
export function weightedLosses(terms: readonly { readonly loss: Loss; readonly weight?: number }[]): WeightedLosses {
  const place = 'weightedLosses';
  return frozen({ loss: place, ...readOptions(place, weightedLossesOptions, {}, { terms }) });
}
