/**
 * Graphs of one operator each, with values for their inputs: at least one for every kind of the union (the table is
 * total), over fixed shapes that have caught somebody before and over random ones.
 */

import type { Dtype } from '../../src/base/dtype.ts';
import { fold, key, RandomStream } from '../../src/base/random.ts';
import { type Shape, size } from '../../src/base/shape.ts';
import { GraphBuilder } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { BinaryKind, ConvAttributes, Op, OpKind, PoolAttributes, UnaryKind } from '../../src/graph/op.ts';
import { outputSize } from '../../src/graph/window.ts';

export interface OperatorCase {
  readonly name: string;
  readonly graph: Graph;
  /** Values of the inputs, representable in their dtype. */
  readonly inputs: ReadonlyMap<string, Float64Array>;
}

type Draw = (stream: RandomStream) => number;

/** Uniform on [-2, 2). */
const any: Draw = (stream) => 4 * stream.uniform() - 2;
/** Uniform on [0.25, 2.25). */
const positive: Draw = (stream) => 0.25 + 2 * stream.uniform();
/** -2, -1, 0, 1 or 2: full of ties. */
const tied: Draw = (stream) => stream.integer(5) - 2;
const truth: Draw = (stream) => stream.integer(2);
const below =
  (bound: number): Draw =>
  (stream) =>
    stream.integer(bound);

interface Operand {
  readonly shape: Shape;
  readonly draw?: Draw;
  readonly dtype?: Dtype;
}

function operatorCase(label: string, op: Op, operands: readonly Operand[]): OperatorCase {
  const shapes = operands.map(({ shape }) => `[${shape.join(', ')}]`).join(' ');
  const name = `${op.kind} ${label}${label === '' ? '' : ' '}${shapes}`;
  const stream = new RandomStream(fold(key(1), name));
  const builder = new GraphBuilder();
  const inputs = new Map<string, Float64Array>();
  const tensors = operands.map(({ shape, draw = any, dtype = 'float32' }, i) => {
    inputs.set(
      `x${i}`,
      Float64Array.from({ length: size(shape) }, () => Math.fround(draw(stream))),
    );
    return builder.input(`x${i}`, { shape, dtype });
  });
  const graph = builder.finish(new Map([['y', builder.apply(op, tensors)]]));
  return { name, graph, inputs };
}

function leafCase(label: string, op: Op & { kind: 'fill' | 'literal' | 'iota' }, shape: Shape, dtype: Dtype) {
  const builder = new GraphBuilder();
  const graph = builder.finish(new Map([['y', builder.leaf(op, { shape, dtype })]]));
  return { name: `${op.kind} ${label} ${dtype} [${shape.join(', ')}]`, graph, inputs: new Map() };
}

const randomShape = (stream: RandomStream, rank: number, most = 5): number[] =>
  Array.from({ length: rank }, () => 1 + stream.integer(most));

/** Shapes for operators that work element by element: a scalar, a vector, something empty, and random ones. */
function anyShapes(seed: string): number[][] {
  const stream = new RandomStream(fold(key(2), seed));
  return [[], [7], [2, 0, 3], ...[1, 2, 3, 4].map((rank) => randomShape(stream, rank))];
}

const unary = (kind: UnaryKind, draw: Draw = any, dtype: Dtype = 'float32'): OperatorCase[] =>
  anyShapes(kind).map((shape) => operatorCase(dtype, { kind }, [{ shape, draw, dtype }]));

const binary = (kind: BinaryKind, a: Draw = any, b: Draw = a, dtype: Dtype = 'float32'): OperatorCase[] =>
  anyShapes(kind).map((shape) =>
    operatorCase(dtype, { kind }, [
      { shape, draw: a, dtype },
      { shape, draw: b, dtype },
    ]),
  );

const nonZero: Draw = (stream) => 1 + stream.integer(3);

