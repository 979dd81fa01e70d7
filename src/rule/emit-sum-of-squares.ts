/**
 * The sum of squares of float32 values, accumulated in float64: the norm of millions of gradients is right to about
 * 1e-11, squares cannot overflow, and one infinite or NaN element makes the sum so.
 */

import { op, type, type WasmFunction } from './wasm-module.ts';

const begin = 0;
const end = 1;
const blockEnd = 2;
const scalar = 3;
const total = 4;
const wide = 5;
const loaded = 6;
const firstSum = 7;
const sums = 4;

const upperHalf = [8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7];

/** `sumOfSquares(begin, end)` over the float32 values between two byte addresses; `begin` on a multiple of 16. */
export function emitSumOfSquares(): WasmFunction {
  const addSquares = (sum: number) => [
    ...[...op.f64x2PromoteLow, ...op.localSet(wide), ...op.localGet(sum), ...op.localGet(wide), ...op.localGet(wide)],
    ...[...op.f64x2Mul, ...op.f64x2Add, ...op.localSet(sum)],
  ];
  const vectors: number[] = [];
  for (let vector = 0; vector < 4; vector++) {
    const sum = firstSum + 2 * (vector % 2);
    vectors.push(...op.localGet(begin), ...op.v128Load(16 * vector), ...op.localTee(loaded), ...addSquares(sum));
    vectors.push(...op.localGet(loaded), ...op.localGet(loaded), ...op.shuffle(upperHalf), ...addSquares(sum + 1));
  }
  const one = [
    ...[...op.localGet(begin), ...op.f32Load(0), ...op.f64PromoteF32, ...op.localTee(scalar), ...op.localGet(scalar)],
    ...[...op.f64Mul, ...op.localGet(total), ...op.f64Add, ...op.localSet(total)],
  ];
  const reduce = Array.from({ length: sums }, (_, k) => [
    ...[...op.localGet(firstSum + k), ...op.f64x2ExtractLane(0), ...op.localGet(total), ...op.f64Add],
    ...[...op.localGet(firstSum + k), ...op.f64x2ExtractLane(1), ...op.f64Add, ...op.localSet(total)],
  ]).flat();
  const blocks = [...op.localGet(end), ...op.localGet(begin), ...op.i32Sub, ...op.i32Const(-64), ...op.i32And];
  const body = [
    ...[...blocks, ...op.localGet(begin), ...op.i32Add, ...op.localSet(blockEnd)],
    ...loopWhileBelow(blockEnd, 64, vectors),
    ...loopWhileBelow(end, 4, one),
    ...[...reduce, ...op.localGet(total)],
  ];
  const locals = [
    [1, type.i32],
    [2, type.f64],
    [2 + sums, type.v128],
  ] as const;
  return { name: 'sumOfSquares', parameters: [type.i32, type.i32], results: [type.f64], locals, body };
}

function loopWhileBelow(limit: number, step: number, turn: readonly number[]): number[] {
  return [
    ...[...op.block, ...op.localGet(begin), ...op.localGet(limit), ...op.i32GeU, ...op.brIf(0), ...op.loop],
    ...turn,
    ...[...op.localGet(begin), ...op.i32Const(step), ...op.i32Add, ...op.localTee(begin)],
    ...[...op.localGet(limit), ...op.i32LtU, ...op.brIf(0), ...op.end, ...op.end],
  ];
}
