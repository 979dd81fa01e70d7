/** Products, convolution with its adjoints, and indexing. */

import { EngineError } from '../../base/errors.ts';
import type { ConvAttributes } from '../../graph/op.ts';
import { flatIndex, forEachIndex, type Kernels, type Value } from './kernel.ts';

type Four = readonly [number, number, number, number];

/**
 * Visits every product x·w → y of a convolution, as flat positions: the forward pass adds x·w to y, each adjoint adds
 * the product of two of the three to the third.
 */
function forEachTap(
  op: ConvAttributes,
  xShape: readonly number[],
  wShape: readonly number[],
  yShape: readonly number[],
  visit: (x: number, w: number, y: number) => void,
): void {
  const [batch, channels, height, width] = xShape as Four;
  const [filters, depth, kernelHeight, kernelWidth] = wShape as Four;
  const [, , outHeight, outWidth] = yShape as Four;
  const filtersPerGroup = filters / op.groups;
  for (let n = 0; n < batch; n++) {
    for (let o = 0; o < filters; o++) {
      const firstChannel = Math.floor(o / filtersPerGroup) * depth;
      for (let i = 0; i < outHeight; i++) {
        for (let j = 0; j < outWidth; j++) {
          const y = ((n * filters + o) * outHeight + i) * outWidth + j;
          for (let c = 0; c < depth; c++) {
            for (let a = 0; a < kernelHeight; a++) {
              const row = i * op.stride[0] - op.padding[0] + a * op.dilation[0];
              if (row < 0 || row >= height) continue;
              for (let b = 0; b < kernelWidth; b++) {
                const column = j * op.stride[1] - op.padding[1] + b * op.dilation[1];
                if (column < 0 || column >= width) continue;
                const x = ((n * channels + firstChannel + c) * height + row) * width + column;
                visit(x, ((o * depth + c) * kernelHeight + a) * kernelWidth + b, y);
              }
            }
          }
        }
      }
    }
  }
}

/** The index, which must lie in an axis of `size` elements. */
function checked(kind: string, index: number, size: number): number {
  if (!(index >= 0 && index < size)) {
    throw new EngineError('engine/index', `${kind}: the index ${index} is outside of an axis of ${size} elements`, {
      mend: `Give indices from 0 to ${size - 1}.`,
    });
  }
  return index;
}

/** Pairs each position of the picked tensor with the one it comes from, for `gather` and its adjoint. */
function forEachGathered(
  kind: string,
  axis: number,
  indices: Value,
  tableShape: readonly number[],
  pickedShape: readonly number[],
  visit: (table: number, picked: number) => void,
): void {
  const rank = indices.shape.length;
  forEachIndex(pickedShape, (at, picked) => {
    const index = indices.data[flatIndex(indices.shape, at.slice(axis, axis + rank))]!;
    const from = (at as number[]).toSpliced(axis, rank, checked(kind, index, tableShape[axis]!));
    visit(flatIndex(tableShape, from), picked);
  });
}

/** The same for `takeAlong` and its adjoint. */
function forEachTaken(
  kind: string,
  axis: number,
  indices: Value,
  tableShape: readonly number[],
  visit: (table: number, picked: number) => void,
): void {
  forEachIndex(indices.shape, (at, picked) => {
    const index = checked(kind, indices.data[picked]!, tableShape[axis]!);
    visit(flatIndex(tableShape, (at as number[]).with(axis, index)), picked);
  });
}

export const linearKernels: Kernels<
  'matmul' | 'conv' | 'convInputGradient' | 'convFilterGradient' | 'gather' | 'scatterAdd' | 'takeAlong' | 'putAlong'
> = {
  matmul: (op, [a, b], y) => {
    const [rows, columns] = y.shape.slice(-2) as [number, number];
    const inner = a!.shape.at(op.transposeA ? -2 : -1)!;
    const batches = y.shape.slice(0, -2).reduce((product, d) => product * d, 1);
    for (let batch = 0; batch < batches; batch++) {
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) {
          let total = 0;
          for (let k = 0; k < inner; k++) {
            const left = op.transposeA ? k * rows + i : i * inner + k;
            const right = op.transposeB ? j * inner + k : k * columns + j;
            total += a!.data[batch * rows * inner + left]! * b!.data[batch * inner * columns + right]!;
          }
          y.data[(batch * rows + i) * columns + j] = total;
        }
      }
    }
  },
  conv: (op, [x, w], y) => {
    forEachTap(op, x!.shape, w!.shape, y.shape, (ix, iw, iy) => {
      y.data[iy]! += x!.data[ix]! * w!.data[iw]!;
    });
  },
  convInputGradient: (op, [w, dy], dx) => {
    forEachTap(op, dx.shape, w!.shape, dy!.shape, (ix, iw, iy) => {
      dx.data[ix]! += w!.data[iw]! * dy!.data[iy]!;
    });
  },
  convFilterGradient: (op, [x, dy], dw) => {
    forEachTap(op, x!.shape, dw.shape, dy!.shape, (ix, iw, iy) => {
      dw.data[iw]! += x!.data[ix]! * dy!.data[iy]!;
    });
  },
  gather: (op, [x, indices], y) => {
    forEachGathered('gather', op.axis, indices!, x!.shape, y.shape, (table, picked) => {
      y.data[picked] = x!.data[table]!;
    });
  },
  scatterAdd: (op, [indices, updates], y) => {
    forEachGathered('scatterAdd', op.axis, indices!, y.shape, updates!.shape, (table, picked) => {
      y.data[table]! += updates!.data[picked]!;
    });
  },
  takeAlong: (op, [x, indices], y) => {
    forEachTaken('takeAlong', op.axis, indices!, x!.shape, (table, picked) => {
      y.data[picked] = x!.data[table]!;
    });
  },
  putAlong: (op, [indices, updates], y) => {
    forEachTaken('putAlong', op.axis, indices!, y.shape, (table, picked) => {
      y.data[table]! += updates!.data[picked]!;
    });
  },
};
