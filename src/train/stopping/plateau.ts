import { frozen } from '../../base/frozen.ts';
import { number, type OptionSpecs, readOptions, withDefault } from '../../base/option-spec.ts';
import { type Mode, monitorOptions, watched } from './monitor.ts';
import type { Situation, Verdict } from './situation.ts';

/** Options of `plateau`. */
export interface PlateauOptions {
  readonly monitor?: string;
  readonly mode?: Mode;
  readonly window?: number;
  readonly minRate?: number;
}

/** A plateau as data. */
export interface Plateau {
  readonly stopping: 'plateau';
  readonly monitor: string;
  readonly mode: Mode;
  readonly window: number;
  readonly minRate: number;
}

export const plateauOptions = {
  ...monitorOptions('train/loss'),
  window: withDefault(number({ integer: true, min: 2 }), 5),
  minRate: withDefault(number({ min: 0 }), 1e-3),
} satisfies OptionSpecs;

/**
 * Stops when a measure improves too slowly: when the slope of the straight line through its last `window` evaluations
 * (least squares) says less than `minRate` of improvement an epoch. Where single evaluations are noisy, a trend is surer
 * than the patience of `earlyStopping`.
 *
 * - `monitor`: a measure of evaluations, `'train/loss'`; `mode`: `'min'`, `'max'`, or `'auto'` (default), as the metric has it.
 * - `window`: an integer ≥ 2, 5. `minRate` ≥ 0, 1e-3, in the measure's own unit an epoch.
 *
 * ```ts
 * plateau({ monitor: 'validation/loss', window: 8, minRate: 1e-3 });
 * ```
 */
export function plateau(options: PlateauOptions = {}): Plateau {
  return frozen({ stopping: 'plateau', ...readOptions('plateau', plateauOptions, options) });
}

export function decidePlateau(policy: Plateau, { history, evaluated }: Situation): Verdict | undefined {
  const { monitor, window, minRate } = policy;
  if (!evaluated || history.length < window) return undefined;
  const last = history.slice(-window);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / window;
  const epochs = last.map(({ epoch }) => epoch);
  const values = last.map((evaluation) => watched(policy, evaluation));
  const [middle, level] = [mean(epochs), mean(values)];
  const slope =
    mean(epochs.map((epoch, i) => (epoch - middle) * (values[i]! - level))) /
    mean(epochs.map((epoch) => (epoch - middle) ** 2));
  if (!(-slope < minRate)) return undefined;
  const rate = Number(-slope.toPrecision(3));
  return {
    status: 'done',
    reason: `${monitor} improved by ${rate} an epoch over the last ${window} evaluations, and ${minRate} was wanted`,
  };
}
