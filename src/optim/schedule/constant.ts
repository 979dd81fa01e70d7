import { checkNumber, checkOptionNames } from '../../base/options.ts';
import { schedule, staysAt } from '../../rule/schedule.ts';

/**
 * The same value at every position; a plain number does the same.
 *
 * ```ts
 * sgd({ learningRate: constant({ value: 0.1 }) });
 * ```
 */
export const constant = schedule<{ readonly value: number }>({
  name: 'constant',
  complete: (options) => {
    checkOptionNames('constant', options, ['value']);
    return { value: checkNumber('constant', 'value', options.value) };
  },
  at: ({ value }) => value,
  bounds: ({ value }) => [value, value],
  tail: ({ value }) => staysAt(value),
});
