import { OptionError } from '../../base/errors.ts';
import { frozen } from '../../base/frozen.ts';
import { list, number, type OptionSpecs, readOptions } from '../../base/option-spec.ts';
import { showShape } from '../../base/shape.ts';
import type { InitializerRow } from './initializer.ts';

export interface ConstantByPart {
  readonly initializer: 'constantByPart';
  readonly values: readonly number[];
}

const constantByPartOptions = {
  values: list(number(), 'an array of numbers, one for each part'),
} satisfies OptionSpecs;

/**
 * The last axis in as many equal parts as there are values, and all elements of a part its value: for the biases of
 * recurrent layers, whose parts belong to gates.
 *
 * @example constantByPart([0, 1, 0, 0])  // an LSTM whose forget gates start open
 */
export function constantByPart(values: readonly number[]): ConstantByPart {
  return frozen({
    initializer: 'constantByPart',
    ...readOptions('constantByPart', constantByPartOptions, {}, { values }),
  });
}

export const constantByPartRow: InitializerRow<ConstantByPart> = {
  options: constantByPartOptions,
  usesFan: false,
  read: ({ values }) => constantByPart(values as readonly number[]),
  fill: (initializer, values, shape) => {
    const length = shape.at(-1) ?? 1;
    const parts = initializer.values.length;
    if (length % parts !== 0) {
      throw new OptionError('option/length', `${parts} values do not divide a parameter of shape ${showShape(shape)}`, {
        place: 'constantByPart',
        mend: 'Give as many values as the last axis has equal parts.',
      });
    }
    const each = length / parts;
    for (let i = 0; i < values.length; i++) values[i] = initializer.values[Math.floor((i % length) / each)]!;
  },
};
