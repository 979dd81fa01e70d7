/** Losses of a model with several outputs, by the name of the output, each with its weight in their sum. */

import { frozen } from '../../base/frozen.ts';
import { named, nested, number, type OptionSpec, withDefault } from '../../base/option-spec.ts';
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

const weighted = nested({ loss: lossSpec, weight: withDefault(number({ min: 0 }), 1) });

const lossOfOutput: OptionSpec<WeightedLoss> = {
  read: (place, name, value) =>
    isLoss(value as Loss) ? { loss: lossSpec.read(place, name, value), weight: 1 } : weighted.read(place, name, value),
  schema: { anyOf: [lossSpec.schema, weighted.schema] },
};

const losses = named(lossOfOutput, 'a loss, or one for each output: { "digit": { "loss": "softmaxCrossEntropy" } }', 1);

/** An option that is a loss, or one for each output. */
export const lossesSpec: OptionSpec<Loss | WeightedLossPerOutput> = {
  read: (place, name, value) => (isPerOutput(value) ? losses : lossSpec).read(place, name, value),
  schema: { anyOf: [lossSpec.schema, losses.schema] },
};

/** Checks a plain value (from JSON, say) and gives the loss, or the losses by output, that it describes. */
export function readLosses(value: unknown): Loss | WeightedLossPerOutput {
  return frozen(isPerOutput(value) ? losses.read('', 'loss', value) : readLoss(value));
}

function isPerOutput(value: unknown): value is LossPerOutput {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || isLoss(value as Loss)) return false;
  const parts = Object.values(value);
  return parts.length > 0 && parts.every((part) => typeof part === 'object' && part !== null);
}
