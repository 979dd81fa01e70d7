/** What a loss is: frozen data; its row computes it, one number for each example. */

import type { OptionSpecs } from '../../base/option-spec.ts';
import type { Tensor } from '../../graph/tensor.ts';
import type { PerExample } from '../per-example.ts';

/** A description such as `{ loss: 'meanSquare' }`; the builders of `loss/` make them. */
export interface Loss {
  readonly loss: string;
}

/** One row of the table of losses. */
export interface LossRow<D extends Loss = Loss> {
  /** What its options may be, for the schema of an experiment. */
  readonly options: OptionSpecs;
  /** Builds the description from plain options, with every check of its builder. */
  read(options: Readonly<Record<string, unknown>>): D;
  /** Whether targets are class numbers (int32 or uint8) or quantities (float32, uint8 or int32). */
  readonly targets: 'classes' | 'quantities';
  /** (predictions [N, …], targets) → each example's loss, and what it counts in the mean. */
  perExample(loss: D, predictions: Tensor, targets: Tensor): PerExample;
  /** The constant prediction, one number for each unit, whose loss over `targets` is least (or nearly, see there). */
  bestConstant(loss: D, targets: ArrayLike<number>, units: number): number[];
}
