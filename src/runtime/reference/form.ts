/** Moves, reductions and the softmax pair. */

import { flatIndex, forEachIndex, type Kernel, type Kernels, type Value } from './kernel.ts';

/** Calls `visit` with the values along `axis`, for every line of x in that direction. */
function forEachLine(x: Value, axis: number, visit: (line: Float64Array, positions: readonly number[]) => void): void {
  const length = x.shape[axis]!;
  forEachIndex(x.shape.with(axis, 1), (at) => {
    const positions = Array.from({ length }, (_, i) => flatIndex(x.shape, (at as number[]).with(axis, i)));
    visit(
      Float64Array.from(positions, (position) => x.data[position]!),
      positions,
    );
  });
}

/** log Σ exp. */
function logSumExp(line: Float64Array): number {
  const top = Math.max(...line);
  return top + Math.log(line.reduce((total, value) => total + Math.exp(value - top), 0));
}

const reduction =
  (start: number, join: (a: number, b: number) => number): Kernel<'sum' | 'reduceMax'> =>
  (op, [x], y) => {
    y.data.fill(start);
    const kept = x!.shape.map((d, axis) => (op.axes.includes(axis) ? 1 : d));
    forEachIndex(x!.shape, (at, flat) => {
      const to = flatIndex(
        kept,
        at.map((i, axis) => (op.axes.includes(axis) ? 0 : i)),
      );
      y.data[to] = join(y.data[to]!, x!.data[flat]!);
    });
  };

export const formKernels: Kernels<
  | 'reshape'
  | 'transpose'
  | 'broadcastTo'
  | 'slice'
  | 'pad'
  | 'concat'
  | 'sum'
  | 'reduceMax'
  | 'argMax'
  | 'softmax'
  | 'logSoftmax'
> = {
  reshape: (_op, [x], y) => y.data.set(x!.data),
  transpose: (op, [x], y) => {
    forEachIndex(x!.shape, (at, flat) => {
      const to = op.permutation.map((axis) => at[axis]!);
      y.data[flatIndex(y.shape, to)] = x!.data[flat]!;
    });
  },
  broadcastTo: (_op, [x], y) => {
    const added = y.shape.length - x!.shape.length;
    forEachIndex(y.shape, (at, flat) => {
      const from = x!.shape.map((d, axis) => (d === 1 ? 0 : at[axis + added]!));
      y.data[flat] = x!.data[flatIndex(x!.shape, from)]!;
    });
  },
  slice: (op, [x], y) => {
    forEachIndex(y.shape, (at, flat) => {
      const from = at.map((i, axis) => op.starts[axis]! + i * op.steps[axis]!);
      y.data[flat] = x!.data[flatIndex(x!.shape, from)]!;
    });
  },
  pad: (op, [x], y) => {
    y.data.fill(op.value);
    forEachIndex(x!.shape, (at, flat) => {
      const to = at.map((i, axis) => op.low[axis]! + i * (op.interior[axis]! + 1));
      y.data[flatIndex(y.shape, to)] = x!.data[flat]!;
    });
  },
  concat: (op, operands, y) => {
    let offset = 0;
    for (const x of operands) {
      forEachIndex(x.shape, (at, flat) => {
        const to = at.map((i, axis) => (axis === op.axis ? i + offset : i));
        y.data[flatIndex(y.shape, to)] = x.data[flat]!;
      });
      offset += x.shape[op.axis]!;
    }
  },
  sum: reduction(0, (a, b) => a + b),
  reduceMax: reduction(Number.NEGATIVE_INFINITY, Math.max),
  argMax: (op, [x], y) => {
    let next = 0;
    forEachLine(x!, op.axis, (line) => {
      let best = 0;
      for (let i = 1; i < line.length; i++) if (line[i]! > line[best]!) best = i;
      y.data[next++] = best;
    });
  },
  softmax: (op, [x], y) => {
    forEachLine(x!, op.axis, (line, positions) => {
      const total = logSumExp(line);
      positions.forEach((position, i) => {
        y.data[position] = Math.exp(line[i]! - total);
      });
    });
  },
  logSoftmax: (op, [x], y) => {
    forEachLine(x!, op.axis, (line, positions) => {
      const total = logSumExp(line);
      positions.forEach((position, i) => {
        y.data[position] = line[i]! - total;
      });
    });
  },
};
