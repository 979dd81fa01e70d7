/** Neutral elements and inverse pairs. Each result is equal in value (−0 and +0 compare equal). */

import { fillValue, operandOf, opOf, type Rewrite, rewrite } from './rewrite.ts';

export const arithmeticRewrites: readonly Rewrite[] = [
  rewrite({
    name: 'x + 0, 0 + x → x',
    kinds: ['add'],
    reason: 'zero is neutral',
    rule: ({ operands: [a, b] }) => (fillValue(b!) === 0 ? a : fillValue(a!) === 0 ? b : undefined),
  }),
  rewrite({
    name: 'x − 0 → x, 0 − x → neg x',
    kinds: ['sub'],
    reason: 'zero is neutral',
    rule: ({ operands: [a, b], emit }) =>
      fillValue(b!) === 0 ? a : fillValue(a!) === 0 ? emit({ kind: 'neg' }, [b!]) : undefined,
  }),
  rewrite({
    name: 'x · 1, 1 · x → x',
    kinds: ['mul'],
    reason: 'one is neutral',
    rule: ({ operands: [a, b] }) => (fillValue(b!) === 1 ? a : fillValue(a!) === 1 ? b : undefined),
  }),
  rewrite({
    name: 'x · −1, −1 · x → neg x',
    kinds: ['mul'],
    reason: 'the sign alone changes, and neg pairs cancel',
    rule: ({ operands: [a, b], emit }) => {
      const x = fillValue(b!) === -1 ? a : fillValue(a!) === -1 ? b : undefined;
      return x === undefined ? undefined : emit({ kind: 'neg' }, [x]);
    },
  }),
  rewrite({
    name: 'neg x · c, c · neg x → x · −c',
    kinds: ['mul'],
    reason: 'the number takes the sign, which costs nothing',
    rule: ({ operands: [a, b], emit }) => {
      const [x, factor] = fillValue(b!) === undefined ? [b!, a!] : [a!, b!];
      const value = fillValue(factor);
      if (value === undefined || !opOf(x, 'neg')) return undefined;
      return emit({ kind: 'mul' }, [operandOf(x), factor.builder.leaf({ kind: 'fill', value: -value }, factor)]);
    },
  }),
  rewrite({
    name: 'x / 1 → x',
    kinds: ['div'],
    reason: 'one is neutral',
    rule: ({ operands: [a, b] }) => (fillValue(b!) === 1 ? a : undefined),
  }),
  rewrite({
    name: 'pow(x, 2) → x · x, pow(x, 1) → x, pow(x, 0) → 1',
    kinds: ['pow'],
    reason: 'the same values without a transcendental function',
    rule: ({ operands: [x, exponent], emit }) => {
      const power = fillValue(exponent!);
      if (power === 2) return emit({ kind: 'mul' }, [x!, x!]);
      if (power === 1) return x;
      return power === 0 ? x!.builder.leaf({ kind: 'fill', value: 1 }, x!) : undefined;
    },
  }),
  rewrite({
    name: 'f(f(x)) → x',
    kinds: ['neg', 'not'],
    reason: 'both are their own inverse',
    rule: ({ op, operands: [x] }) => (opOf(x!, op.kind) ? operandOf(x!) : undefined),
  }),
  rewrite({
    name: 'f(f(x)) → f(x)',
    kinds: ['relu', 'abs', 'sign', 'floor', 'stopGradient'],
    reason: 'they are idempotent',
    rule: ({ op, operands: [x] }) => (opOf(x!, op.kind) ? x : undefined),
  }),
  rewrite({
    name: 'a + neg b → a − b',
    kinds: ['add'],
    reason: 'that is what subtraction is; one pass less',
    rule: ({ operands: [a, b], emit }) => {
      if (opOf(b!, 'neg')) return emit({ kind: 'sub' }, [a!, operandOf(b!)]);
      return opOf(a!, 'neg') ? emit({ kind: 'sub' }, [b!, operandOf(a!)]) : undefined;
    },
  }),
  rewrite({
    name: 'a − neg b → a + b',
    kinds: ['sub'],
    reason: 'that is what subtraction is; one pass less',
    rule: ({ operands: [a, b], emit }) => (opOf(b!, 'neg') ? emit({ kind: 'add' }, [a!, operandOf(b!)]) : undefined),
  }),
  rewrite({
    name: 'x + x → x · 2',
    kinds: ['add'],
    reason: 'exact, and a factor may join another',
    rule: ({ operands: [a, b], emit }) => {
      if (a!.id !== b!.id || a!.dtype !== 'float32') return undefined;
      return emit({ kind: 'mul' }, [a!, a!.builder.leaf({ kind: 'fill', value: 2 }, a!)]);
    },
  }),
  rewrite({
    name: '(x · broadcastTo b) · 2 → x · broadcastTo (b · 2)',
    kinds: ['mul'],
    reason: 'exact, and the smaller tensor is doubled',
    rule: ({ operands: [a, b], emit }) => {
      const product = fillValue(b!) === 2 ? a! : fillValue(a!) === 2 ? b! : undefined;
      if (product === undefined || !opOf(product, 'mul')) return undefined;
      const { builder } = product;
      const factors = builder.node(product.id).inputs.map((id) => builder.tensor(id));
      const small = factors.findIndex((factor) => opOf(factor, 'broadcastTo') !== undefined);
      if (small < 0) return undefined;
      const inner = operandOf(factors[small]!);
      const doubled = emit({ kind: 'mul' }, [inner, builder.leaf({ kind: 'fill', value: 2 }, inner)]);
      const wide = emit({ kind: 'broadcastTo', shape: product.shape }, [doubled]);
      return emit({ kind: 'mul' }, [operandOf(product, 1 - small), wide]);
    },
  }),
  rewrite({
    name: 'sum(neg x) → neg(sum x)',
    kinds: ['sum'],
    reason: "exact, and the smaller tensor changes its sign: a mean's gradient where it was subtracted",
    rule: ({ op, operands: [x], emit }) =>
      opOf(x!, 'neg') ? emit({ kind: 'neg' }, [emit(op, [operandOf(x!)])]) : undefined,
  }),
  rewrite({
    name: 'where(c, a, a) → a, where(not c, a, b) → where(c, b, a)',
    kinds: ['where'],
    reason: 'one pass less',
    rule: ({ op, operands: [condition, a, b], emit }) => {
      if (a!.id === b!.id) return a;
      return opOf(condition!, 'not') ? emit(op, [operandOf(condition!), b!, a!]) : undefined;
    },
  }),
  rewrite({
    name: 'cast(x, the dtype of x) → x',
    kinds: ['cast'],
    reason: 'nothing to convert',
    rule: ({ op, operands: [x] }) => (op.dtype === x!.dtype ? x : undefined),
  }),
];