const reduction = (kind: 'sum' | 'reduceMax'): OperatorCase[] =>
  [
    { shape: [3, 4, 5], axes: [0] },
    { shape: [3, 4, 5], axes: [1] },
    { shape: [3, 4, 5], axes: [2] },
    { shape: [2, 3, 4, 5], axes: [0, 2, 3] },
    { shape: [2, 3, 4], axes: [0, 1, 2] },
    { shape: [2, 3], axes: [] },
    { shape: [], axes: [] },
    { shape: [130, 33], axes: [0] },
    { shape: [5, 7, 3, 4], axes: [0, 1] },
    { shape: [4100, 2, 2], axes: [0] },
    { shape: [64, 16, 257], axes: [0, 1] },
  ].flatMap(({ shape, axes }) =>
    [true, false].flatMap((keepDims) =>
      (['float32', 'int32'] as const).map((dtype) =>
        operatorCase(`${dtype} over ${axes.join()} keep ${keepDims}`, { kind, axes, keepDims }, [
          { shape, dtype, draw: dtype === 'int32' ? tied : any },
        ]),
      ),
    ),
  );

const alongAxes = (kind: 'softmax' | 'logSoftmax'): OperatorCase[] =>
  [
    [5, 10],
    [2, 3, 4],
  ].flatMap((shape) =>
    shape.map((_, axis) =>
      operatorCase(`axis ${axis}`, { kind, axis }, [{ shape, draw: (stream) => 20 * any(stream) }]),
    ),
  );

/** Far from zero too: a variance as the difference of two large numbers would be lost. */
const alongLastAxes = (kind: 'standardize' | 'inverseDeviation'): OperatorCase[] =>
  [[5, 10], [2, 3, 4], [3, 300], [7]].flatMap((shape) =>
    shape.flatMap((_, axis) =>
      [0, 100].map((mean) =>
        operatorCase(`axis ${axis} about ${mean}`, { kind, axis, epsilon: 1e-3 }, [
          { shape, draw: (stream) => mean + Math.round(64 * any(stream)) / 64 },
        ]),
      ),
    ),
  );

interface Convolution extends ConvAttributes {
  readonly image: readonly [number, number, number, number];
  readonly outputs: number;
  readonly kernel: readonly [number, number];
}

const plain = { stride: [1, 1], padding: [0, 0, 0, 0], dilation: [1, 1], groups: 1 } as const;

function convolutions(): Convolution[] {
  const fixed: Convolution[] = [
    { ...plain, image: [2, 3, 7, 6], outputs: 4, kernel: [3, 3] },
    { ...plain, image: [2, 3, 7, 6], outputs: 4, kernel: [1, 1] },
    { ...plain, image: [1, 1, 5, 5], outputs: 1, kernel: [5, 5], padding: [2, 2, 2, 2] },
    { ...plain, image: [2, 3, 8, 9], outputs: 2, kernel: [3, 2], stride: [2, 3], padding: [1, 0, 0, 1] },
    { ...plain, image: [2, 2, 9, 9], outputs: 3, kernel: [3, 3], dilation: [2, 3], padding: [2, 3, 2, 3] },
    { ...plain, image: [2, 4, 6, 6], outputs: 6, kernel: [3, 3], groups: 2, padding: [1, 1, 1, 1] },
    { ...plain, image: [2, 4, 6, 6], outputs: 4, kernel: [3, 3], groups: 4 },
    { ...plain, image: [2, 4, 9, 8], outputs: 8, kernel: [2, 3], groups: 4, stride: [2, 2], dilation: [2, 1] },
    // Whole blocks of 8 and of 16 channels.
    { ...plain, image: [2, 16, 7, 6], outputs: 32, kernel: [3, 3], padding: [1, 1, 1, 1] },
    { ...plain, image: [3, 16, 8, 9], outputs: 16, kernel: [3, 2], stride: [2, 3], padding: [1, 0, 0, 1] },
    { ...plain, image: [1, 32, 9, 9], outputs: 16, kernel: [3, 3], dilation: [2, 3], padding: [2, 3, 2, 3] },
    // Images in groups.
    { ...plain, image: [16, 2, 5, 6], outputs: 3, kernel: [3, 2], stride: [1, 2], padding: [1, 1, 1, 0] },
    // Padding wider than the kernel's reach; rows that no window reaches.
    { ...plain, image: [1, 2, 4, 4], outputs: 2, kernel: [2, 2], padding: [2, 3, 2, 1] },
    { ...plain, image: [1, 2, 8, 8], outputs: 2, kernel: [2, 2], stride: [3, 4] },
  ];
  const stream = new RandomStream(fold(key(3), 'conv'));
  while (fixed.length < 26) {
    const groups = 1 + stream.integer(2);
    const pair = (least: number, count: number) =>
      [least + stream.integer(count), least + stream.integer(count)] as const;
    const side = () => stream.integer(3);
    const candidate: Convolution = {
      image: [1 + stream.integer(3), groups * (1 + stream.integer(3)), ...pair(4, 7)],
      outputs: groups * (1 + stream.integer(3)),
      kernel: pair(1, 3),
      stride: pair(1, 3),
      padding: [side(), side(), side(), side()],
      dilation: pair(1, 2),
      groups,
    };
    const [height, width] = convolved(candidate);
    if (height > 0 && width > 0) fixed.push(candidate);
  }
  return fixed;
}

