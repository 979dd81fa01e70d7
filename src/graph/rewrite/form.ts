/** Moves that move nothing, pairs of moves that are one, and transposes that a matrix product takes as a flag. */

import { type Shape, sameShape, size } from '../../base/shape.ts';
import type { Tensor } from '../tensor.ts';
import { type Emit, operandOf, opOf, type Rewrite, rewrite } from './rewrite.ts';

export const formRewrites: readonly Rewrite[] = [
  rewrite({
    name: 'form to the same form → x',
    kinds: ['reshape', 'broadcastTo'],
    reason: 'nothing moves',
    rule: ({ op, operands: [x] }) => (sameShape(op.shape, x!.shape) ? x : undefined),
  }),
  rewrite({
    name: 'reshape(reshape x) → reshape x',
    kinds: ['reshape'],
    reason: 'the order of the elements never changes',
    rule: ({ op, operands: [x], emit }) => (opOf(x!, 'reshape') ? emit(op, [operandOf(x!)]) : undefined),
  }),
  rewrite({
    name: 'broadcastTo(broadcastTo x) → broadcastTo x',
    kinds: ['broadcastTo'],
    reason: 'one copy instead of two',
    rule: ({ op, operands: [x], emit }) => (opOf(x!, 'broadcastTo') ? emit(op, [operandOf(x!)]) : undefined),
  }),
  rewrite({
    name: 'broadcastTo(reshape x) → broadcastTo x, where the reshape only put ones in front',
    kinds: ['broadcastTo'],
    reason: 'broadcasting puts them there itself',
    rule: ({ op, operands: [x], emit }) => {
      if (!opOf(x!, 'reshape')) return undefined;
      const inner = operandShape(x!);
      const added = x!.rank - inner.length;
      const onesOnly = added > 0 && x!.shape.every((d, axis) => d === (axis < added ? 1 : inner[axis - added]));
      return onesOnly ? emit(op, [operandOf(x!)]) : undefined;
    },
  }),
  rewrite({
    name: 'transpose by the identity → x',
    kinds: ['transpose'],
    reason: 'nothing moves',
    rule: ({ op, operands: [x] }) => (op.permutation.every((axis, i) => axis === i) ? x : undefined),
  }),
  rewrite({
    name: 'transpose(transpose x) → one transpose',
    kinds: ['transpose'],
    reason: 'permutations compose',
    rule: ({ op, operands: [x], emit }) => {
      const inner = opOf(x!, 'transpose');
      if (inner === undefined) return undefined;
      return emit({ kind: 'transpose', permutation: op.permutation.map((axis) => inner.permutation[axis]!) }, [
        operandOf(x!),
      ]);
    },
  }),
  rewrite({
    name: 'transpose that moves only axes of one element → reshape',
    kinds: ['transpose'],
    reason: 'the elements keep their order; a reshape copies nothing',
    rule: ({ op, operands: [x], emit }) => {
      const moved = op.permutation.filter((axis) => x!.shape[axis] !== 1);
      if (moved.some((axis, i) => i > 0 && axis < moved[i - 1]!)) return undefined;
      return emit({ kind: 'reshape', shape: op.permutation.map((axis) => x!.shape[axis]!) }, [x!]);
    },
  }),
  rewrite({
    name: 'slice of everything → x',
    kinds: ['slice'],
    reason: 'nothing is left out',
    rule: ({ op, operands: [x] }) =>
      x!.shape.every((d, axis) => op.starts[axis] === 0 && op.ends[axis] === d && op.steps[axis] === 1) ? x : undefined,
  }),
  rewrite({
    name: 'pad by nothing → x',
    kinds: ['pad'],
    reason: 'nothing is added',
    rule: ({ op, operands: [x] }) =>
      [...op.low, ...op.high, ...op.interior].every((amount) => amount === 0) ? x : undefined,
  }),
  rewrite({
    name: 'concat of one → x',
    kinds: ['concat'],
    reason: 'nothing to join',
    rule: ({ operands }) => (operands.length === 1 ? operands[0] : undefined),
  }),
  rewrite({
    name: 'concat of neighbouring slices of x → slice x',
    kinds: ['concat'],
    reason: 'what was cut up and not changed need not be put together again',
    rule: ({ op, operands, emit }) => {
      const cuts = operands.map((operand) => opOf(operand, 'slice'));
      const [first] = cuts;
      if (first === undefined || first.steps.some((step) => step !== 1)) return undefined;
      const source = (operand: Tensor) => operand.builder.node(operand.id).inputs[0]!;
      const neighbours = cuts.every(
        (cut, i) =>
          cut !== undefined &&
          source(operands[i]!) === source(operands[0]!) &&
          cut.steps.every((step) => step === 1) &&
          cut.starts.every(
            (start, axis) => start === (axis === op.axis && i > 0 ? cuts[i - 1]!.ends[axis] : first.starts[axis]),
          ) &&
          cut.ends.every((end, axis) => axis === op.axis || end === first.ends[axis]),
      );
      if (!neighbours) return undefined;
      return emit({ ...first, ends: first.ends.with(op.axis, cuts.at(-1)!.ends[op.axis]!) }, [operandOf(operands[0]!)]);
    },
  }),
  rewrite({
    name: 'slice of a concat that is one of its operands → the operand',
    kinds: ['slice'],
    reason: 'what was put together and not changed need not be cut out again',
    rule: ({ op, operands: [x] }) => {
      const joined = opOf(x!, 'concat');
      if (joined === undefined || op.steps.some((step) => step !== 1)) return undefined;
      const { axis } = joined;
      if (x!.shape.some((d, i) => i !== axis && (op.starts[i] !== 0 || op.ends[i] !== d))) return undefined;
      const { inputs } = x!.builder.node(x!.id);
      let begin = 0;
      for (const [index, id] of inputs.entries()) {
        const end = begin + x!.builder.node(id).shape[axis]!;
        if (begin === op.starts[axis] && end === op.ends[axis]) return operandOf(x!, index);
        if (begin > op.starts[axis]!) return undefined;
        begin = end;
      }
      return undefined;
    },
  }),
  rewrite({
    name: 'sum or maximum over axes of one element → reshape',
    kinds: ['sum', 'reduceMax'],
    reason: 'one element is its own sum and maximum',
    rule: ({ op, operands: [x], emit }) => {
      if (op.axes.some((axis) => x!.shape[axis] !== 1)) return undefined;
      const shape = op.keepDims ? x!.shape : x!.shape.filter((_, axis) => !op.axes.includes(axis));
      return emit({ kind: 'reshape', shape }, [x!]);
    },
  }),
  rewrite({
    name: 'sum(broadcastTo x) over n copies → n · sum x',
    kinds: ['sum'],
    reason: 'n equal terms; rounded once instead of n − 1 times',
    rule: ({ op, operands: [x], emit }) => {
      if (!opOf(x!, 'broadcastTo') || x!.dtype !== 'float32') return undefined;
      const inner = operandShape(x!);
      const added = x!.rank - inner.length;
      const copied = (axis: number) => axis < added || inner[axis - added] !== x!.shape[axis];
      // Every copied axis must be summed, so that the copies need not be made at all.
      if (x!.shape.some((_, axis) => copied(axis) && !op.axes.includes(axis))) return undefined;
      const copies = size(x!.shape.filter((_, axis) => copied(axis)));
      const axes = op.axes.filter((axis) => axis >= added).map((axis) => axis - added);
      const shape = op.keepDims
        ? x!.shape.map((d, axis) => (op.axes.includes(axis) ? 1 : d))
        : x!.shape.filter((_, axis) => !op.axes.includes(axis));
      const total = emit({ kind: 'reshape', shape }, [emit({ kind: 'sum', axes, keepDims: false }, [operandOf(x!)])]);
      return emit({ kind: 'mul' }, [total, total.builder.leaf({ kind: 'fill', value: copies }, total)]);
    },
  }),
  rewrite({
    name: 'sum(putAlong(indices, g)) over the axis of putting → sum g',
    kinds: ['sum'],
    reason: 'each g is put once, whole; for one-hot gradients the sum is then known when the graph is made',
    rule: ({ op, operands: [x], emit }) => {
      const put = opOf(x!, 'putAlong');
      return put !== undefined && op.axes.includes(put.axis) ? emit(op, [operandOf(x!, 1)]) : undefined;
    },
  }),
  rewrite({
    name: 'sum(maxPoolScatter(x, g)), sum(averagePoolGradient g) over the image → sum g',
    kinds: ['sum'],
    reason:
      'each g is placed once, whole; a bias gradient then reads the pooled image, a quarter of the size for 2 × 2',
    rule: ({ op, operands: [x], emit }) => {
      if (!op.axes.includes(2) || !op.axes.includes(3)) return undefined;
      if (opOf(x!, 'maxPoolScatter')) return emit(op, [operandOf(x!, 1)]);
      // With padding in the divisor a part of g falls into the padding.
      return opOf(x!, 'averagePoolGradient')?.countPadding === false ? emit(op, [operandOf(x!)]) : undefined;
    },
  }),
  rewrite({
    name: 'matmul(transpose a, b), matmul(a, transpose b) → a flag',
    kinds: ['matmul'],
    reason: 'the matrix kernel reads either order; the transpose would be a copy',
    rule: ({ op, operands: [a, b], emit }) => {
      const [swapA, swapB] = [swapsMatrix(opOf(a!, 'transpose')), swapsMatrix(opOf(b!, 'transpose'))];
      if (!swapA && !swapB) return undefined;
      return emit({ kind: 'matmul', transposeA: op.transposeA !== swapA, transposeB: op.transposeB !== swapB }, [
        swapA ? operandOf(a!) : a!,
        swapB ? operandOf(b!) : b!,
      ]);
    },
  }),
  rewrite({
    name: 'matmul(transpose a, b), matmul(a, transpose b) → a flag and a transpose that keeps rows whole',
    kinds: ['matmul'],
    reason: 'to move rows is a copy of rows, to make columns of them is one of single elements',
    rule: ({ op, operands: [a, b], emit }) => {
      const [left, right] = [inRows(a!, emit), inRows(b!, emit)];
      if (left === undefined && right === undefined) return undefined;
      const transposeA = op.transposeA !== (left !== undefined);
      const transposeB = op.transposeB !== (right !== undefined);
      return emit({ kind: 'matmul', transposeA, transposeB }, [left ?? a!, right ?? b!]);
    },
  }),
];

function operandShape(x: Tensor): Shape {
  const { inputs } = x.builder.node(x.id);
  return x.builder.node(inputs[0]!).shape;
}

/** Whether a transpose exchanges the last two axes and no others. */
function swapsMatrix(op: { readonly permutation: readonly number[] } | undefined): boolean {
  if (op === undefined || op.permutation.length < 2) return false;
  const rank = op.permutation.length;
  return op.permutation.every((axis, i) => axis === (i === rank - 1 ? rank - 2 : i === rank - 2 ? rank - 1 : i));
}

/** A transpose that makes columns of rows, with its last two axes exchanged: then it leaves the rows as they are. */
function inRows(x: Tensor, emit: Emit): Tensor | undefined {
  const permutation = opOf(x, 'transpose')?.permutation;
  const last = x.rank - 1;
  if (permutation?.[last - 1] !== last) return undefined;
  return emit({ kind: 'transpose', permutation: [...permutation.slice(0, -2), permutation[last]!, last] }, [
    operandOf(x),
  ]);
}
