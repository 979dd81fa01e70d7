/** One of several targets, as the only one. */

import type { HostArray } from '../base/dtype.ts';
import { OptionError } from '../base/errors.ts';
import { suggestion } from '../base/nearest.ts';
import { type Dataset, describedAs } from './dataset.ts';

/**
 * The same examples with one of their targets alone: for a model with one output, or to split by its classes.
 *
 * @throws OptionError for a target that the set does not have, with the nearest name.
 * @example
 * const digits = withTarget(training, 'digit');
 */
export function withTarget(dataset: Dataset, name: string): Dataset {
  const { targets = {} } = dataset;
  if (!Object.hasOwn(targets, name)) {
    throw new OptionError('option/choice', `there is no target ${JSON.stringify(name)}`, {
      place: `withTarget of ${dataset.name}`,
      mend:
        dataset.targets === undefined
          ? 'The set has one target, without a name.'
          : suggestion(name, Object.keys(targets)),
    });
  }
  const { classNames, ...target } = targets[name]!;
  const {
    targets: _,
    classNames: __,
    ...rest
  } = describedAs(dataset, {
    target,
    copy: (rows: ArrayLike<number>, input: HostArray, array: HostArray) => dataset.copy(rows, input, { [name]: array }),
  });
  return Object.freeze({ ...rest, ...(classNames === undefined ? {} : { classNames }) });
}
