/** Max and average pooling with their adjoints. */

import type { PoolAttributes } from '../../graph/op.ts';
import type { Kernels, Value } from './kernel.ts';

type Four = readonly [number, number, number, number];

/** Calls `visit` with each window: where it goes in the pooled image, and which positions of the image lie in it. */
function forEachWindow(
  op: PoolAttributes,
  imageShape: readonly number[],
  pooledShape: readonly number[],
  visit: (pooled: number, inside: readonly number[]) => void,
): void {
  const [batch, channels, height, width] = imageShape as Four;
  const [, , outHeight, outWidth] = pooledShape as Four;
  for (let plane = 0; plane < batch * channels; plane++) {
    for (let i = 0; i < outHeight; i++) {
      for (let j = 0; j < outWidth; j++) {
        const inside: number[] = [];
        for (let a = 0; a < op.kernel[0]; a++) {
          for (let b = 0; b < op.kernel[1]; b++) {
            const row = i * op.stride[0] - op.padding[0] + a * op.dilation[0];
            const column = j * op.stride[1] - op.padding[1] + b * op.dilation[1];
            if (row >= 0 && row < height && column >= 0 && column < width) {
              inside.push((plane * height + row) * width + column);
            }
          }
        }
        visit((plane * outHeight + i) * outWidth + j, inside);
      }
    }
  }
}

/** The position of the first maximum among `inside`. */
function firstMaximum(x: Value, inside: readonly number[]): number {
  return inside.reduce((best, at) => (x.data[at]! > x.data[best]! ? at : best));
}

function divisor(op: PoolAttributes & { readonly countPadding: boolean }, inside: readonly number[]): number {
  return op.countPadding ? op.kernel[0] * op.kernel[1] : inside.length;
}

export const poolingKernels: Kernels<
  'maxPool' | 'maxPoolScatter' | 'maxPoolSelect' | 'averagePool' | 'averagePoolGradient'
> = {
  maxPool: (op, [x], y) => {
    forEachWindow(op, x!.shape, y.shape, (pooled, inside) => {
      y.data[pooled] = x!.data[firstMaximum(x!, inside)]!;
    });
  },
  maxPoolScatter: (op, [x, g], y) => {
    forEachWindow(op, x!.shape, g!.shape, (pooled, inside) => {
      y.data[firstMaximum(x!, inside)]! += g!.data[pooled]!;
    });
  },
  maxPoolSelect: (op, [x, t], y) => {
    forEachWindow(op, x!.shape, y.shape, (pooled, inside) => {
      y.data[pooled] = t!.data[firstMaximum(x!, inside)]!;
    });
  },
  averagePool: (op, [x], y) => {
    forEachWindow(op, x!.shape, y.shape, (pooled, inside) => {
      y.data[pooled] = inside.reduce((total, at) => total + x!.data[at]!, 0) / divisor(op, inside);
    });
  },
  averagePoolGradient: (op, [g], dx) => {
    forEachWindow(op, dx.shape, g!.shape, (pooled, inside) => {
      for (const at of inside) dx.data[at]! += g!.data[pooled]! / divisor(op, inside);
    });
  },
};
