/** Every rewrite rule: that it applies, and that the values stay what they were. */

import { describe, expect, it } from 'vitest';
import { key, RandomStream } from '../../src/base/random.ts';
import { size } from '../../src/base/shape.ts';
import { GraphBuilder } from '../../src/graph/builder.ts';
import { rewrites } from '../../src/graph/emit.ts';
import type { Graph, TensorSpec } from '../../src/graph/graph.ts';
import type { Op } from '../../src/graph/op.ts';
import { print } from '../../src/graph/print.ts';
import { simplify } from '../../src/graph/simplify.ts';
import type { Tensor } from '../../src/graph/tensor.ts';
import { verify } from '../../src/graph/verify.ts';
import { evaluate } from '../../src/runtime/reference.ts';

/** Nodes exactly as written, without rewriting. */
type Raw = (op: Op, ...operands: Tensor[]) => Tensor;
type Fill = (value: number, spec?: Partial<TensorSpec>) => Tensor;

interface Row {
  /** As the rule is called in its table. */
  readonly rule: string;
  readonly x?: TensorSpec;
  readonly build: (raw: Raw, x: Tensor, fill: Fill) => Tensor;
  /** The simplified graph, without the line of the input. */
  readonly wanted: string;
}

const x23: TensorSpec = { shape: [2, 3], dtype: 'float32' };
const image: TensorSpec = { shape: [1, 2, 4, 4], dtype: 'float32' };
const window = { kernel: [2, 2], stride: [2, 2], padding: [0, 0, 0, 0], dilation: [1, 1] } as const;

