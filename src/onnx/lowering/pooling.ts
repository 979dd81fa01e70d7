/**
 * Pooling and its adjoints. The places of maxima come from MaxPool's second output, which counts over the whole tensor;
 * the first maximum of a window wins a tie, as in the operator's definition.
 */

import type { Dtype } from '../../base/dtype.ts';
import { type Shape, sameShape, size } from '../../base/shape.ts';
import type { PoolAttributes } from '../../graph/op.ts';
import type { Emitter } from '../emitter.ts';
import type { Rows } from '../site.ts';

/**
 * The same windows as ONNX Runtime takes them: no padding that no window reaches, and none as wide as the kernel; such an
 * image is padded beforehand.
 */
interface Framed {
  readonly x: string;
  readonly shape: Shape;
  readonly attributes: Readonly<Record<string, readonly number[]>>;
  /** Padding made beforehand: [top, left, bottom, right]. */
  readonly frame: readonly number[];
}

/** Below every float32 that is not an infinity. */
const LOWEST = -3.4028234663852886e38;

function framed(e: Emitter, x: string, shape: Shape, op: PoolAttributes): Framed {
  const [top, left] = op.padding;
  const reached = [0, 1].map((axis) => {
    const span = (op.kernel[axis]! - 1) * op.dilation[axis]! + 1;
    const low = op.padding[axis]!;
    const last = Math.floor((shape[axis + 2]! + low + op.padding[axis + 2]! - span) / op.stride[axis]!);
    return Math.max(0, last * op.stride[axis]! + span - shape[axis + 2]! - low);
  });
  const padding = [top, left, ...reached];
  const attributes = { kernel_shape: op.kernel, strides: op.stride, dilations: op.dilation };
  if (padding.every((p, side) => p < op.kernel[side % 2]!)) {
    return { x, shape, attributes: { ...attributes, pads: padding }, frame: [0, 0, 0, 0] };
  }
  const padded = e.pad(x, [0, 0, top, left], [0, 0, ...reached], LOWEST);
  const [n, c, h, w] = shape as [number, number, number, number];
  return { x: padded, shape: [n, c, h + top + reached[0]!, w + left + reached[1]!], attributes, frame: padding };
}

/** [maxima, places of the maxima]; both are made, so that MaxPool runs once. */
function maxima(e: Emitter, { x, attributes }: Framed): readonly string[] {
  return e.outputs('MaxPool', [x], attributes, 2);
}

/** Each window's g at the place of its maximum, zeros elsewhere. */
function scattered(e: Emitter, image: Framed, g: string, op: PoolAttributes, dtype: Dtype): string {
  const places = maxima(e, image)[1]!;
  // Windows that share no pixel need no addition, and MaxUnpool is faster than ScatterElements.
  if (op.kernel.every((k, axis) => (k - 1) * op.dilation[axis]! < op.stride[axis]!)) {
    const { dilations: _, ...attributes } = image.attributes;
    return e.op('MaxUnpool', [g, places, e.int64(image.shape)], attributes);
  }
  const zeros = e.zeros(dtype, [size(image.shape)]);
  const flat = e.op('ScatterElements', [zeros, e.reshape(places, [-1]), e.reshape(g, [-1])], {
    axis: 0,
    reduction: 'add',
  });
  return e.reshape(flat, image.shape);
}

export const poolingRows: Rows<'maxPool' | 'maxPoolScatter' | 'maxPoolSelect' | 'averagePool' | 'averagePoolGradient'> =
  {
    maxPool: (e, { op, operands: [x], shapes, withIndices }) => {
      const image = framed(e, x!, shapes[0]!, op);
      return withIndices ? maxima(e, image)[0]! : e.op('MaxPool', [image.x], image.attributes);
    },
    maxPoolScatter: (e, { op, operands: [x, g], shapes, shape, dtype }) => {
      const image = framed(e, x!, shapes[0]!, op);
      const sums = scattered(e, image, g!, op, dtype);
      const [top, left] = image.frame as [number, number];
      return e.slice(sums, image.shape, [0, 0, top, left], [shape[0]!, shape[1]!, top + shape[2]!, left + shape[3]!]);
    },
    maxPoolSelect: (e, { op, operands: [x, t], shapes, shape }) => {
      const image = framed(e, x!, shapes[0]!, op);
      const [top, left, bottom, right] = image.frame as [number, number, number, number];
      const values = e.reshape(e.pad(t!, [0, 0, top, left], [0, 0, bottom, right]), [-1]);
      const places = e.reshape(maxima(e, image)[1]!, [-1]);
      return e.reshape(e.op('Gather', [values, places], { axis: 0 }), shape);
    },
    averagePool: (e, { op, operands: [x], shapes }) => {
      const { attributes } = framed(e, x!, shapes[0]!, op);
      return e.op('AveragePool', [x!], { ...attributes, count_include_pad: Number(op.countPadding) });
    },
    averagePoolGradient: (e, { op, operands: [g], shapes, shape }) => {
      const [n, c, h, w] = shapes[0] as [number, number, number, number];
      const share = e.op('Mul', [g!, shares(e, op, shape, [h, w])]);
      if (op.kernel.every((size, axis) => size === op.stride[axis]) && op.padding.every((p) => p === 0)) {
        return spread(e, share, op, [n, c, h, w], shape);
      }
      const images = e.reshape(share, [n * c, 1, h, w]);
      const ones = e.expand(e.scalar('float32', 1), [1, 1, ...op.kernel]);
      const [top, left, bottom, right] = op.padding;
      const remainder = [
        shape[2]! - ((h - 1) * op.stride[0] + op.kernel[0] - top - bottom),
        shape[3]! - ((w - 1) * op.stride[1] + op.kernel[1] - left - right),
      ];
      const sums = e.op('ConvTranspose', [images, ones], {
        strides: op.stride,
        pads: op.padding,
        output_padding: remainder,
      });
      return e.reshape(sums, shape);
    },
  };

/** 1 / (the number of elements that each window averages), as a constant to multiply with. */
function shares(e: Emitter, op: PoolAttributes & { countPadding: boolean }, image: Shape, pooled: readonly number[]) {
  const counts = [0, 1].map((axis) =>
    Array.from({ length: pooled[axis]! }, (_, i) => {
      const start = i * op.stride[axis]! - op.padding[axis]!;
      if (op.countPadding) return op.kernel[axis]!;
      return Math.min(start + op.kernel[axis]!, image[axis + 2]!) - Math.max(start, 0);
    }),
  );
  const [rows, columns] = counts as [number[], number[]];
  if ([...rows, ...columns].length > 0 && new Set(rows).size === 1 && new Set(columns).size === 1) {
    return e.scalar('float32', 1 / (rows[0]! * columns[0]!));
  }
  return e.float(
    rows.flatMap((row) => columns.map((column) => 1 / (row * column))),
    [rows.length, columns.length],
  );
}

/** Windows that tile the image: every pixel gets its window's share, pixels outside all windows get 0. */
function spread(e: Emitter, share: string, { kernel }: PoolAttributes, pooled: Shape, shape: Shape): string {
  const [n, c, h, w] = pooled as [number, number, number, number];
  const tiled = [n, c, h * kernel[0], w * kernel[1]];
  const wide = e.expand(e.reshape(share, [n, c, h, 1, w, 1]), [n, c, h, kernel[0], w, kernel[1]]);
  const image = e.reshape(wide, tiled);
  if (sameShape(tiled, shape)) return image;
  return e.pad(image, [0, 0, 0, 0], [0, 0, shape[2]! - tiled[2]!, shape[3]! - tiled[3]!]);
}
