/** Losses of a model with several outputs, by the name of the output, each with its weight in their sum. */

import { under } from '../../base/errors.ts';
import { frozen } from '../../base/frozen.ts';
import { number, type OptionSpecs, optionsSchema, readBy, readOptions, withDefault } from '../../base/option-spec.ts';
import type { Loss } from './loss.ts';
import { lossSpec } from './loss-spec.ts';
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
  return frozen(
    Object.fromEntries(Object.entries(value).map(([output, given]) => [output, under(output, () => readOne(given))])),
  );
}

function isPerOutput(value: unknown): value is LossPerOutput {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || isLoss(value as Loss)) return false;
  const parts = Object.values(value);
  return parts.length > 0 && parts.every((part) => typeof part === 'object' && part !== null);
}

function readOne(given: LossPerOutput[string]): WeightedLoss {
  return isLoss(given) ? { loss: readLoss(given), weight: 1 } : readOptions('', weightedLossOptions, given);
}

const weightedLossOptions = { loss: lossSpec, weight: withDefault(number({ min: 0 }), 1) } satisfies OptionSpecs;

const forms = 'a loss, or one for each output: { "digit": { "loss": "softmaxCrossEntropy" }, … }';

/** An option that is a loss, or one for each output of a model with several. */
export const lossesSpec = readBy(readLosses, {
  anyOf: [
    lossSpec.schema,
    {
      type: 'object',
      additionalProperties: { anyOf: [lossSpec.schema, optionsSchema(weightedLossOptions)] },
      minProperties: 1,
    },
  ],
  $comment: forms,
});
