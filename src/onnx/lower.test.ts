import { describe, expect, it } from 'vitest';
import { gradients } from '../autodiff/gradients.ts';
import { conv } from '../graph/convolution.ts';
import { add, mul, relu } from '../graph/elementwise.ts';
import { flatten, reshape, slice, transpose } from '../graph/form.ts';
import { matmul } from '../graph/linear.ts';
import { sum } from '../graph/reduction.ts';
import { standardize } from '../graph/standardize.ts';
import { trace } from '../graph/trace.ts';
import { type LowerOptions, lower } from './lower.ts';
import { printModel } from './print.ts';

const f = (...shape: number[]) => ({ shape, dtype: 'float32' as const });

const types = (model: ReturnType<typeof lower>) => model.nodes.map((node) => node.type);

describe('lower', () => {
  it('fuses the biases of conv and dense, so that a network is one node for each of its operators', () => {
    const graph = trace(
      { x: f(2, 1, 4, 4), w: f(3, 1, 3, 3), b: f(3), w2: f(12, 5), b2: f(5) },
      ({ x, w, b, w2, b2 }) => {
        const h = relu(add(conv(x, w), reshape(b, [3, 1, 1])));
        return { y: add(b2, matmul(flatten(h), w2)) };
      },
    );
    expect(printModel(lower(graph))).toBe(
      [
        'input x: float32[2, 1, 4, 4]',
        'input w: float32[3, 1, 3, 3]',
        'input b: float32[3]',
        'input w2: float32[12, 5]',
        'input b2: float32[5]',
        'constant int64(2,12): int64[2] = 2, 12',
        'conv_8/Conv = Conv(x, w, b) {strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], group=1}',
        'relu_9/Relu = Relu(conv_8/Conv)',
        'reshape_10/Reshape = Reshape(relu_9/Relu, int64(2,12))',
        'y = Gemm(reshape_10/Reshape, w2, b2) {transA=0, transB=0}',
        'output y: float32[2, 5]',
        '',
      ].join('\n'),
    );
  });

  it('does not fuse a bias into a product that something else reads', () => {
    const graph = trace({ a: f(2, 3), w: f(3, 4), b: f(4) }, ({ a, w, b }) => {
      const product = matmul(a, w);
      return { y: add(product, b), product };
    });
    expect(types(lower(graph))).toEqual(['Gemm', 'Add']);
  });

  it('adds a matrix of its own size inside the product', () => {
    const graph = trace({ a: f(2, 3), w: f(3, 4), b: f(2, 4) }, ({ a, w, b }) => ({ y: add(b, matmul(a, w)) }));
    expect(lower(graph).nodes.map(({ type, inputs }) => [type, inputs])).toEqual([['Gemm', ['a', 'w', 'b']]]);
  });

  it('scales a product inside Gemm, with a bias or without, where nothing else reads it', () => {
    const inputs = { a: f(2, 3), w: f(3, 4), v: f(3, 5), b: f(4) };
    const scaled = trace(inputs, ({ a, w, v, b }) => ({ y: add(mul(matmul(a, w), 0.5), b), z: mul(matmul(a, v), 3) }));
    expect(lower(scaled).nodes.map(({ type, inputs, attributes }) => [type, inputs, attributes.alpha])).toEqual([
      ['Gemm', ['a', 'w', 'b'], { float: 0.5 }],
      ['Gemm', ['a', 'v'], { float: 3 }],
    ]);
    const read = trace(inputs, ({ a, w }) => {
      const product = matmul(a, w);
      return { y: mul(product, 0.5), product };
    });
    expect(types(lower(read))).toEqual(['Gemm', 'Mul']);
  });

  it('cuts a tensor up in one node where slices leave nothing out, equal parts or not, and only there', () => {
    const parts = (bounds: readonly (readonly [number, number])[]) =>
      types(
        lower(
          trace({ x: f(2, 6) }, ({ x }) =>
            Object.fromEntries(
              bounds.map(([from, to], i) => [`y${i}`, relu(slice(x, { starts: [0, from], ends: [2, to] }))]),
            ),
          ),
        ),
      ).filter((type) => type !== 'Relu');
    const halves = [
      [3, 6],
      [0, 3],
    ] as const;
    expect(parts(halves)).toEqual(['Split']);
    expect(
      parts([
        [0, 1],
        [1, 4],
        [4, 6],
      ]),
    ).toEqual(['Split']);
    expect(
      parts([
        [0, 1],
        [2, 6],
      ]),
    ).toEqual(['Slice', 'Slice']);
    expect(
      parts([
        [0, 3],
        [2, 6],
      ]),
    ).toEqual(['Slice', 'Slice']);
  });

  it('leaves broadcasting to ONNX where it gives the same shape, and expands where it would not', () => {
    const broadcast = trace({ x: f(2, 3), s: f(3) }, ({ x, s }) => ({ y: mul(mul(x, s), 2) }));
    expect(types(lower(broadcast))).toEqual(['Mul', 'Mul']);
    const outer = trace({ a: f(2, 1), b: f(3) }, ({ a, b }) => ({ y: mul(a, b) }));
    expect(types(lower(outer))).toEqual(['Mul']);
    const squares = trace({ s: f(3) }, ({ s }) => {
      const wide = add(s, [[0], [1]]);
      return { y: mul(wide, s), z: add(s, [[1, 1, 1]]) };
    });
    for (const { outputs, nodes } of [lower(squares)]) {
      expect(outputs.map(({ shape }) => shape)).toEqual([
        [2, 3],
        [1, 3],
      ]);
      expect(nodes.map(({ type }) => type)).not.toContain('Expand');
    }
  });

  it('gives a number as many axes as a tensor of rows with one element, which it would be slow beside without', () => {
    const graph = trace({ x: f(2, 3, 1), y: f(2, 3) }, ({ x, y }) => ({ a: mul(x, 0.5), b: mul(y, 0.5) }));
    const model = lower(graph);
    const shapes = new Map(model.constants.map(({ name, shape }) => [name, shape]));
    expect(model.nodes.map(({ inputs }) => shapes.get(inputs[1]!))).toEqual([[1, 1, 1], []]);
  });

  it('gives an output the name that was asked for, also for an input, for one value twice, and for a clash', () => {
    const graph = trace({ x: f(2) }, ({ x }) => ({ x, y: relu(x), z: relu(x) }));
    const model = lower(graph);
    expect(model.outputs.map(({ name }) => name)).toEqual(['x_2', 'y', 'z']);
    expect(types(model)).toEqual(['Relu', 'Identity', 'Identity']);
  });

  it('refuses a formulation that does not exist, with the nearest that does', () => {
    const graph = trace({ x: f(2, 1, 4, 4), w: f(3, 1, 3, 3) }, ({ x, w }) => ({ y: conv(x, w) }));
    const signature = 'conv 2x1x4x4 3x1x3x3 > 2x3x2x2 stride 1x1 padding 0x0x0x0 dilation 1x1 groups 1';
    expect(() => lower(graph, { formulations: new Map([[signature, 'dirrect']]) })).toThrow('Did you mean "direct"?');
  });

  it('is a pure function of the graph', () => {
    const graph = trace({ x: f(2, 1, 4, 4), w: f(3, 1, 3, 3) }, ({ x, w }) => ({ y: conv(x, w) }));
    expect(lower(structuredClone(graph))).toEqual(lower(graph));
  });

  it('puts γ and β into the normalization, over one axis and over several', () => {
    const one = trace({ x: f(4, 3, 5), scale: f(5), shift: f(5) }, ({ x, scale, shift }) => ({
      y: add(mul(standardize(x, -1), scale), shift),
      z: mul(standardize(x, -1, { epsilon: 1e-3 }), scale),
      plain: standardize(x, -1, { epsilon: 1e-2 }),
    }));
    expect(lower(one).nodes.map(({ type, inputs }) => [type, inputs.slice(1)])).toEqual([
      ['LayerNormalization', ['scale', 'shift']],
      ['LayerNormalization', ['scale']],
      ['Expand', ['int64(5)']],
      ['LayerNormalization', [expect.stringContaining('Expand')]],
    ]);
    const several = trace({ x: f(4, 3, 5), scale: f(3, 5), shift: f(3, 5) }, ({ x, scale, shift }) => ({
      y: add(shift, mul(scale, standardize(x, [1, 2]))),
    }));
    const [node, ...others] = lower(several).nodes;
    expect([node!.inputs, node!.attributes.axis, others]).toEqual([['x', 'scale', 'shift'], 1, []]);
  });

  it('takes what gradients need from the same normalization', () => {
    const graph = trace({ x: f(4, 6), scale: f(6), shift: f(6), g: f(4, 6) }, ({ x, scale, shift, g }) => {
      const y = add(mul(standardize(x, -1), scale), shift);
      const [dx, dscale] = gradients(sum(mul(y, g)), [x, scale]);
      return { y, dx: dx!, dscale: dscale! };
    });
    const { nodes } = lower(graph);
    const normalizations = nodes.filter(({ type }) => type === 'LayerNormalization');
    expect(normalizations.map(({ outputs }) => outputs.length)).toEqual([3]);
    const [standardized, , inverse] = normalizations[0]!.outputs;
    const readers = (name: string) => nodes.filter(({ inputs }) => inputs.includes(name)).map(({ type }) => type);
    expect([new Set(readers(standardized!)), new Set(readers(inverse!))]).toEqual([new Set(['Mul']), new Set(['Mul'])]);
  });

  it('leaves a normalization plain where what stands beside it is no vector along its rows, or something else reads it', () => {
    const graph = trace({ x: f(4, 6), column: f(4, 1), full: f(4, 6), scale: f(6) }, ({ x, column, full, scale }) => {
      const early = standardize(x, -1, { epsilon: 1e-2 });
      const reader = relu(early);
      return {
        a: mul(standardize(x, -1, { epsilon: 1e-3 }), column),
        b: add(standardize(x, -1, { epsilon: 1e-4 }), full),
        c: add(mul(early, scale), reader),
      };
    });
    const count = types(lower(graph)).filter((type) => type === 'LayerNormalization').length;
    expect([count, types(lower(graph)).filter((type) => type === 'Mul').length]).toEqual([3, 2]);
  });

  it('leaves what is added to a product larger than `largestSum` to an operator of its own, and keeps the factor inside', () => {
    const graph = trace({ a: f(2, 3), w: f(3, 4), b: f(4), c: f(2, 4) }, ({ a, w, b, c }) => ({
      y: add(add(mul(matmul(a, w), 0.5), b), c),
    }));
    expect(types(lower(graph, { largestSum: 8 }))).toEqual(['Gemm', 'Add']);
    const apart = lower(graph, { largestSum: 7 });
    expect([types(apart), apart.nodes[0]!.attributes.alpha]).toEqual([['Gemm', 'Add', 'Add'], { float: 0.5 }]);
  });

  it('transposes large matrices by way of blocks and rows on several threads only', () => {
    const graph = trace({ x: f(2, 256, 160), heads: f(2, 4, 128, 64), small: f(32, 32) }, ({ x, heads, small }) => ({
      x: transpose(x, [0, 2, 1]),
      heads: transpose(heads, [0, 2, 1, 3]),
      small: transpose(small, [1, 0]),
    }));
    expect(types(lower(graph)).filter((type) => type !== 'Reshape')).toEqual(['Transpose', 'Transpose', 'Transpose']);
    const moves = (options: LowerOptions) => types(lower(graph, options)).filter((type) => type !== 'Reshape');
    expect(moves({ threads: 1, channelBlock: 16 })).toEqual(['Transpose', 'Transpose', 'Transpose']);
    expect(moves({ threads: 2 })).toEqual(['Transpose', 'Gather', 'Transpose']);
    expect(moves({ threads: 2, channelBlock: 16 })).toEqual(['ReorderInput', 'ReorderOutput', 'Gather', 'Transpose']);
    expect(moves({ threads: 2, channelBlock: 64 })).toEqual(['Transpose', 'Gather', 'Transpose']);
  });
});