function convolved({ image, kernel, ...window }: Convolution): [number, number] {
  return outputSize(image[2], image[3], kernel, window);
}

function convolutionCases(kind: 'conv' | 'convInputGradient' | 'convFilterGradient'): OperatorCase[] {
  return convolutions().map((convolution) => {
    const { image, outputs, kernel, stride, padding, dilation, groups } = convolution;
    const attributes = { stride, padding, dilation, groups };
    const filter = [outputs, image[1] / groups, ...kernel];
    const result = [image[0], outputs, ...convolved(convolution)];
    const label = `stride ${stride} padding ${padding} dilation ${dilation} groups ${groups}`;
    const x = { shape: image };
    const w = { shape: filter };
    const dy = { shape: result };
    if (kind === 'conv') return operatorCase(label, { kind, ...attributes }, [x, w]);
    return kind === 'convInputGradient'
      ? operatorCase(label, { kind, ...attributes, inputShape: image }, [w, dy])
      : operatorCase(label, { kind, ...attributes, filterShape: filter }, [x, dy]);
  });
}

interface Pooling extends PoolAttributes {
  readonly image: readonly [number, number, number, number];
}

function poolings(dilated: boolean): Pooling[] {
  const none = { padding: [0, 0, 0, 0], dilation: [1, 1] } as const;
  const fixed: Pooling[] = [
    { ...none, image: [2, 3, 8, 6], kernel: [2, 2], stride: [2, 2] },
    { ...none, image: [2, 3, 9, 7], kernel: [2, 2], stride: [2, 2] },
    { ...none, image: [2, 2, 9, 9], kernel: [3, 3], stride: [3, 3] },
    { ...none, image: [1, 2, 7, 8], kernel: [3, 2], stride: [2, 1] },
    { ...none, image: [1, 2, 9, 8], kernel: [2, 2], stride: [3, 3] },
    { ...none, image: [2, 2, 6, 7], kernel: [6, 7], stride: [1, 1] },
    { image: [2, 2, 7, 7], kernel: [3, 3], stride: [2, 2], padding: [1, 1, 1, 1], dilation: [1, 1] },
    { image: [2, 2, 7, 6], kernel: [3, 2], stride: [2, 2], padding: [0, 1, 2, 0], dilation: [1, 1] },
    // Padding below that no window reaches.
    { image: [1, 1, 4, 4], kernel: [2, 2], stride: [3, 3], padding: [0, 0, 2, 2], dilation: [1, 1] },
  ];
  const dilations: Pooling[] = [
    { image: [1, 2, 9, 9], kernel: [2, 3], stride: [1, 2], padding: [0, 1, 0, 1], dilation: [2, 2] },
    // Padding as wide as the kernel, which a dilated window still leaves.
    { image: [1, 2, 8, 8], kernel: [2, 2], stride: [1, 1], padding: [2, 2, 2, 2], dilation: [3, 3] },
  ];
  return dilated ? [...fixed, ...dilations] : fixed;
}

function poolingLabel({ kernel, stride, padding, dilation }: PoolAttributes): string {
  return `kernel ${kernel} stride ${stride} padding ${padding} dilation ${dilation}`;
}

function pooled({ image, kernel, ...window }: Pooling): number[] {
  return [image[0], image[1], ...outputSize(image[2], image[3], kernel, window)];
}

function maxPoolCases(kind: 'maxPool' | 'maxPoolScatter' | 'maxPoolSelect'): OperatorCase[] {
  return poolings(true).flatMap(({ image, ...attributes }) =>
    ([any, tied] as const).map((draw, i) => {
      const other =
        kind === 'maxPool' ? [] : [{ shape: kind === 'maxPoolSelect' ? image : pooled({ image, ...attributes }) }];
      const label = `${poolingLabel(attributes)}${i === 0 ? '' : ' tied'}`;
      return operatorCase(label, { kind, ...attributes }, [{ shape: image, draw }, ...other]);
    }),
  );
}

