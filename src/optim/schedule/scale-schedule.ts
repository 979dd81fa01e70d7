import { type OptionSpecs, readOptions } from '../../base/option-spec.ts';
import { boundsOf, type Schedule, schedule, type Tail, tailOf, valueAt } from '../../rule/schedule.ts';
import { valueSpec } from './nested.ts';

/** `scaleSchedule` as data. */
export interface ScaleSchedule {
  readonly value: number | Schedule;
  readonly by: number | Schedule;
}

const scaleScheduleOptions = {
  value: valueSpec,
  by: valueSpec,
} satisfies OptionSpecs;

/**
 * The product of a schedule and a number, or of two schedules, which both see the same position.
 *
 * - `value`, `by`: finite numbers or schedules.
 *
 * Where both change, its bounds are the products of theirs: safe, and wider than needed where one is large while the other
 * is small.
 *
 * ```ts
 * const decay = cosineDecay({ from: 0.1, over: fraction(1) });
 * sgd({ learningRate: scaleSchedule({ value: decay, by: reduceOnPlateau({ from: 1 }) }) });
 * ```
 */
export const scaleSchedule = schedule<ScaleSchedule>({
  name: 'scaleSchedule',
  options: scaleScheduleOptions,
  complete: (options) => readOptions('scaleSchedule', scaleScheduleOptions, options),
  at: ({ value, by }, position) => valueAt(value, position) * valueAt(by, position),
  bounds: ({ value, by }, before) => {
    const factors = boundsOf(by, before);
    const products = boundsOf(value, before).flatMap((one) => factors.map((other) => one * other));
    return [Math.min(...products), Math.max(...products)];
  },
  // k^−p · k^−q = k^−(p+q), and a number keeps the order of what it multiplies.
  tail: ({ value, by }) => {
    const tails = [tailOf(value), tailOf(by)];
    const [a, b] = tails;
    if (a === undefined || b === undefined) return undefined;
    const changing = [value, by].flatMap((one, i) => (typeof one === 'number' && one !== 0 ? [] : [tails[i]!]));
    const reason =
      changing.length === 0 ? a.reason : changing.map((tail) => tail.reason).join(', and the other factor: ');
    return { power: sum(a, b), reason };
  },
});

function sum({ power: a }: Tail, { power: b }: Tail): Tail['power'] {
  // What vanishes does so whatever it is multiplied by, for the measures can only lower the other.
  if (a === Number.POSITIVE_INFINITY || b === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
  return a === 'unknown' || b === 'unknown' ? 'unknown' : a + b;
}