const rows: readonly Row[] = [
  {
    rule: 'form(fill v) → fill v',
    build: (raw, x, fill) =>
      raw({ kind: 'mul' }, x, raw({ kind: 'transpose', permutation: [1, 0] }, fill(3, { shape: [3, 2] }))),
    wanted: '%1 = fill() value=3 : float32[2,3]\n%2 = mul(%0, %1) : float32[2,3]\n',
  },
  {
    rule: 'fill a ∘ fill b → fill (a ∘ b)',
    build: (raw, x, fill) => raw({ kind: 'mul' }, x, raw({ kind: 'div' }, fill(1), fill(4))),
    wanted: '%1 = fill() value=0.25 : float32[2,3]\n%2 = mul(%0, %1) : float32[2,3]\n',
  },
  {
    rule: 'neg(fill v) → fill −v',
    build: (raw, x, fill) => raw({ kind: 'mul' }, x, raw({ kind: 'neg' }, fill(2))),
    wanted: '%1 = fill() value=-2 : float32[2,3]\n%2 = mul(%0, %1) : float32[2,3]\n',
  },
  {
    rule: 'sum(fill v) → fill n v',
    build: (raw, x, fill) =>
      raw({ kind: 'mul' }, x, raw({ kind: 'sum', axes: [0], keepDims: false }, fill(2, { shape: [4, 2, 3] }))),
    wanted: '%1 = fill() value=8 : float32[2,3]\n%2 = mul(%0, %1) : float32[2,3]\n',
  },
  {
    rule: 'cast(fill v) → fill v',
    build: (raw, x, fill) =>
      raw({ kind: 'mul' }, x, raw({ kind: 'cast', dtype: 'float32' }, fill(7, { dtype: 'uint8' }))),
    wanted: '%1 = fill() value=7 : float32[2,3]\n%2 = mul(%0, %1) : float32[2,3]\n',
  },
  {
    rule: 'where(fill c, a, b) → a or b',
    build: (raw, x, fill) => raw({ kind: 'where' }, fill(0, { dtype: 'bool' }), raw({ kind: 'exp' }, x), x),
    wanted: '',
  },
  {
    rule: 'x + 0, 0 + x → x',
    build: (raw, x, fill) => raw({ kind: 'add' }, fill(0), raw({ kind: 'add' }, x, fill(0))),
    wanted: '',
  },
  {
    rule: 'x − 0 → x, 0 − x → neg x',
    build: (raw, x, fill) => raw({ kind: 'sub' }, fill(0), raw({ kind: 'sub' }, x, fill(0))),
    wanted: '%1 = neg(%0) : float32[2,3]\n',
  },
  {
    rule: 'x · 1, 1 · x → x',
    build: (raw, x, fill) => raw({ kind: 'mul' }, fill(1), raw({ kind: 'mul' }, x, fill(1))),
    wanted: '',
  },
  {
    rule: 'x · −1, −1 · x → neg x',
    build: (raw, x, fill) => raw({ kind: 'mul' }, fill(-1), x),
    wanted: '%1 = neg(%0) : float32[2,3]\n',
  },
  {
    rule: 'neg x · c, c · neg x → x · −c',
    build: (raw, x, fill) => raw({ kind: 'mul' }, fill(0.5), raw({ kind: 'neg' }, x)),
    wanted: '%1 = fill() value=-0.5 : float32[2,3]\n%2 = mul(%0, %1) : float32[2,3]\n',
  },
  { rule: 'x / 1 → x', build: (raw, x, fill) => raw({ kind: 'div' }, x, fill(1)), wanted: '' },
  {
    rule: 'pow(x, 2) → x · x, pow(x, 1) → x, pow(x, 0) → 1',
    build: (raw, x, fill) =>
      raw(
        { kind: 'mul' },
        raw({ kind: 'pow' }, x, fill(0)),
        raw({ kind: 'pow' }, raw({ kind: 'pow' }, x, fill(1)), fill(2)),
      ),
    wanted: '%1 = mul(%0, %0) : float32[2,3]\n',
  },
  { rule: 'f(f(x)) → x', build: (raw, x) => raw({ kind: 'neg' }, raw({ kind: 'neg' }, x)), wanted: '' },
  {
    rule: 'f(f(x)) → f(x)',
    build: (raw, x) => raw({ kind: 'relu' }, raw({ kind: 'relu' }, x)),
    wanted: '%1 = relu(%0) : float32[2,3]\n',
  },
  {
    rule: 'a + neg b → a − b',
    build: (raw, x) => raw({ kind: 'add' }, raw({ kind: 'neg' }, raw({ kind: 'exp' }, x)), x),
    wanted: '%1 = exp(%0) : float32[2,3]\n%2 = sub(%0, %1) : float32[2,3]\n',
  },
  {
    rule: 'a − neg b → a + b',
    build: (raw, x) => raw({ kind: 'sub' }, x, raw({ kind: 'neg' }, raw({ kind: 'exp' }, x))),
    wanted: '%1 = exp(%0) : float32[2,3]\n%2 = add(%0, %1) : float32[2,3]\n',
  },
  {
    rule: 'x + x → x · 2',
    build: (raw, x) => raw({ kind: 'add' }, x, x),
    wanted: '%1 = fill() value=2 : float32[2,3]\n%2 = mul(%0, %1) : float32[2,3]\n',
  },
  {
    rule: '(x · broadcastTo b) · 2 → x · broadcastTo (b · 2)',
    build: (raw, x, fill) => {
      const row = raw({ kind: 'sum', axes: [0], keepDims: true }, x);
      return raw({ kind: 'mul' }, fill(2), raw({ kind: 'mul' }, raw({ kind: 'broadcastTo', shape: [2, 3] }, row), x));
    },
    wanted:
      '%1 = sum(%0) axes=[0] keepDims=true : float32[1,3]\n%2 = fill() value=2 : float32[1,3]\n%3 = mul(%1, %2) : float32[1,3]\n%4 = broadcastTo(%3) : float32[2,3]\n%5 = mul(%0, %4) : float32[2,3]\n',
  },
  {
    rule: 'sum(neg x) → neg(sum x)',
    build: (raw, x) => raw({ kind: 'sum', axes: [0], keepDims: false }, raw({ kind: 'neg' }, x)),
    wanted: '%1 = sum(%0) axes=[0] keepDims=false : float32[3]\n%2 = neg(%1) : float32[3]\n',
  },
  {
    rule: 'where(c, a, a) → a, where(not c, a, b) → where(c, b, a)',
    build: (raw, x) => {
      const positive = raw({ kind: 'less' }, raw({ kind: 'sub' }, x, x), x);
      return raw(
        { kind: 'where' },
        raw({ kind: 'not' }, positive),
        x,
        raw({ kind: 'where' }, positive, raw({ kind: 'exp' }, x), raw({ kind: 'exp' }, x)),
      );
    },
    wanted:
      '%1 = sub(%0, %0) : float32[2,3]\n%2 = less(%1, %0) : bool[2,3]\n%3 = exp(%0) : float32[2,3]\n%4 = where(%2, %3, %0) : float32[2,3]\n',
  },
  { rule: 'cast(x, the dtype of x) → x', build: (raw, x) => raw({ kind: 'cast', dtype: 'float32' }, x), wanted: '' },
  { rule: 'form to the same form → x', build: (raw, x) => raw({ kind: 'broadcastTo', shape: [2, 3] }, x), wanted: '' },
  {
    rule: 'reshape(reshape x) → reshape x',
    build: (raw, x) => raw({ kind: 'reshape', shape: [3, 2] }, raw({ kind: 'reshape', shape: [6] }, x)),
    wanted: '%1 = reshape(%0) : float32[3,2]\n',
  },
  {
    rule: 'broadcastTo(broadcastTo x) → broadcastTo x',
    build: (raw, x) =>
      raw({ kind: 'broadcastTo', shape: [5, 4, 2, 3] }, raw({ kind: 'broadcastTo', shape: [4, 2, 3] }, x)),
    wanted: '%1 = broadcastTo(%0) : float32[5,4,2,3]\n',
  },
  {
    rule: 'broadcastTo(reshape x) → broadcastTo x, where the reshape only put ones in front',
    build: (raw, x) =>
      raw({ kind: 'broadcastTo', shape: [5, 4, 2, 3] }, raw({ kind: 'reshape', shape: [1, 1, 2, 3] }, x)),
    wanted: '%1 = broadcastTo(%0) : float32[5,4,2,3]\n',
  },
  {
    rule: 'transpose by the identity → x',
    build: (raw, x) => raw({ kind: 'transpose', permutation: [0, 1] }, x),
    wanted: '',
  },
  {
    rule: 'transpose(transpose x) → one transpose',
    x: { shape: [2, 3, 4], dtype: 'float32' },
    build: (raw, x) =>
      raw({ kind: 'transpose', permutation: [1, 0, 2] }, raw({ kind: 'transpose', permutation: [2, 0, 1] }, x)),
    wanted: '%1 = transpose(%0) permutation=[0,2,1] : float32[2,4,3]\n',
  },
  {
    rule: 'transpose that moves only axes of one element → reshape',
    x: { shape: [2, 1, 3], dtype: 'float32' },
    build: (raw, x) => raw({ kind: 'transpose', permutation: [1, 0, 2] }, x),
    wanted: '%1 = reshape(%0) : float32[1,2,3]\n',
  },
  {
    rule: 'slice of everything → x',
    build: (raw, x) => raw({ kind: 'slice', starts: [0, 0], ends: [2, 3], steps: [1, 1] }, x),
    wanted: '',
  },
  {
    rule: 'pad by nothing → x',
    build: (raw, x) => raw({ kind: 'pad', low: [0, 0], high: [0, 0], interior: [0, 0], value: 1 }, x),
    wanted: '',
  },
  { rule: 'concat of one → x', build: (raw, x) => raw({ kind: 'concat', axis: 1 }, x), wanted: '' },
  {
    rule: 'concat of neighbouring slices of x → slice x',
    x: { shape: [2, 5], dtype: 'float32' },
    build: (raw, x) => {
      const cut = (start: number, end: number) =>
        raw({ kind: 'slice', starts: [1, start], ends: [2, end], steps: [1, 1] }, x);
      const inOrder = raw({ kind: 'concat', axis: 1 }, cut(0, 2), cut(2, 3), cut(3, 4));
      return raw({ kind: 'concat', axis: 0 }, inOrder, raw({ kind: 'concat', axis: 1 }, cut(3, 5), cut(0, 2)));
    },
    wanted:
      '%1 = slice(%0) starts=[1,0] ends=[2,2] steps=[1,1] : float32[1,2]\n%2 = slice(%0) starts=[1,0] ends=[2,4] steps=[1,1] : float32[1,4]\n%3 = slice(%0) starts=[1,3] ends=[2,5] steps=[1,1] : float32[1,2]\n%4 = concat(%3, %1) axis=1 : float32[1,4]\n%5 = concat(%2, %4) axis=0 : float32[2,4]\n',
  },
  {
    rule: 'slice of a concat that is one of its operands → the operand',
    build: (raw, x) => {
      const joined = raw({ kind: 'concat', axis: 0 }, x, raw({ kind: 'exp' }, x));
      const cut = (start: number, end: number) =>
        raw({ kind: 'slice', starts: [start, 0], ends: [end, 3], steps: [1, 1] }, joined);
      return raw({ kind: 'mul' }, cut(2, 4), cut(1, 3));
    },
    wanted:
      '%1 = exp(%0) : float32[2,3]\n%2 = concat(%0, %1) axis=0 : float32[4,3]\n%3 = slice(%2) starts=[1,0] ends=[3,3] steps=[1,1] : float32[2,3]\n%4 = mul(%1, %3) : float32[2,3]\n',
  },
  {
    rule: 'sum or maximum over axes of one element → reshape',
    x: { shape: [2, 1, 3], dtype: 'float32' },
    build: (raw, x) => raw({ kind: 'reduceMax', axes: [1], keepDims: false }, x),
    wanted: '%1 = reshape(%0) : float32[2,3]\n',
  },
  {
    rule: 'sum(broadcastTo x) over n copies → n · sum x',
    x: { shape: [2, 1, 3], dtype: 'float32' },
    build: (raw, x) =>
      raw({ kind: 'sum', axes: [0, 1, 2], keepDims: false }, raw({ kind: 'broadcastTo', shape: [5, 2, 4, 3] }, x)),
    wanted:
      '%1 = sum(%0) axes=[0,1] keepDims=false : float32[3]\n%2 = fill() value=20 : float32[3]\n%3 = mul(%1, %2) : float32[3]\n',
  },
  {
    rule: 'sum(putAlong(indices, g)) over the axis of putting → sum g',
    build: (raw, x, fill) => {
      const places = fill(3, { dtype: 'int32' });
      const put = raw({ kind: 'putAlong', axis: 1, size: 5 }, places, x);
      return raw({ kind: 'sum', axes: [1], keepDims: true }, put);
    },
    wanted: '%1 = sum(%0) axes=[1] keepDims=true : float32[2,1]\n',
  },
  {
    rule: 'sum(maxPoolScatter(x, g)), sum(averagePoolGradient g) over the image → sum g',
    x: image,
    build: (raw, x) => {
      const g = raw({ kind: 'maxPool', ...window }, x);
      return raw({ kind: 'sum', axes: [0, 2, 3], keepDims: true }, raw({ kind: 'maxPoolScatter', ...window }, x, g));
    },
    wanted:
      '%1 = maxPool(%0) kernel=[2,2] stride=[2,2] padding=[0,0,0,0] dilation=[1,1] : float32[1,2,2,2]\n%2 = sum(%1) axes=[0,2,3] keepDims=true : float32[1,2,1,1]\n',
  },
  {
    rule: 'matmul(transpose a, b), matmul(a, transpose b) → a flag',
    build: (raw, x) => {
      const t = raw({ kind: 'transpose', permutation: [1, 0] }, x);
      return raw({ kind: 'matmul', transposeA: true, transposeB: false }, t, t);
    },
    wanted: '%1 = matmul(%0, %0) transposeA=false transposeB=true : float32[2,2]\n',
  },
  {
    rule: 'matmul(transpose a, b), matmul(a, transpose b) → a flag and a transpose that keeps rows whole',
    x: { shape: [2, 3, 4, 5], dtype: 'float32' },
    build: (raw, x) => {
      const rows = raw({ kind: 'transpose', permutation: [0, 2, 1, 3] }, x);
      const columns = raw({ kind: 'transpose', permutation: [0, 2, 3, 1] }, x);
      return raw({ kind: 'matmul', transposeA: false, transposeB: false }, rows, columns);
    },
    wanted:
      '%1 = transpose(%0) permutation=[0,2,1,3] : float32[2,4,3,5]\n%2 = matmul(%1, %1) transposeA=false transposeB=true : float32[2,4,3,3]\n',
  },
];