function averagePoolCases(kind: 'averagePool' | 'averagePoolGradient'): OperatorCase[] {
  return poolings(false).flatMap(({ image, ...attributes }) =>
    [true, false].map((countPadding) => {
      const label = `${poolingLabel(attributes)} count ${countPadding}`;
      const shape = kind === 'averagePool' ? image : pooled({ image, ...attributes });
      return kind === 'averagePool'
        ? operatorCase(label, { kind, ...attributes, countPadding }, [{ shape }])
        : operatorCase(label, { kind, ...attributes, countPadding, inputShape: image }, [{ shape }]);
    }),
  );
}

const gatherings = [
  { shape: [5, 3], axis: 0, indices: [4] },
  { shape: [5, 3], axis: 0, indices: [9] },
  // More rows than are added to by a product.
  { shape: [300, 2], axis: 0, indices: [3, 200] },
  { shape: [2, 6, 3], axis: 1, indices: [2, 4] },
  { shape: [2, 3, 4], axis: 2, indices: [] },
];

const moved: { readonly [K in 'float32' | 'int32' | 'uint8' | 'bool']: Draw } = {
  float32: any,
  int32: tied,
  uint8: below(256),
  bool: truth,
};

/** The operator on every element type. */
const onEveryDtype = (op: Op, shape: Shape): OperatorCase[] =>
  (Object.keys(moved) as Dtype[]).map((dtype) =>
    operatorCase(`${dtype} ${JSON.stringify({ ...op, kind: undefined })}`, op, [{ shape, dtype, draw: moved[dtype] }]),
  );

