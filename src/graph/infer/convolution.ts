/** Convolution and pooling, each with its adjoints. Images are [N, C, H, W], filters [O, C / groups, KH, KW]. */

import { type Shape, sameShape, showShape } from '../../base/shape.ts';
import type { TensorSpec } from '../graph.ts';
import type { ConvAttributes, PoolAttributes, Window2d } from '../op.ts';
import { outputSize } from '../window.ts';
import { needDtype } from './elementwise.ts';
import type { InferRows, Refuse } from './row.ts';

function needImage(name: string, x: TensorSpec, refuse: Refuse): void {
  needDtype(x, ['float32'], refuse);
  if (x.shape.length !== 4) refuse(`${name} has ${x.shape.length} axes, not 4 [N, C, H, W]`);
}

function needWindow(window: Window2d, refuse: Refuse): void {
  const whole = (values: readonly number[], least: number) =>
    values.every((value) => Number.isInteger(value) && value >= least);
  if (!whole(window.stride, 1)) refuse(`stride ${showShape(window.stride)} is not of integers from 1 up`);
  if (!whole(window.padding, 0)) refuse(`padding ${showShape(window.padding)} is not of integers from 0 up`);
  if (!whole(window.dilation, 1)) refuse(`dilation ${showShape(window.dilation)} is not of integers from 1 up`);
}

function convShape(op: ConvAttributes, x: Shape, w: Shape, refuse: Refuse): Shape {
  needWindow(op, refuse);
  if (x.length !== 4 || w.length !== 4) {
    refuse(`image ${showShape(x)} and filter ${showShape(w)} need 4 axes each`);
  }
  const [batch, channels, height, width] = x as [number, number, number, number];
  const [filters, depth, kernelHeight, kernelWidth] = w as [number, number, number, number];
  if (!Number.isInteger(op.groups) || op.groups < 1) refuse(`groups is ${op.groups}`, 'Give an integer from 1 up.');
  if (filters % op.groups !== 0) refuse(`${filters} filters do not divide into ${op.groups} groups`);
  if (depth * op.groups !== channels) {
    const groups = op.groups === 1 ? '' : ` in each of ${op.groups} groups`;
    refuse(
      `the image has ${channels} channels and the filters take ${depth}${groups}`,
      'A filter is [out channels, in channels / groups, height, width].',
    );
  }
  const [outHeight, outWidth] = outputSize(height, width, [kernelHeight, kernelWidth], op);
  if (outHeight < 1 || outWidth < 1) {
    refuse(
      `the ${kernelHeight} × ${kernelWidth} kernel does not fit into the ${height} × ${width} image`,
      'Use a smaller kernel or dilation, or pad.',
    );
  }
  return [batch, filters, outHeight, outWidth];
}

function needShape(name: string, actual: Shape, wanted: Shape, refuse: Refuse): void {
  if (!sameShape(actual, wanted)) refuse(`${name} is ${showShape(actual)} where ${showShape(wanted)} belongs`);
}

function poolShape(op: PoolAttributes, x: Shape, refuse: Refuse): Shape {
  needWindow(op, refuse);
  if (x.length !== 4) refuse(`the image has ${x.length} axes, not 4 [N, C, H, W]`);
  if (op.kernel.some((k) => !Number.isInteger(k) || k < 1)) {
    refuse(`kernel ${showShape(op.kernel)} is not of integers from 1 up`);
  }
  const [batch, channels, height, width] = x as [number, number, number, number];
  const [outHeight, outWidth] = outputSize(height, width, op.kernel, op);
  if (outHeight < 1 || outWidth < 1) {
    refuse(
      `the ${op.kernel[0]} × ${op.kernel[1]} window does not fit into the ${height} × ${width} image`,
      'Use a smaller window, or pad.',
    );
  }
  for (const [axis, count] of [outHeight, outWidth].entries()) {
    for (let position = 0; position < count; position++) {
      const first = position * op.stride[axis]! - op.padding[axis]!;
      let inside = false;
      for (let k = 0; k < op.kernel[axis]! && !inside; k++) {
        const at = first + k * op.dilation[axis]!;
        inside = at >= 0 && at < x[axis + 2]!;
      }
      if (!inside) refuse('a window lies wholly in the padding', 'Pad by less than the window.');
    }
  }
  return [batch, channels, outHeight, outWidth];
}

function needNoDilation(op: PoolAttributes, refuse: Refuse): void {
  if (op.dilation.some((d) => d !== 1)) refuse('average pooling has no dilation');
}

export const convolutionRows: InferRows<
  | 'conv'
  | 'convInputGradient'
  | 'convFilterGradient'
  | 'maxPool'
  | 'maxPoolScatter'
  | 'maxPoolSelect'
  | 'averagePool'
  | 'averagePoolGradient'
> = {
  conv: {
    operands: 2,
    rule: (op, [x, w], refuse) => {
      needImage('the image', x!, refuse);
      needImage('the filter', w!, refuse);
      return { shape: convShape(op, x!.shape, w!.shape, refuse), dtype: 'float32' };
    },
  },
  convInputGradient: {
    operands: 2,
    rule: (op, [w, dy], refuse) => {
      needImage('the filter', w!, refuse);
      needImage('the output gradient', dy!, refuse);
      needShape('the output gradient', dy!.shape, convShape(op, op.inputShape, w!.shape, refuse), refuse);
      return { shape: op.inputShape, dtype: 'float32' };
    },
  },
  convFilterGradient: {
    operands: 2,
    rule: (op, [x, dy], refuse) => {
      needImage('the image', x!, refuse);
      needImage('the output gradient', dy!, refuse);
      needShape('the output gradient', dy!.shape, convShape(op, x!.shape, op.filterShape, refuse), refuse);
      return { shape: op.filterShape, dtype: 'float32' };
    },
  },
  maxPool: {
    operands: 1,
    rule: (op, [x], refuse) => {
      needImage('the image', x!, refuse);
      return { shape: poolShape(op, x!.shape, refuse), dtype: 'float32' };
    },
  },
  maxPoolScatter: {
    operands: 2,
    rule: (op, [x, g], refuse) => {
      needImage('the image', x!, refuse);
      needImage('the pooled gradient', g!, refuse);
      needShape('the pooled gradient', g!.shape, poolShape(op, x!.shape, refuse), refuse);
      return { shape: x!.shape, dtype: 'float32' };
    },
  },
  maxPoolSelect: {
    operands: 2,
    rule: (op, [x, t], refuse) => {
      needImage('the image', x!, refuse);
      needImage('the selected image', t!, refuse);
      needShape('the selected image', t!.shape, x!.shape, refuse);
      return { shape: poolShape(op, x!.shape, refuse), dtype: 'float32' };
    },
  },
  averagePool: {
    operands: 1,
    rule: (op, [x], refuse) => {
      needImage('the image', x!, refuse);
      needNoDilation(op, refuse);
      return { shape: poolShape(op, x!.shape, refuse), dtype: 'float32' };
    },
  },
  averagePoolGradient: {
    operands: 1,
    rule: (op, [g], refuse) => {
      needImage('the pooled gradient', g!, refuse);
      needNoDilation(op, refuse);
      needShape('the pooled gradient', g!.shape, poolShape(op, op.inputShape, refuse), refuse);
      return { shape: op.inputShape, dtype: 'float32' };
    },
  },
};
