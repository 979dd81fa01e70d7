/**
 * Gradients of operators that are linear in each operand: products, convolution, pooling, indexing. Each family is
 * closed: the pullback of every member is another member, so second and higher derivatives come for free.
 */

import { emit } from '../../graph/emit.ts';
import type { ConvAttributes, PoolAttributes } from '../../graph/op.ts';
import type { Tensor } from '../../graph/tensor.ts';
import type { VjpRows } from './row.ts';

function product(a: Tensor, transposeA: boolean, b: Tensor, transposeB: boolean): Tensor {
  return emit({ kind: 'matmul', transposeA, transposeB }, [a, b]);
}

function convAttributes({ stride, padding, dilation, groups }: ConvAttributes): ConvAttributes {
  return { stride, padding, dilation, groups };
}

function poolAttributes({ kernel, stride, padding, dilation }: PoolAttributes): PoolAttributes {
  return { kernel, stride, padding, dilation };
}

function conv(op: ConvAttributes, x: Tensor, w: Tensor): Tensor {
  return emit({ kind: 'conv', ...convAttributes(op) }, [x, w]);
}

function inputGradient(op: ConvAttributes, w: Tensor, dy: Tensor, like: Tensor): Tensor {
  return emit({ kind: 'convInputGradient', inputShape: like.shape, ...convAttributes(op) }, [w, dy]);
}

function filterGradient(op: ConvAttributes, x: Tensor, dy: Tensor, like: Tensor): Tensor {
  return emit({ kind: 'convFilterGradient', filterShape: like.shape, ...convAttributes(op) }, [x, dy]);
}

function scatter(op: PoolAttributes, x: Tensor, g: Tensor): Tensor {
  return emit({ kind: 'maxPoolScatter', ...poolAttributes(op) }, [x, g]);
}

export const linearVjp: VjpRows<
  | 'matmul'
  | 'conv'
  | 'convInputGradient'
  | 'convFilterGradient'
  | 'maxPool'
  | 'maxPoolScatter'
  | 'maxPoolSelect'
  | 'averagePool'
  | 'averagePoolGradient'
  | 'gather'
  | 'scatterAdd'
  | 'takeAlong'
  | 'putAlong'
> = {
  // y = A·B with A = a or aᵀ, B = b or bᵀ: dA = g·Bᵀ and dB = Aᵀ·g, written so that the flags do every transpose.
  matmul: [
    ({ op: { transposeA, transposeB }, operands: [, b], g }) =>
      transposeA ? product(b!, transposeB, g, true) : product(g, false, b!, !transposeB),
    ({ op: { transposeA, transposeB }, operands: [a], g }) =>
      transposeB ? product(g, true, a!, transposeA) : product(a!, !transposeA, g, false),
  ],
  // All three are one trilinear form ⟨conv(x, w), dy⟩, differentiated in one of its arguments.
  conv: [
    ({ op, operands: [x, w], g }) => inputGradient(op, w!, g, x!),
    ({ op, operands: [x, w], g }) => filterGradient(op, x!, g, w!),
  ],
  convInputGradient: [
    ({ op, operands: [w, dy], g }) => filterGradient(op, g, dy!, w!),
    ({ op, operands: [w], g }) => conv(op, g, w!),
  ],
  convFilterGradient: [
    ({ op, operands: [x, dy], g }) => inputGradient(op, g, dy!, x!),
    ({ op, operands: [x], g }) => conv(op, x!, g),
  ],
  // Where the maxima lie is piecewise constant in x: scatter and select have no derivative through it.
  maxPool: [({ op, operands: [x], g }) => scatter(op, x!, g)],
  maxPoolScatter: [
    undefined,
    ({ op, operands: [x], g }) => emit({ kind: 'maxPoolSelect', ...poolAttributes(op) }, [x!, g]),
  ],
  maxPoolSelect: [undefined, ({ op, operands: [x], g }) => scatter(op, x!, g)],
  averagePool: [
    ({ op, operands: [x], g }) =>
      emit(
        {
          kind: 'averagePoolGradient',
          countPadding: op.countPadding,
          inputShape: x!.shape,
          ...poolAttributes(op),
        },
        [g],
      ),
  ],
  averagePoolGradient: [
    ({ op, g }) => emit({ kind: 'averagePool', countPadding: op.countPadding, ...poolAttributes(op) }, [g]),
  ],
  gather: [
    ({ op, operands: [x, indices], g }) =>
      emit({ kind: 'scatterAdd', axis: op.axis, size: x!.shape[op.axis]! }, [indices!, g]),
    undefined,
  ],
  scatterAdd: [undefined, ({ op, operands: [indices], g }) => emit({ kind: 'gather', axis: op.axis }, [g, indices!])],
  takeAlong: [
    ({ op, operands: [x, indices], g }) =>
      emit({ kind: 'putAlong', axis: op.axis, size: x!.shape[op.axis]! }, [indices!, g]),
    undefined,
  ],
  putAlong: [undefined, ({ op, operands: [indices], g }) => emit({ kind: 'takeAlong', axis: op.axis }, [g, indices!])],
};
