/** Matrix products: Gemm for two matrices (it transposes while it packs, scales, and adds a bias), else MatMul. */

import type { Emitter } from '../emitter.ts';
import type { Rows } from '../site.ts';

export const linearRows: Rows<'matmul'> = {
  matmul: (e, { op, operands: [a, b], shapes, bias, factor }) => {
    if (shapes[0]!.length === 2) {
      return e.op('Gemm', bias === undefined ? [a!, b!] : [a!, b!, bias], {
        transA: Number(op.transposeA),
        transB: Number(op.transposeB),
        ...(factor === undefined ? {} : { alpha: { float: factor } }),
      });
    }
    const rank = shapes[0]!.length;
    const left = op.transposeA ? swapped(e, a!, rank) : a!;
    const right = op.transposeB ? swapped(e, b!, rank) : b!;
    return e.op('MatMul', [left, right]);
  },
};

function swapped(e: Emitter, x: string, rank: number): string {
  return e.transpose(
    x,
    Array.from({ length: rank }, (_, i) => (i < rank - 2 ? i : 2 * rank - 3 - i)),
  );
}
