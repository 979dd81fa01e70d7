/** One way or more to check each operator: random shapes and attributes, values away from where it is not smooth. */

import fc from 'fast-check';
import type { RandomStream } from '../../src/base/random.ts';
import { type Shape, size } from '../../src/base/shape.ts';
import * as elementwise from '../../src/graph/elementwise.ts';
import { emit } from '../../src/graph/emit.ts';
import * as form from '../../src/graph/form.ts';
import { gather, putAlong, scatterAdd, takeAlong } from '../../src/graph/indexing.ts';
import type { ConvAttributes, OpKind, PoolAttributes } from '../../src/graph/op.ts';
import { max, mean, sum } from '../../src/graph/reduction.ts';
import { logSoftmax, softmax } from '../../src/graph/softmax.ts';
import { inverseDeviation, standardize } from '../../src/graph/standardize.ts';
import type { Tensor } from '../../src/graph/tensor.ts';
import { outputSize } from '../../src/graph/window.ts';

/** Draws the values of one operand. */
export type Draw = (stream: RandomStream, count: number) => Float64Array;

export interface Sample {
  /** Shapes of the operands that are differentiated. */
  readonly shapes: readonly Shape[];
  /** int32 operands, as given. */
  readonly indices?: { readonly shape: Shape; readonly below: number };
  readonly build: (operands: readonly Tensor[], indices: Tensor | undefined) => Tensor;
}

export interface Case {
  readonly kind: OpKind;
  readonly title: string;
  readonly draw: Draw;
  readonly samples: fc.Arbitrary<Sample>;
}

/** Smooth everywhere: standard normal values. */
export const normal: Draw = (stream, count) => Float64Array.from({ length: count }, () => 0.8 * stream.normal());

/** Where logarithms and roots are smooth. */
const positive: Draw = (stream, count) => Float64Array.from({ length: count }, () => 0.4 + 1.6 * stream.uniform());

/** No two values nearer than 0.05, none nearer to 0 than 0.02: no kink or tie within the step of a difference. */
const apart: Draw = (stream, count) =>
  Float64Array.from(stream.permutation(count), (rank) => 0.05 * (rank - Math.floor(count / 2)) + 0.021);

const dimension = fc.integer({ min: 1, max: 4 });
const anyShape = fc.array(dimension, { minLength: 0, maxLength: 3 });
const someShape = fc.array(dimension, { minLength: 1, maxLength: 4 });

/** A shape and one of its axes. */
const shapeAndAxis = someShape.chain((shape) =>
  fc.record({ shape: fc.constant(shape), axis: fc.integer({ min: 0, max: shape.length - 1 }) }),
);

const shapeAndAxes = someShape.chain((shape) =>
  fc.record({
    shape: fc.constant(shape),
    axes: fc.subarray(
      shape.map((_, axis) => axis),
      { minLength: 1 },
    ),
    keepDims: fc.boolean(),
  }),
);

type Unary =
  | 'neg'
  | 'abs'
  | 'exp'
  | 'log'
  | 'sqrt'
  | 'reciprocal'
  | 'sin'
  | 'cos'
  | 'tanh'
  | 'sigmoid'
  | 'softplus'
  | 'erf'
  | 'relu';

function unary(kind: Unary, draw: Draw): Case {
  const samples = anyShape.map((shape): Sample => ({ shapes: [shape], build: (operands) => emit({ kind }, operands) }));
  return { kind, title: kind, draw, samples };
}

/** Operands whose shapes broadcast, so that the sum over copies is checked too. */
const broadcastShapes = anyShape.chain((shape) =>
  fc.record({
    a: fc.constant(shape),
    b: fc
      .tuple(fc.array(fc.boolean(), { minLength: shape.length, maxLength: shape.length }), fc.nat(shape.length))
      .map(([ones, dropped]) => shape.map((d, axis) => (ones[axis] ? 1 : d)).slice(dropped)),
    swap: fc.boolean(),
  }),
);

function binary(kind: OpKind, f: (a: Tensor, b: Tensor) => Tensor, draw: Draw): Case {
  const samples = broadcastShapes.map(
    ({ a, b, swap }): Sample => ({ shapes: swap ? [b, a] : [a, b], build: ([x, y]) => f(x!, y!) }),
  );
  return { kind, title: `${kind}, broadcasting`, draw, samples };
}

const pairOf = (value: fc.Arbitrary<number>) => fc.tuple(value, value);

interface ConvSample {
  readonly op: ConvAttributes;
  readonly x: Shape;
  readonly w: Shape;
  readonly y: Shape;
}

