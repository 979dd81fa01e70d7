/** From plain data (JSON, the command line) back to checked descriptions: optimizers by rule, schedules by kind. */

import { OptionError, under } from '../base/errors.ts';
import { suggestion } from '../base/nearest.ts';
import type { OptionSpec } from '../base/option-spec.ts';
import { shown } from '../base/shown.ts';
import { attachedTo } from '../rule/attach.ts';
import type { Optimizer, RuleBuilder } from '../rule/rule.ts';
import { type AnyScheduleBuilder, isSchedule, type Schedule } from '../rule/schedule.ts';
import { optimizers } from './optimizers.ts';
import { schedules } from './schedule/schedules.ts';

/** What descriptions from JSON may name, beside what comes with Dolina. */
export interface Definitions {
  /** Rules of your own, beside the built-in ones. */
  readonly rules?: readonly RuleBuilder[];
  readonly schedules?: readonly AnyScheduleBuilder[];
}

function find<B extends { readonly definition: { readonly name: string } }>(
  kind: string,
  name: unknown,
  known: readonly B[],
): B {
  const found = known.find(({ definition }) => definition.name === name);
  if (found !== undefined) return found;
  const names = known.map(({ definition }) => definition.name);
  throw new OptionError(`${kind}/unknown`, `there is no ${kind} ${shown(name)}`, {
    mend: suggestion(String(name), names),
  });
}

/** An option of a description: the schedules in it are read, innermost first, so that builders see only whole ones. */
function readOption(option: unknown, definitions: Definitions): unknown {
  if (Array.isArray(option)) return option.map((each, i) => under(String(i), () => readOption(each, definitions)));
  return isSchedule(option) ? readSchedule(option, definitions) : option;
}

function readOptions(options: object, definitions: Definitions): object {
  return Object.fromEntries(
    Object.entries(options).map(([name, option]) => [name, under(name, () => readOption(option, definitions))]),
  );
}

/** A schedule from plain data, with the schedules inside it; what a builder made is returned as it is. */
export function readSchedule(value: Schedule, definitions: Definitions = {}): Schedule {
  if (attachedTo(value) !== undefined) return value;
  const { schedule, ...options } = value;
  const build = find('schedule', schedule, [...schedules, ...(definitions.schedules ?? [])]);
  return build(readOptions(options, definitions) as never);
}

/**
 * An optimizer from plain data, checked as its builder checks; what a builder made is returned as it is.
 *
 * ```ts
 * readOptimizer(JSON.parse('{"optimizer": "adam", "learningRate": 0.001}'));
 * ```
 *
 * Throws an OptionError for an unknown rule, schedule or option, with the nearest name, and for numbers out of range.
 */
export function readOptimizer(value: unknown, definitions: Definitions = {}): Optimizer {
  if (typeof value !== 'object' || value === null || !('optimizer' in value)) {
    throw new OptionError('optimizer/form', `the optimizer is ${shown(value)}`, {
      mend: 'Give an object such as { "optimizer": "adam", "learningRate": 0.001 }.',
    });
  }
  if (attachedTo(value) !== undefined) return value as Optimizer;
  const { optimizer, ...options } = value;
  const build = find('optimizer', optimizer, [...optimizers, ...(definitions.rules ?? [])]);
  return build(readOptions(options, definitions) as never);
}

/** The same option for plain data: schedules in it are read first. */
export function scheduled<T>(spec: OptionSpec<T>, definitions: Definitions): OptionSpec<T> {
  return {
    ...spec,
    read: (place, name, value) =>
      spec.read(
        place,
        name,
        under(name, () => readOption(value, definitions)),
      ),
  };
}
