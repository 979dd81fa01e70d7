import { OptionError } from '../../base/errors.ts';
import { list, type OptionSpecs, readOptions } from '../../base/option-spec.ts';
import { boundsOf, type Schedule, schedule, tailOf, valueAt } from '../../rule/schedule.ts';
import { beforeAfter, type Duration, durationsSpec, during, isOver, positionAfter } from './duration.ts';
import { valueSpec } from './nested.ts';

/** `joinSchedules` as data. */
export interface JoinSchedules {
  readonly schedules: readonly (number | Schedule)[];
  readonly durations: readonly Duration[];
}

const joinSchedulesOptions = {
  schedules: list(valueSpec, 'a list of numbers and schedules', { least: 2 }),
  durations: durationsSpec,
} satisfies OptionSpecs;

/**
 * One schedule after another. Each sees positions counted from its own start; the last one stays.
 *
 * - `schedules`: at least two, numbers or schedules. A `fraction` in them stays a part of the whole training.
 * - `durations`: how long each of them is in force, one fewer than there are schedules, for the last has no end. Units may
 *   be mixed; where one schedule ends in the unit of another follows from the position, for they grow in proportion (in
 *   examples up to a last batch that is smaller).
 *
 * ```ts
 * const fall = linearDecay({ from: 0.1, to: 0.001, over: epochs(20) });
 * sgd({ learningRate: joinSchedules({ schedules: [0.1, fall], durations: [epochs(10)] }) }); // 0.1 until epoch 10
 * ```
 */
export const joinSchedules = schedule<JoinSchedules>({
  name: 'joinSchedules',
  options: joinSchedulesOptions,
  complete: (options) => {
    const place = 'joinSchedules';
    const read = readOptions(place, joinSchedulesOptions, options);
    const { schedules, durations } = read;
    if (schedules.length !== durations.length + 1) {
      throw new OptionError('option/length', `${schedules.length} schedules have ${durations.length} durations`, {
        place,
        mend: 'Give a duration for each schedule but the last.',
      });
    }
    return read;
  },
  at: ({ schedules, durations }, position) => {
    let here = position;
    for (const [i, duration] of durations.entries()) {
      if (!isOver(duration, here)) return valueAt(schedules[i]!, here);
      here = positionAfter(duration, here);
    }
    return valueAt(schedules.at(-1)!, here);
  },
  bounds: ({ schedules, durations }, before) => {
    const each: (readonly [number, number])[] = [];
    let rest = before;
    for (const [i, duration] of durations.entries()) {
      const after = beforeAfter(duration, rest);
      each.push(boundsOf(schedules[i]!, after === 'ended' ? rest : during(duration)));
      if (after === 'ended') return span(each);
      rest = after;
    }
    return span([...each, boundsOf(schedules.at(-1)!, rest)]);
  },
  tail: ({ schedules }) => tailOf(schedules.at(-1)!),
});

function span(bounds: readonly (readonly [number, number])[]): readonly [number, number] {
  return [Math.min(...bounds.map(([least]) => least)), Math.max(...bounds.map(([, most]) => most))];
}
