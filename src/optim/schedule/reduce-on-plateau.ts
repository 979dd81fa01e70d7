import { OptionError } from '../../base/errors.ts';
import { suggestion } from '../../base/nearest.ts';
import {
  count,
  flag,
  number,
  type OptionSpecs,
  oneOf,
  readOptions,
  text,
  withDefault,
} from '../../base/option-spec.ts';
import { checkNumber } from '../../base/options.ts';
import { type Evaluation, schedule, staysAt } from '../../rule/schedule.ts';

/** Options of `reduceOnPlateau`. */
export interface ReduceOnPlateauOptions {
  readonly from: number;
  readonly monitor?: string;
  readonly mode?: 'min' | 'max';
  readonly factor?: number;
  readonly patience?: number;
  readonly minDelta?: number;
  readonly relative?: boolean;
  readonly cooldown?: number;
  readonly min?: number;
}

/** `reduceOnPlateau` with all its options. */
export type ReduceOnPlateau = Required<ReduceOnPlateauOptions>;

const reduceOnPlateauOptions = {
  from: number({ min: 0 }),
  monitor: withDefault(text('the name of a measure, such as "validation/loss"'), 'validation/loss'),
  mode: withDefault(oneOf(['min', 'max']), 'min'),
  factor: withDefault(number({ min: 0, max: 1, exclusiveMin: true, exclusiveMax: true }), 0.1),
  patience: withDefault(count, 10),
  minDelta: withDefault(number({ min: 0 }), 1e-4),
  relative: withDefault(flag, true),
  cooldown: withDefault(number({ min: 0, integer: true }), 0),
  min: withDefault(number({ min: 0 }), 0),
} satisfies OptionSpecs;

/**
 * Falls by a factor when a measure has not improved for a while. The measures of all evaluations so far are part of the
 * position, so this is a pure function too: it replays them each time. Before the first evaluation, and in a training
 * without any, it is constant.
 *
 * - `from` ≥ 0; `min` in [0, from], 0: it never falls under it. `factor` in (0, 1), 0.1.
 * - `monitor`: the measure, `'validation/loss'`; `mode`: `'min'` (default) where less is better, `'max'` where more is.
 * - `patience`: an integer ≥ 1, 10: it falls at that many evaluations in a row without improvement, as in Keras (PyTorch
 *   waits for one more).
 * - `minDelta` ≥ 0, 1e-4: what counts as improvement is better than the best so far by more than this part of it, or, with
 *   `relative: false`, by more than this; relative by default as in PyTorch (Keras: absolute). NaN never is an
 *   improvement.
 * - `cooldown`: an integer ≥ 0, 0: that many evaluations after a fall are not counted.
 *
 * Throws an OptionError where no evaluation has the measure.
 *
 * ```ts
 * momentum({ learningRate: reduceOnPlateau({ from: 0.1, monitor: 'validation/error', patience: 5 }) });
 * ```
 */
export const reduceOnPlateau = schedule<ReduceOnPlateau, ReduceOnPlateauOptions>({
  name: 'reduceOnPlateau',
  options: reduceOnPlateauOptions,
  complete: (options) => {
    const place = 'reduceOnPlateau';
    const read = readOptions(place, reduceOnPlateauOptions, options);
    checkNumber(place, 'min', read.min, { min: 0, max: read.from });
    return read;
  },
  at: (options, { epoch, evaluations = [] }) =>
    replay(
      options,
      evaluations.filter((one) => one.epoch <= epoch),
    ),
  bounds: ({ from, min }) => [min, from],
  tail: ({ from, min }) => {
    if (from === 0) return staysAt(0);
    if (min > 0) return { power: 0, reason: `it never falls under ${min}` };
    return { power: 'unknown', reason: 'how often it falls depends on the measures' };
  },
});

function replay(options: ReduceOnPlateau, evaluations: readonly Evaluation[]): number {
  const { from, monitor, mode, factor, patience, minDelta, relative, cooldown, min } = options;
  const measured = evaluations.filter(({ measures }) => measures[monitor] !== undefined);
  if (measured.length === 0 && evaluations.length > 0) throw unknownMonitor(monitor, evaluations);
  let value = from;
  let best = Number.POSITIVE_INFINITY;
  let waited = 0;
  let cooling = 0;
  for (const { measures } of measured) {
    const now = mode === 'min' ? measures[monitor]! : -measures[monitor]!;
    const needed = relative && best !== Number.POSITIVE_INFINITY ? minDelta * Math.abs(best) : minDelta;
    if (now < best - needed) {
      best = now;
      waited = 0;
    } else waited++;
    if (cooling > 0) {
      cooling--;
      waited = 0;
    }
    if (waited >= patience) {
      value = Math.max(value * factor, min);
      cooling = cooldown;
      waited = 0;
    }
  }
  return value;
}

function unknownMonitor(monitor: string, evaluations: readonly Evaluation[]): OptionError {
  const known = [...new Set(evaluations.flatMap(({ measures }) => Object.keys(measures)))];
  return new OptionError('schedule/monitor', `no evaluation measured "${monitor}"`, {
    place: 'reduceOnPlateau',
    mend: suggestion(monitor, known),
  });
}
