import { frozen } from '../../base/frozen.ts';
import { count, flag, number, type OptionSpecs, optional, readOptions, withDefault } from '../../base/option-spec.ts';
import { type Duration, durationSpec, isOver } from '../../optim/schedule/duration.ts';
import type { EvaluationEvent } from '../event.ts';
import { bestOf, type Mode, monitorOptions } from './monitor.ts';
import { positionOf, type Situation, type Verdict } from './situation.ts';

/** Options of `earlyStopping`. */
export interface EarlyStoppingOptions {
  readonly monitor?: string;
  readonly mode?: Mode;
  readonly patience?: number;
  readonly minDelta?: number;
  readonly startAfter?: Duration;
  readonly restoreBest?: boolean;
}

/** Early stopping, as data. */
export interface EarlyStopping {
  readonly stopping: 'earlyStopping';
  readonly monitor: string;
  readonly mode: Mode;
  readonly patience: number;
  readonly minDelta: number;
  readonly startAfter?: Duration;
  readonly restoreBest: boolean;
}

export const earlyStoppingOptions = {
  ...monitorOptions('validation/error'),
  patience: withDefault(count, 5),
  minDelta: withDefault(number({ min: 0 }), 0),
  startAfter: optional(durationSpec),
  restoreBest: withDefault(flag, true),
} satisfies OptionSpecs;

/**
 * Stops when a measure has not improved for a while, and gives the best parameters back. By default as in Goodfellow,
 * Bengio, Courville, "Deep Learning", 7.8 and 8.1.2: the loss is only a surrogate; what decides is the 0-1 error on the
 * validation set, however large the surrogate's gradient still is.
 *
 * - `monitor`: a measure of evaluations, `'validation/error'`; `mode`: `'min'` where less is better, `'max'`, or
 *   `'auto'` (default): as the metric has it.
 * - `patience`: an integer ≥ 1, 5: it stops at that many evaluations in a row without improvement, as in Keras.
 * - `minDelta` ≥ 0, 0: improvement is what beats the best so far by more than this. NaN never does.
 * - `startAfter`: evaluations before are not looked at, as with `start_from_epoch` in Keras. Default none.
 * - `restoreBest`, true: however the run ends, the model that it returns has the parameters of the best evaluation.
 *
 * ```ts
 * train({ …, validation, metrics: { error: zeroOne() }, stopping: earlyStopping({ patience: 3 }) });
 * ```
 */
export function earlyStopping(options: EarlyStoppingOptions = {}): EarlyStopping {
  return frozen({ stopping: 'earlyStopping', ...readOptions('earlyStopping', earlyStoppingOptions, options) });
}

/** The evaluations that count. */
function counted({ startAfter }: EarlyStopping, history: readonly EvaluationEvent[], steps: number) {
  if (startAfter === undefined) return history;
  return history.filter((evaluation) => isOver(startAfter, positionOf(evaluation, steps)));
}

/** The best evaluation so far; `undefined` before there is one. */
export function bestEvaluation(
  policy: EarlyStopping,
  { history, steps }: Pick<Situation, 'history' | 'steps'>,
): EvaluationEvent | undefined {
  const from = counted(policy, history, steps);
  return from[bestOf(policy, from, policy.minDelta)];
}

export function decideEarlyStopping(policy: EarlyStopping, situation: Situation): Verdict | undefined {
  if (!situation.evaluated) return undefined;
  const from = counted(policy, situation.history, situation.steps);
  const best = bestOf(policy, from, policy.minDelta);
  if (from.length - 1 - best < policy.patience) return undefined;
  const at = from[best];
  const told =
    at === undefined ? 'it never was a number' : `its best was ${at.measures[policy.monitor]} at step ${at.step}`;
  const waited = `${policy.patience} evaluation${policy.patience === 1 ? '' : 's'}`;
  return { status: 'done', reason: `${policy.monitor} has not improved for ${waited}; ${told}` };
}
