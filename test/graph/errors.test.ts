/** What a user reads when tensors do not fit. Here and not beside the source, because the call site is outside of it. */

import { describe, expect, it } from 'vitest';
import { GraphError, OptionError, ShapeError } from '../../src/base/errors.ts';
import { firstForeignFrame } from '../../src/graph/call-site.ts';
import { conv } from '../../src/graph/convolution.ts';
import { add, where } from '../../src/graph/elementwise.ts';
import { concat, reshape, slice, squeeze, transpose } from '../../src/graph/form.ts';
import type { TensorSpec } from '../../src/graph/graph.ts';
import { gather } from '../../src/graph/indexing.ts';
import { iota, literal } from '../../src/graph/leaf.ts';
import { matmul } from '../../src/graph/linear.ts';
import { averagePool, maxPool } from '../../src/graph/pooling.ts';
import { sum } from '../../src/graph/reduction.ts';
import type { Tensor } from '../../src/graph/tensor.ts';
import { trace } from '../../src/graph/trace.ts';

const f32 = (...shape: number[]): TensorSpec => ({ shape, dtype: 'float32' });
const i32 = (...shape: number[]): TensorSpec => ({ shape, dtype: 'int32' });

function failure(specs: readonly TensorSpec[], f: (tensors: Tensor[]) => Tensor): Error {
  try {
    trace(Object.fromEntries(specs.map((spec, i) => [`x${i}`, spec])), (inputs) => ({ y: f(Object.values(inputs)) }));
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}

describe('an error of shapes', () => {
  it('names the operator, the operands, the layer, the call site and the mend', () => {
    const error = failure([f32(2, 3), f32(4, 5)], ([a, b]) =>
      a!.builder.within('encoder', () => a!.builder.within('dense1', () => matmul(a!, b!))),
    );
    expect(error).toBeInstanceOf(ShapeError);
    expect(error.message).toMatch(
      /^matmul: the inner dimensions 3 and 4 differ: matmul\(float32\[2, 3\], float32\[4, 5\]\) \(layer "encoder\/dense1", called at \/.*\/test\/graph\/errors\.test\.ts:\d+:\d+\)\. The columns of the first/,
    );
    expect((error as ShapeError).code).toBe('shape/matmul');
  });

  it.each<[string, readonly TensorSpec[], (tensors: Tensor[]) => Tensor]>([
    ['add: the shapes do not broadcast: add(float32[2, 3], float32[2])', [f32(2, 3), f32(2)], ([a, b]) => add(a!, b!)],
    ['add: the dtypes float32 and int32 differ', [f32(2), i32(2)], ([a, b]) => add(a!, b!)],
    ['fill: 0.5 is not a value of int32', [i32(2)], ([a]) => add(a!, 0.5)],
    ['where: the condition is float32, not bool', [f32(2)], ([a]) => where(a!, a!, a!)],
    ['reshape: 6 elements do not divide into [4, -1]', [f32(2, 3)], ([a]) => reshape(a!, [4, -1])],
    ['reshape: 6 elements do not fill the shape [4]', [f32(2, 3)], ([a]) => reshape(a!, [4])],
    ['transpose: [0, 0] is not a permutation of 2 axes', [f32(2, 3)], ([a]) => transpose(a!, [0, 0])],
    [
      'slice: the range 1 to 4 does not lie in axis 0 of 3 elements',
      [f32(3)],
      ([a]) => slice(a!, { starts: [1], ends: [4] }),
    ],
    ['concat: the shapes differ on another axis than 0', [f32(2, 3), f32(2, 4)], (tensors) => concat(tensors, 0)],
    ['squeeze: axis 1 has 3 elements, not 1', [f32(2, 3)], ([a]) => squeeze(a!, 1)],
    ['sum: axis 2 is out of range', [f32(2, 3)], ([a]) => sum(a!, 2)],
    ['sum: an axis of [1, 1] repeats', [f32(2, 3)], ([a]) => sum(a!, [1, -1])],
    ['conv: the image has 3 axes, not 4', [f32(1, 8, 8), f32(4, 1, 3, 3)], ([x, w]) => conv(x!, w!)],
    [
      'conv: the image has 3 channels and the filters take 1',
      [f32(1, 3, 8, 8), f32(4, 1, 3, 3)],
      ([x, w]) => conv(x!, w!),
    ],
    [
      'conv: the 9 × 9 kernel does not fit into the 8 × 8 image',
      [f32(1, 1, 8, 8), f32(4, 1, 9, 9)],
      ([x, w]) => conv(x!, w!),
    ],
    [
      'maxPool: the 3 × 3 window does not fit into the 2 × 2 image',
      [f32(1, 1, 2, 2)],
      ([x]) => maxPool(x!, { kernel: 3 }),
    ],
    [
      'averagePool: a window lies wholly in the padding',
      [f32(1, 1, 2, 2)],
      ([x]) => averagePool(x!, { kernel: 2, padding: 2 }),
    ],
    ['gather: the indices are float32, not int32', [f32(3), f32(2)], ([a, i]) => gather(a!, i!)],
    ['literal: the nested lists are ragged', [f32(2)], ([a]) => literal(a!.builder, [[1, 2], [3]])],
    ['iota: axis 1 is not one of [3]', [f32(2)], ([a]) => iota(a!.builder, [3], 1)],
    ['input: [2, -1] is not a shape', [f32(2, -1)], ([a]) => a!],
  ])('%s', (message, specs, f) => {
    const error = failure(specs, f);
    expect(error).toBeInstanceOf(ShapeError);
    expect(error.message.slice(0, message.length)).toBe(message);
    expect(error.message).toContain('errors.test.ts:');
  });
});

describe('other errors of tracing', () => {
  it('refuse unknown options with the nearest name, and numbers out of range', () => {
    const image = [f32(1, 1, 8, 8), f32(4, 1, 3, 3)];
    const mistyped = failure(image, ([x, w]) => conv(x!, w!, { strides: 2 } as object));
    expect(mistyped).toBeInstanceOf(OptionError);
    expect(mistyped.message).toContain('unknown option "strides" (conv). Did you mean "stride"?');
    expect(failure(image, ([x, w]) => conv(x!, w!, { stride: 0 })).message).toContain('stride is 0 (conv)');
    expect(failure(image, ([x]) => maxPool(x!, { kernel: 2, padding: -1 })).message).toContain('padding is -1');
  });

  it('refuse a tensor of another trace, an output that is none, and a name given twice', () => {
    let kept: Tensor | undefined;
    failure([f32(2)], ([x]) => {
      kept = x;
      return add(x!, [1, 2, 3]);
    });
    const foreign = failure([f32(2)], ([x]) => add(x!, kept!));
    expect(foreign).toBeInstanceOf(GraphError);
    expect(foreign.message).toContain('belongs to another trace');
    expect(failure([f32(2)], () => 3 as unknown as Tensor).message).toContain('the output "y" is not a tensor');
    expect(failure([f32(2)], ([x]) => x!.builder.input('x0', f32(1))).message).toContain('has an input "x0" already');
    expect(failure([f32(2)], () => add(1, 2)).message).toContain('add: none of the operands is a tensor');
  });
});

describe('the call site', () => {
  it('is the first frame outside of the library, in the stacks of V8 (also on Windows), Firefox and Safari', () => {
    const v8 =
      'Error\n    at callSite (file:///home/a/dolina/src/graph/x.ts:1:2)\n    at model (/home/a/my model.ts:12:7)';
    expect(firstForeignFrame(v8, '/home/a/dolina/src/')).toBe('/home/a/my model.ts:12:7');
    const windows = 'Error\n    at callSite (file:///C:/lib/src/x.ts:1:2)\n    at C:\\me\\model.ts:3:4';
    expect(firstForeignFrame(windows, 'C:/lib/src/')).toBe('C:/me/model.ts:3:4');
    const firefox = 'callSite@https://a.org/lib/x.js:1:2\nmodel@https://a.org/model.js:3:4';
    expect(firstForeignFrame(firefox, 'https://a.org/lib/')).toBe('https://a.org/model.js:3:4');
  });

  it('is left out where the stack does not tell', () => {
    expect(firstForeignFrame('Error\n    at <anonymous>', '/lib/')).toBeUndefined();
  });
});
