import { number, type OptionSpecs, readOptions } from '../../base/option-spec.ts';
import { schedule, staysAt } from '../../rule/schedule.ts';

const constantOptions = {
  value: number(),
} satisfies OptionSpecs;

/**
 * The same value at every position; a plain number does the same.
 *
 * ```ts
 * sgd({ learningRate: constant({ value: 0.1 }) });
 * ```
 */
export const constant = schedule<{ readonly value: number }>({
  name: 'constant',
  options: constantOptions,
  complete: (options) => readOptions('constant', constantOptions, options),
  at: ({ value }) => value,
  bounds: ({ value }) => [value, value],
  tail: ({ value }) => staysAt(value),
});