function build({ x: spec = x23, build: f }: Row): Graph {
  const builder = new GraphBuilder();
  const x = builder.input('x', spec);
  const raw: Raw = (op, ...operands) => builder.apply(op, operands);
  const fill: Fill = (value, part) => builder.leaf({ kind: 'fill', value }, { ...x23, ...part });
  return builder.finish(new Map([['y', f(raw, x, fill)]]));
}

describe('simplify', () => {
  for (const row of rows) {
    it(`${row.rule}: applies, and keeps every value to 1e-13`, () => {
      const before = build(row);
      const after = simplify(before);
      verify(before);
      verify(after);
      const lines = print(after).split('\n').slice(1, -2);
      expect(lines.map((line) => `${line}\n`).join('')).toBe(row.wanted);
      const stream = new RandomStream(key(4));
      const spec = row.x ?? x23;
      const inputs = new Map([['x', Float64Array.from({ length: size(spec.shape) }, () => stream.normal())]]);
      const [old, now] = [evaluate(before, inputs).get('y')!, evaluate(after, inputs).get('y')!];
      expect(now.length).toBe(old.length);
      for (const [i, value] of now.entries()) expect(Math.abs(value - old[i]!)).toBeLessThanOrEqual(1e-13);
    });
  }

  it('sums an averagePoolGradient before it is spread, but not where padding takes a part of it', () => {
    for (const countPadding of [false, true]) {
      const padded = { ...window, stride: [1, 1], padding: [1, 0, 0, 1], countPadding } as const;
      const row: Row = {
        rule: '',
        x: image,
        build: (raw, x) => {
          const g = raw({ kind: 'averagePool', ...padded }, x);
          const spread = raw({ kind: 'averagePoolGradient', inputShape: image.shape, ...padded }, g);
          return raw({ kind: 'sum', axes: [0, 2, 3], keepDims: false }, spread);
        },
        wanted: '',
      };
      const [before, after] = [build(row), simplify(build(row))];
      expect(after.nodes.some(({ op }) => op.kind === 'averagePoolGradient')).toBe(countPadding);
      const inputs = new Map([['x', Float64Array.from({ length: 32 }, (_, i) => Math.sin(i))]]);
      const [old, now] = [evaluate(before, inputs).get('y')!, evaluate(after, inputs).get('y')!];
      for (const [i, value] of now.entries()) expect(Math.abs(value - old[i]!)).toBeLessThanOrEqual(1e-14);
    }
  });

  it('has a check for every rule of the list', () => {
    expect(rows.map(({ rule }) => rule)).toEqual(rewrites.map(({ name }) => name));
  });

  it('keeps inputs that nothing uses, the scopes, and what is simple already', () => {
    const builder = new GraphBuilder();
    builder.input('unused', x23);
    const x = builder.input('x', x23);
    const y = builder.within('layer', () => builder.apply({ kind: 'tanh' }, [x]));
    const graph = builder.finish(new Map([['y', y]]));
    expect(simplify(graph)).toEqual(graph);
  });
});