/** Odd sizes, strides that leave a rest, one-sided padding, dilation, groups, a batch of one. */
const convSamples: fc.Arbitrary<ConvSample> = fc
  .record({
    batch: fc.integer({ min: 1, max: 2 }),
    groups: fc.integer({ min: 1, max: 2 }),
    depth: fc.integer({ min: 1, max: 2 }),
    filtersPerGroup: fc.integer({ min: 1, max: 2 }),
    area: pairOf(fc.integer({ min: 3, max: 6 })),
    kernel: pairOf(fc.integer({ min: 1, max: 3 })),
    stride: pairOf(fc.integer({ min: 1, max: 3 })),
    dilation: pairOf(fc.integer({ min: 1, max: 2 })),
    padding: fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2), fc.nat(2)),
  })
  .map(({ batch, groups, depth, filtersPerGroup, area, kernel, ...window }) => {
    const op = { ...window, groups };
    const x = [batch, groups * depth, ...area];
    const w = [groups * filtersPerGroup, depth, ...kernel];
    return { op, x, w, y: [batch, w[0]!, ...outputSize(area[0], area[1], kernel, op)] };
  })
  .filter(({ y }) => y.every((d) => d > 0));

interface PoolSample {
  readonly op: PoolAttributes;
  readonly x: Shape;
  readonly y: Shape;
}

/** Overlapping windows, windows with gaps between them, windows that reach into the padding. */
const poolSamples = (dilated: boolean): fc.Arbitrary<PoolSample> =>
  fc
    .record({
      batch: fc.integer({ min: 1, max: 2 }),
      channels: fc.integer({ min: 1, max: 2 }),
      area: pairOf(fc.integer({ min: 3, max: 6 })),
      kernel: pairOf(fc.integer({ min: 1, max: 3 })),
      stride: pairOf(fc.integer({ min: 1, max: 3 })),
      dilation: pairOf(fc.integer({ min: 1, max: dilated ? 2 : 1 })),
      pads: fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2), fc.nat(2)),
    })
    .map(({ batch, channels, area, kernel, stride, dilation, pads }) => {
      // At most so far that a dilated window still meets the image of at least 3.
      const padding = pads.map((p, side) => Math.min(p, kernel[side % 2]! - 1)) as [number, number, number, number];
      const op = { kernel, stride, padding, dilation };
      return { op, x: [batch, channels, ...area], y: [batch, channels, ...outputSize(area[0], area[1], kernel, op)] };
    })
    .filter(({ y }) => y.every((d) => d > 0));

const gatherSamples = fc.record({
  at: shapeAndAxis,
  indexShape: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 2 }),
});

const matmulSamples = fc.record({
  batch: fc.array(fc.integer({ min: 1, max: 2 }), { maxLength: 2 }),
  rows: dimension,
  inner: dimension,
  columns: dimension,
  transposeA: fc.boolean(),
  transposeB: fc.boolean(),
});

const takeSamples = fc.record({ at: shapeAndAxis, picks: fc.integer({ min: 1, max: 4 }) });

