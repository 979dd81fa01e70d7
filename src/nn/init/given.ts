import { OptionError } from '../../base/errors.ts';
import { frozen } from '../../base/frozen.ts';
import { checkNumber, checkOptionNames } from '../../base/options.ts';
import { showShape } from '../../base/shape.ts';
import type { InitializerRow } from './initializer.ts';

export interface Given {
  readonly initializer: 'given';
  readonly values: readonly number[];
}

/**
 * The elements themselves, in row-major order; as many as the parameter has.
 *
 * For output biases that start at the statistics of the labels, see `labelStatistics`, which finds them in the training
 * set, and `bestConstant`. Learned parameters of any size are
 * better loaded from a file than written into a description.
 *
 * @example dense(3, { biasInitializer: given([-0.5, 0, 0.5]) })
 */
export function given(values: readonly number[]): Given {
  if (!Array.isArray(values)) {
    throw new OptionError('option/range', `values is ${JSON.stringify(values)}`, {
      place: 'given',
      mend: 'Give an array of numbers.',
    });
  }
  return frozen({
    initializer: 'given',
    values: values.map((value, index) => checkNumber('given', `values[${index}]`, value)),
  });
}

export const givenRow: InitializerRow<Given> = {
  usesFan: false,
  read: ({ values, ...rest }) => {
    checkOptionNames('given', rest, []);
    return given(values as readonly number[]);
  },
  fill: (initializer, values, shape) => {
    if (initializer.values.length !== values.length) {
      throw new OptionError(
        'option/length',
        `${initializer.values.length} values were given for a parameter of shape ${showShape(shape)}`,
        { place: 'given', mend: `Give ${values.length}.` },
      );
    }
    values.set(initializer.values);
  },
};
