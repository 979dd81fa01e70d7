/** Convolution by ONNX's Conv. */

import type { Formulation } from './formulation.ts';

export const direct: Formulation<'conv'> = {
  applies: () => true,
  emit(e, { op, operands, bias }) {
    return e.op('Conv', bias === undefined ? operands : [...operands, bias], {
      strides: op.stride,
      pads: op.padding,
      dilations: op.dilation,
      group: op.groups,
    });
  },
};
