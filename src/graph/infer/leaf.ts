/** Leaves declare their shape and dtype; the rows check that the declaration can hold. */

import type { Dtype } from '../../base/dtype.ts';
import { size } from '../../base/shape.ts';
import type { InferRows, Refuse } from './row.ts';

function checkValue(value: number, dtype: Dtype, refuse: Refuse): void {
  const fits =
    dtype === 'float32'
      ? typeof value === 'number'
      : dtype === 'bool'
        ? value === 0 || value === 1
        : dtype === 'uint8'
          ? Number.isInteger(value) && value >= 0 && value <= 255
          : Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31;
  if (!fits) refuse(`${value} is not a value of ${dtype}`);
}

export const leafRows: InferRows<'input' | 'fill' | 'literal' | 'iota'> = {
  input: { operands: 0, rule: (_op, _operands, _refuse, declared) => declared },
  fill: {
    operands: 0,
    rule: (op, _operands, refuse, declared) => {
      checkValue(op.value, declared.dtype, refuse);
      return declared;
    },
  },
  literal: {
    operands: 0,
    rule: (op, _operands, refuse, declared) => {
      if (op.values.length !== size(declared.shape)) {
        refuse(`${op.values.length} values do not fill the shape [${declared.shape.join(', ')}]`);
      }
      for (const value of op.values) checkValue(value, declared.dtype, refuse);
      return declared;
    },
  },
  iota: {
    operands: 0,
    rule: (op, _operands, refuse, declared) => {
      if (!(op.axis in declared.shape)) refuse(`axis ${op.axis} is not one of [${declared.shape.join(', ')}]`);
      if (declared.dtype !== 'int32' && declared.dtype !== 'float32') refuse(`no iota of ${declared.dtype}`);
      return declared;
    },
  },
};
