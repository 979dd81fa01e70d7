/** Constants of one value stay constants of one value, so a mean's 1 / n or a seed of ones costs no pass over memory. */

import { size } from '../../base/shape.ts';
import type { BinaryKind } from '../op.ts';
import { fillValue, type Rewrite, rewrite } from './rewrite.ts';

/** In float64: the one rounding to float32 comes when the graph is emitted. */
const arithmetic: Partial<Record<BinaryKind, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
};

export const fillRewrites: readonly Rewrite[] = [
  rewrite({
    name: 'form(fill v) → fill v',
    kinds: ['broadcastTo', 'reshape', 'transpose', 'slice'],
    reason: 'moving equal elements gives equal elements',
    rule: ({ op, operands: [x] }) => {
      const value = fillValue(x!);
      if (value === undefined) return undefined;
      const shape =
        op.kind === 'broadcastTo' || op.kind === 'reshape'
          ? op.shape
          : op.kind === 'transpose'
            ? op.permutation.map((axis) => x!.shape[axis]!)
            : op.starts.map((start, axis) => Math.ceil((op.ends[axis]! - start) / op.steps[axis]!));
      return x!.builder.leaf({ kind: 'fill', value }, { shape, dtype: x!.dtype });
    },
  }),
  rewrite({
    name: 'fill a ∘ fill b → fill (a ∘ b)',
    kinds: ['add', 'sub', 'mul', 'div'],
    reason: 'computed once, here, with one rounding',
    rule: ({ op, operands: [a, b] }) => {
      const [x, y] = [fillValue(a!), fillValue(b!)];
      if (x === undefined || y === undefined || a!.dtype !== 'float32') return undefined;
      return a!.builder.leaf({ kind: 'fill', value: arithmetic[op.kind]!(x, y) }, a!);
    },
  }),
  rewrite({
    name: 'neg(fill v) → fill −v',
    kinds: ['neg'],
    reason: 'exact',
    rule: ({ operands: [x] }) => {
      const value = fillValue(x!);
      if (value === undefined || x!.dtype !== 'float32') return undefined;
      return x!.builder.leaf({ kind: 'fill', value: -value }, x!);
    },
  }),
  rewrite({
    name: 'sum(fill v) → fill n v',
    kinds: ['sum'],
    reason: 'n equal terms',
    rule: ({ op, operands: [x] }) => {
      const value = fillValue(x!);
      if (value === undefined || x!.dtype !== 'float32') return undefined;
      const terms = size(op.axes.map((axis) => x!.shape[axis]!));
      const shape = op.keepDims
        ? x!.shape.map((d, axis) => (op.axes.includes(axis) ? 1 : d))
        : x!.shape.filter((_, axis) => !op.axes.includes(axis));
      return x!.builder.leaf({ kind: 'fill', value: value * terms }, { shape, dtype: 'float32' });
    },
  }),
  rewrite({
    name: 'cast(fill v) → fill v',
    kinds: ['cast'],
    reason: 'bytes, integers and booleans are float32 and int32 values as they are',
    rule: ({ op, operands: [x] }) => {
      const value = fillValue(x!);
      if (value === undefined || x!.dtype === 'float32') return undefined;
      if (op.dtype !== 'float32' && op.dtype !== 'int32') return undefined;
      return x!.builder.leaf({ kind: 'fill', value }, { shape: x!.shape, dtype: op.dtype });
    },
  }),
  rewrite({
    name: 'where(fill c, a, b) → a or b',
    kinds: ['where'],
    reason: 'the choice is known',
    rule: ({ operands: [condition, a, b] }) => {
      const value = fillValue(condition!);
      return value === undefined ? undefined : value === 1 ? a : b;
    },
  }),
];
