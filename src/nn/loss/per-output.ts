/** Losses of a model with several outputs, by the name of the output, each with its weight in their sum. */

import { OptionError } from '../../base/errors.ts';
import { frozen } from '../../base/frozen.ts';
import { checkNumber, checkOptionNames } from '../../base/options.ts';
import type { Loss } from './loss.ts';
import { readLoss } from './table.ts';
import type { WeightedLoss } from './weighted-losses.ts';

/**
 * A loss for each output of a model with several, alone (its weight is then 1) or with its weight; training minimises
 * Σ weight · loss.
 *
 * @example const loss: LossPerOutput = { digit: softmaxCrossEntropy(), parity: { loss: binaryCrossEntropy(), weight: 0.3 } };
 */
export type LossPerOutput = Readonly<Record<string, Loss | { readonly loss: Loss; readonly weight?: number }>>;

/** The same with every weight written out. */
export type WeightedLossPerOutput = Readonly<Record<string, WeightedLoss>>;

/** Whether a loss is one, of the only output. */
export function isLoss(loss: Loss | LossPerOutput | LossPerOutput[string]): loss is Loss {
  return typeof (loss as Partial<Loss> | null)?.loss === 'string';
}

/** Checks a plain value (from JSON, say) and gives the loss, or the losses by output, that it describes. */
export function readLosses(value: unknown): Loss | WeightedLossPerOutput {
  if (!isPerOutput(value)) return readLoss(value);
  return frozen(Object.fromEntries(Object.entries(value).map(([output, given]) => [output, readOne(output, given)])));
}

function isPerOutput(value: unknown): value is LossPerOutput {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || isLoss(value as Loss)) return false;
  const parts = Object.values(value);
  return parts.length > 0 && parts.every((part) => typeof part === 'object' && part !== null);
}

function readOne(output: string, given: LossPerOutput[string]): WeightedLoss {
  const place = `loss.${output}`;
  if (isLoss(given)) return { loss: readLoss(given), weight: 1 };
  checkOptionNames(place, given, ['loss', 'weight']);
  const { loss, weight } = given as Partial<WeightedLoss>;
  if (loss === undefined) {
    throw new OptionError('option/missing', 'loss is missing', {
      place,
      mend: 'Give a loss, or { loss: …, weight: 0.3 }.',
    });
  }
  return { loss: readLoss(loss), weight: checkNumber(place, 'weight', weight ?? 1, { min: 0 }) };
}