export const cases: readonly Case[] = [
  unary('neg', normal),
  unary('abs', apart),
  unary('exp', normal),
  unary('log', positive),
  unary('sqrt', positive),
  unary('reciprocal', positive),
  unary('sin', normal),
  unary('cos', normal),
  unary('tanh', normal),
  unary('sigmoid', normal),
  unary('softplus', normal),
  unary('erf', normal),
  unary('relu', apart),
  binary('add', elementwise.add, normal),
  binary('sub', elementwise.sub, normal),
  binary('mul', elementwise.mul, normal),
  binary('div', elementwise.div, positive),
  binary('pow', elementwise.pow, positive),
  binary('max', elementwise.maximum, apart),
  binary('min', elementwise.minimum, apart),
  binary(
    'where',
    (a, b) => elementwise.where(elementwise.less(a, b), elementwise.square(a), elementwise.mul(a, b)),
    apart,
  ),
  {
    kind: 'reshape',
    title: 'reshape',
    draw: normal,
    samples: someShape.map((shape) => ({ shapes: [shape], build: ([x]) => form.reshape(x!, [1, size(shape), 1]) })),
  },
  {
    kind: 'transpose',
    title: 'transpose',
    draw: normal,
    samples: someShape
      .map((shape) => [2, 3, ...shape])
      .chain((shape) =>
        fc.record({
          shape: fc.constant(shape),
          tail: fc.shuffledSubarray(
            shape.slice(1).map((_, i) => i + 1),
            { minLength: shape.length - 1 },
          ),
        }),
      )
      .map(({ shape, tail }) => ({ shapes: [shape], build: ([x]) => form.transpose(x!, [...tail, 0]) })),
  },
  {
    kind: 'broadcastTo',
    title: 'broadcastTo',
    draw: normal,
    samples: broadcastShapes.map(({ a, b }) => ({ shapes: [b], build: ([x]) => form.broadcastTo(x!, [2, ...a]) })),
  },
  {
    kind: 'slice',
    title: 'slice with steps',
    draw: normal,
    samples: fc
      .array(fc.tuple(fc.nat(2), fc.integer({ min: 1, max: 4 }), fc.nat(2), fc.integer({ min: 1, max: 3 })), {
        minLength: 1,
        maxLength: 3,
      })
      .map((axes) => ({
        shapes: [axes.map(([before, length, after]) => before + length + after + 1)],
        build: ([x]) =>
          form.slice(x!, {
            starts: axes.map(([before]) => before),
            ends: axes.map(([before, length]) => before + length),
            steps: axes.map(([, , , step]) => step),
          }),
      })),
  },
  {
    kind: 'pad',
    title: 'pad outside and between',
    draw: normal,
    samples: fc
      .array(fc.tuple(dimension, fc.nat(2), fc.nat(2), fc.nat(2)), { minLength: 1, maxLength: 3 })
      .map((axes) => ({
        shapes: [axes.map(([d]) => d)],
        build: ([x]) =>
          form.pad(x!, {
            low: axes.map(([, low]) => low + 1),
            high: axes.map(([, , high]) => high),
            interior: axes.map(([, , , between]) => between),
            value: 0.5,
          }),
      })),
  },
  {
    kind: 'concat',
    title: 'concat',
    draw: normal,
    samples: fc
      .record({ at: shapeAndAxis, sizes: fc.array(dimension, { minLength: 2, maxLength: 3 }) })
      .map(({ at, sizes }) => ({
        shapes: sizes.map((d) => at.shape.with(at.axis, d)),
        // Not in the order in which they were cut from θ: that would be simplified away.
        build: (operands) => form.concat(operands.toReversed(), at.axis),
      })),
  },
  {
    kind: 'sum',
    title: 'sum',
    draw: normal,
    samples: shapeAndAxes.map(({ shape, axes, keepDims }) => ({
      shapes: [shape.map((d) => d + 1)],
      build: ([x]) => sum(x!, axes, { keepDims }),
    })),
  },
  {
    kind: 'sum',
    title: 'mean',
    draw: normal,
    samples: shapeAndAxes.map(({ shape, axes, keepDims }) => ({
      shapes: [shape.map((d) => d + 1)],
      build: ([x]) => mean(x!, axes, { keepDims }),
    })),
  },
  {
    kind: 'reduceMax',
    title: 'max over axes',
    draw: apart,
    samples: shapeAndAxes.map(({ shape, axes, keepDims }) => ({
      shapes: [shape.map((d) => d + 1)],
      build: ([x]) => max(x!, axes, { keepDims }),
    })),
  },
  {
    kind: 'matmul',
    title: 'matmul with every pair of flags',
    draw: normal,
    samples: matmulSamples.map(({ batch, rows, inner, columns, transposeA, transposeB }) => ({
      shapes: [
        [...batch, ...(transposeA ? [inner, rows] : [rows, inner])],
        [...batch, ...(transposeB ? [columns, inner] : [inner, columns])],
      ],
      build: (operands) => emit({ kind: 'matmul', transposeA, transposeB }, operands),
    })),
  },
  {
    kind: 'conv',
    title: 'conv with stride, padding, dilation and groups',
    draw: normal,
    samples: convSamples.map(({ op, x, w }) => ({
      shapes: [x, w],
      build: (operands) => emit({ kind: 'conv', ...op }, operands),
    })),
  },
  {
    kind: 'convInputGradient',
    title: 'convInputGradient with stride, padding, dilation and groups',
    draw: normal,
    samples: convSamples.map(({ op, x, w, y }) => ({
      shapes: [w, y],
      build: (operands) => emit({ kind: 'convInputGradient', inputShape: x, ...op }, operands),
    })),
  },
  {
    kind: 'convFilterGradient',
    title: 'convFilterGradient with stride, padding, dilation and groups',
    draw: normal,
    samples: convSamples.map(({ op, x, w, y }) => ({
      shapes: [x, y],
      build: (operands) => emit({ kind: 'convFilterGradient', filterShape: w, ...op }, operands),
    })),
  },
  {
    kind: 'maxPool',
    title: 'maxPool, overlapping and dilated',
    draw: apart,
    samples: poolSamples(true).map(({ op, x }) => ({
      shapes: [x],
      build: (operands) => emit({ kind: 'maxPool', ...op }, operands),
    })),
  },
  {
    kind: 'maxPoolScatter',
    title: 'maxPoolScatter, overlapping and dilated',
    draw: apart,
    samples: poolSamples(true).map(({ op, x, y }) => ({
      shapes: [x, y],
      build: (operands) => emit({ kind: 'maxPoolScatter', ...op }, operands),
    })),
  },
  {
    kind: 'maxPoolSelect',
    title: 'maxPoolSelect, overlapping and dilated',
    draw: apart,
    samples: poolSamples(true).map(({ op, x }) => ({
      shapes: [x, x],
      build: (operands) => emit({ kind: 'maxPoolSelect', ...op }, operands),
    })),
  },
  {
    kind: 'averagePool',
    title: 'averagePool, overlapping, padding counted or not',
    draw: normal,
    samples: fc.tuple(poolSamples(false), fc.boolean()).map(([{ op, x }, countPadding]) => ({
      shapes: [x],
      build: (operands) => emit({ kind: 'averagePool', countPadding, ...op }, operands),
    })),
  },
  {
    kind: 'averagePoolGradient',
    title: 'averagePoolGradient, overlapping, padding counted or not',
    draw: normal,
    samples: fc.tuple(poolSamples(false), fc.boolean()).map(([{ op, x, y }, countPadding]) => ({
      shapes: [y],
      build: (operands) => emit({ kind: 'averagePoolGradient', countPadding, inputShape: x, ...op }, operands),
    })),
  },
  {
    kind: 'gather',
    title: 'gather, indices repeated',
    draw: normal,
    samples: gatherSamples.map(({ at, indexShape }) => ({
      shapes: [at.shape],
      indices: { shape: indexShape, below: at.shape[at.axis]! },
      build: ([x], indices) => gather(x!, indices!, at.axis),
    })),
  },
  {
    kind: 'scatterAdd',
    title: 'scatterAdd, indices repeated',
    draw: normal,
    samples: gatherSamples.map(({ at, indexShape }) => ({
      shapes: [at.shape.toSpliced(at.axis, 1, ...indexShape)],
      indices: { shape: indexShape, below: 3 },
      build: ([updates], indices) => scatterAdd(indices!, updates!, at.axis, 3),
    })),
  },
  {
    kind: 'takeAlong',
    title: 'takeAlong, indices repeated',
    draw: normal,
    samples: takeSamples.map(({ at, picks }) => ({
      shapes: [at.shape],
      indices: { shape: at.shape.with(at.axis, picks), below: at.shape[at.axis]! },
      build: ([x], indices) => takeAlong(x!, indices!, at.axis),
    })),
  },
  {
    kind: 'putAlong',
    title: 'putAlong, indices repeated',
    draw: normal,
    samples: takeSamples.map(({ at, picks }) => ({
      shapes: [at.shape.with(at.axis, picks)],
      indices: { shape: at.shape.with(at.axis, picks), below: 3 },
      build: ([updates], indices) => putAlong(indices!, updates!, at.axis, 3),
    })),
  },
  {
    kind: 'softmax',
    title: 'softmax',
    draw: normal,
    samples: shapeAndAxis.map(({ shape, axis }) => ({ shapes: [shape], build: ([x]) => softmax(x!, axis) })),
  },
  {
    kind: 'logSoftmax',
    title: 'logSoftmax',
    draw: normal,
    samples: shapeAndAxis.map(({ shape, axis }) => ({ shapes: [shape], build: ([x]) => logSoftmax(x!, axis) })),
  },
  {
    kind: 'standardize',
    title: 'standardize',
    draw: normal,
    samples: shapeAndAxis.map(({ shape, axis }) => ({
      shapes: [shape],
      build: ([x]) => standardize(x!, x!.shape.map((_, i) => i).slice(axis), { epsilon: 0.1 }),
    })),
  },
  {
    kind: 'inverseDeviation',
    title: 'inverseDeviation',
    draw: normal,
    samples: shapeAndAxis.map(({ shape, axis }) => ({
      shapes: [shape],
      build: ([x]) => inverseDeviation(x!, axis, 0.1),
    })),
  },
];