export const operatorCases = {
  input: () => {
    const builder = new GraphBuilder();
    const x = builder.input('x', { shape: [2, 3], dtype: 'float32' });
    const graph = builder.finish(new Map([['x', x]]));
    return [
      {
        name: 'input as an output of its own name',
        graph,
        inputs: new Map([['x', Float64Array.of(1, 2, 3, 4, 5, 6)]]),
      },
    ];
  },
  fill: () => [
    leafCase('2.5', { kind: 'fill', value: 2.5 }, [3, 2], 'float32'),
    leafCase('-infinity', { kind: 'fill', value: Number.NEGATIVE_INFINITY }, [], 'float32'),
    leafCase('7', { kind: 'fill', value: 7 }, [4], 'int32'),
    leafCase('1', { kind: 'fill', value: 1 }, [2, 2], 'bool'),
  ],
  literal: () => [
    leafCase('', { kind: 'literal', values: [1, -2.5, 3, 4, 5, 0.5] }, [2, 3], 'float32'),
    leafCase('', { kind: 'literal', values: [3] }, [], 'int32'),
    leafCase('', { kind: 'literal', values: [0, 1, 1] }, [3], 'bool'),
    leafCase('', { kind: 'literal', values: [0, 255] }, [2], 'uint8'),
  ],
  iota: () => [
    leafCase('axis 0', { kind: 'iota', axis: 0 }, [5], 'int32'),
    leafCase('axis 1', { kind: 'iota', axis: 1 }, [2, 3, 2], 'int32'),
    leafCase('axis 0', { kind: 'iota', axis: 0 }, [3, 2], 'float32'),
  ],
  neg: () => [...unary('neg'), ...unary('neg', tied, 'int32')],
  abs: () => [...unary('abs'), ...unary('abs', tied, 'int32')],
  sign: () => [...unary('sign', tied), ...unary('sign', tied, 'int32')],
  floor: () => unary('floor'),
  exp: () => unary('exp'),
  log: () => unary('log', positive),
  sqrt: () => unary('sqrt', positive),
  reciprocal: () => unary('reciprocal', positive),
  sin: () => unary('sin'),
  cos: () => unary('cos'),
  tanh: () => unary('tanh'),
  sigmoid: () => unary('sigmoid'),
  softplus: () => unary('softplus', (stream) => 20 * any(stream)),
  erf: () => unary('erf'),
  relu: () => unary('relu'),
  not: () => unary('not', truth, 'bool'),
  stopGradient: () => unary('stopGradient'),
  cast: () => [
    ...(['int32', 'uint8', 'bool', 'float32'] as const).map((dtype) =>
      operatorCase(`float32 to ${dtype}`, { kind: 'cast', dtype }, [{ shape: [3, 4], draw: below(3) }]),
    ),
    operatorCase('fractions to int32', { kind: 'cast', dtype: 'int32' }, [{ shape: [9] }]),
    ...(['float32', 'int32', 'bool'] as const).map((dtype) =>
      operatorCase(`uint8 to ${dtype}`, { kind: 'cast', dtype }, [{ shape: [9], draw: below(256), dtype: 'uint8' }]),
    ),
    ...(['float32', 'int32', 'uint8'] as const).map((dtype) =>
      operatorCase(`bool to ${dtype}`, { kind: 'cast', dtype }, [{ shape: [9], draw: truth, dtype: 'bool' }]),
    ),
  ],
  add: () => [...binary('add'), ...binary('add', tied, tied, 'int32')],
  sub: () => [...binary('sub'), ...binary('sub', tied, tied, 'int32')],
  mul: () => [...binary('mul'), ...binary('mul', tied, tied, 'int32')],
  div: () => [...binary('div', any, positive), ...binary('div', below(50), nonZero, 'int32')],
  pow: () => binary('pow', positive, any),
  max: () => [...binary('max', tied), ...binary('max', tied, tied, 'int32')],
  min: () => [...binary('min', tied), ...binary('min', tied, tied, 'int32')],
  equal: () => [
    ...binary('equal', tied),
    ...binary('equal', tied, tied, 'int32'),
    ...binary('equal', below(3), below(3), 'uint8'),
    ...binary('equal', truth, truth, 'bool'),
  ],
  less: () => [...binary('less', tied), ...binary('less', tied, tied, 'int32')],
  lessOrEqual: () => [...binary('lessOrEqual', tied), ...binary('lessOrEqual', tied, tied, 'int32')],
  and: () => binary('and', truth, truth, 'bool'),
  or: () => binary('or', truth, truth, 'bool'),
  where: () =>
    (Object.keys(moved) as Dtype[]).flatMap((dtype) =>
      [[], [5], [2, 3, 4]].map((shape) =>
        operatorCase(dtype, { kind: 'where' }, [
          { shape, dtype: 'bool', draw: truth },
          { shape, dtype, draw: moved[dtype] },
          { shape, dtype, draw: moved[dtype] },
        ]),
      ),
    ),
  reshape: () => [
    ...onEveryDtype({ kind: 'reshape', shape: [3, 4] }, [2, 6]),
    operatorCase('', { kind: 'reshape', shape: [] }, [{ shape: [1, 1] }]),
    operatorCase('', { kind: 'reshape', shape: [0, 5] }, [{ shape: [3, 0] }]),
  ],
  transpose: () => [
    ...onEveryDtype({ kind: 'transpose', permutation: [1, 2, 0] }, [2, 3, 4]),
    operatorCase('', { kind: 'transpose', permutation: [0, 1] }, [{ shape: [2, 3] }]),
    operatorCase('', { kind: 'transpose', permutation: [] }, [{ shape: [] }]),
  ],
  broadcastTo: () => [
    ...onEveryDtype({ kind: 'broadcastTo', shape: [2, 3, 4] }, [3, 1]),
    operatorCase('', { kind: 'broadcastTo', shape: [2, 3] }, [{ shape: [] }]),
    operatorCase('', { kind: 'broadcastTo', shape: [2, 3] }, [{ shape: [2, 3] }]),
  ],
  slice: () => [
    ...onEveryDtype({ kind: 'slice', starts: [1, 0, 2], ends: [4, 3, 7], steps: [2, 1, 3] }, [5, 3, 8]),
    operatorCase('empty', { kind: 'slice', starts: [2], ends: [2], steps: [1] }, [{ shape: [4] }]),
    operatorCase('whole', { kind: 'slice', starts: [0, 0], ends: [4, 2], steps: [1, 1] }, [{ shape: [4, 2] }]),
  ],
  pad: () => [
    ...onEveryDtype({ kind: 'pad', low: [1, 0], high: [0, 2], interior: [0, 0], value: 1 }, [3, 2]),
    ...onEveryDtype({ kind: 'pad', low: [1, 0], high: [2, 1], interior: [1, 2], value: 0 }, [3, 4]),
    operatorCase('interior only', { kind: 'pad', low: [0], high: [0], interior: [3], value: -1.5 }, [{ shape: [4] }]),
    operatorCase('one element', { kind: 'pad', low: [0], high: [1], interior: [3], value: 0 }, [{ shape: [1] }]),
  ],
  concat: () => [
    operatorCase('axis 1', { kind: 'concat', axis: 1 }, [{ shape: [2, 1] }, { shape: [2, 3] }, { shape: [2, 2] }]),
    operatorCase('alone', { kind: 'concat', axis: 0 }, [{ shape: [2, 1] }]),
    operatorCase('bool', { kind: 'concat', axis: 0 }, [
      { shape: [2], dtype: 'bool', draw: truth },
      { shape: [3], dtype: 'bool', draw: truth },
    ]),
  ],
  sum: () => reduction('sum'),
  reduceMax: () => reduction('reduceMax'),
  argMax: () =>
    [0, 1, 2].flatMap((axis) =>
      (['float32', 'int32'] as const).map((dtype) =>
        operatorCase(`${dtype} axis ${axis}`, { kind: 'argMax', axis }, [{ shape: [3, 4, 5], draw: tied, dtype }]),
      ),
    ),
  matmul: () =>
    [[], [3], [2, 3]].flatMap((batch) =>
      [false, true].flatMap((transposeA) =>
        [false, true].flatMap((transposeB) =>
          [
            [4, 7, 5],
            [1, 9, 1],
            [33, 65, 17],
          ].map(([rows, inner, columns]) =>
            operatorCase(
              `${transposeA ? 'aᵀ' : 'a'} ${transposeB ? 'bᵀ' : 'b'}`,
              { kind: 'matmul', transposeA, transposeB },
              [
                { shape: [...batch, ...(transposeA ? [inner!, rows!] : [rows!, inner!])] },
                { shape: [...batch, ...(transposeB ? [columns!, inner!] : [inner!, columns!])] },
              ],
            ),
          ),
        ),
      ),
    ),
  conv: () => convolutionCases('conv'),
  convInputGradient: () => convolutionCases('convInputGradient'),
  convFilterGradient: () => convolutionCases('convFilterGradient'),
  maxPool: () => maxPoolCases('maxPool'),
  maxPoolScatter: () => maxPoolCases('maxPoolScatter'),
  maxPoolSelect: () => maxPoolCases('maxPoolSelect'),
  averagePool: () => averagePoolCases('averagePool'),
  averagePoolGradient: () => averagePoolCases('averagePoolGradient'),
  gather: () =>
    gatherings.flatMap(({ shape, axis, indices }) =>
      (Object.keys(moved) as Dtype[]).map((dtype) =>
        operatorCase(`${dtype} axis ${axis}`, { kind: 'gather', axis }, [
          { shape, dtype, draw: moved[dtype] },
          { shape: indices, dtype: 'int32', draw: below(shape[axis]!) },
        ]),
      ),
    ),
  scatterAdd: () =>
    gatherings.map(({ shape, axis, indices }) =>
      operatorCase(`axis ${axis}`, { kind: 'scatterAdd', axis, size: shape[axis]! }, [
        { shape: indices, dtype: 'int32', draw: below(shape[axis]!) },
        { shape: [...shape.slice(0, axis), ...indices, ...shape.slice(axis + 1)] },
      ]),
    ),
  takeAlong: () =>
    [0, 1].map((axis) =>
      operatorCase(`axis ${axis}`, { kind: 'takeAlong', axis }, [
        { shape: [4, 3] },
        { shape: axis === 0 ? [6, 3] : [4, 2], dtype: 'int32', draw: below(3) },
      ]),
    ),
  putAlong: () =>
    [0, 1].map((axis) =>
      operatorCase(`axis ${axis}`, { kind: 'putAlong', axis, size: 3 }, [
        { shape: [4, 5], dtype: 'int32', draw: below(3) },
        { shape: [4, 5] },
      ]),
    ),
  softmax: () => alongAxes('softmax'),
  logSoftmax: () => alongAxes('logSoftmax'),
  standardize: () => alongLastAxes('standardize'),
  inverseDeviation: () => alongLastAxes('inverseDeviation'),
} satisfies { readonly [K in OpKind]: () => OperatorCase[] };
