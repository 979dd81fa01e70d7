/**
 * The sum of squares of float32 values, in two kernels. The plain one does everything in float64: squares cannot
 * overflow, and one infinite or NaN element makes the sum so. The fast one squares and adds sixteen numbers in float32
 * before it goes on in float64; `isExact` tells whether a sum of its can be trusted.
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

/** Vectors in one turn of the fast kernel, and how many of them are under way at once. */
const fastVectors = 16;
const fastSums = 4;

/** Bytes in one turn of the fast kernel. */
export const fastBlock = 16 * fastVectors;

/** `fastSumOfSquares(begin, end)`, as above; the length is a multiple of `fastBlock`. */
export function emitFastSumOfSquares(): WasmFunction {
  const [vector, low, high, first] = [2, 3, 4, 5];
  const turn: number[] = [];
  for (let k = 0; k < fastVectors; k++) {
    const sum = first + (k % fastSums);
    const square = [
      ...[...op.localGet(begin), ...op.v128Load(16 * k), ...op.localTee(vector)],
      ...[...op.localGet(vector), ...op.f32x4Mul],
    ];
    turn.push(...square, ...(k < fastSums ? [] : [...op.localGet(sum), ...op.f32x4Add]), ...op.localSet(sum));
  }
  turn.push(...op.localGet(first));
  for (let k = 1; k < fastSums; k++) turn.push(...op.localGet(first + k), ...op.f32x4Add);
  turn.push(
    ...[...op.localTee(vector), ...op.f64x2PromoteLow, ...op.localGet(low), ...op.f64x2Add, ...op.localSet(low)],
    ...[...op.localGet(vector), ...op.localGet(vector), ...op.shuffle(upperHalf), ...op.f64x2PromoteLow],
    ...[...op.localGet(high), ...op.f64x2Add, ...op.localSet(high)],
  );
  const body = [
    ...loopWhileBelow(end, fastBlock, turn),
    ...[...op.localGet(low), ...op.localGet(high), ...op.f64x2Add, ...op.localTee(low), ...op.f64x2ExtractLane(0)],
    ...[...op.localGet(low), ...op.f64x2ExtractLane(1), ...op.f64Add],
  ];
  const locals = [[3 + fastSums, type.v128]] as const;
  return { name: 'fastSumOfSquares', parameters: [type.i32, type.i32], results: [type.f64], locals, body };
}

/**
 * Whether the fast kernel's sum over `count` values is right to 1e-6: no square has overflown float32, and what was lost
 * to underflow (at most 2⁻¹⁴⁹ for each) does not count.
 */
export function isExact(sum: number, count: number): boolean {
  return sum >= count * 1e-38 && sum < 1e38;
}

function loopWhileBelow(limit: number, step: number, turn: readonly number[]): number[] {
  return [
    ...[...op.block, ...op.localGet(begin), ...op.localGet(limit), ...op.i32GeU, ...op.brIf(0), ...op.loop],
    ...turn,
    ...[...op.localGet(begin), ...op.i32Const(step), ...op.i32Add, ...op.localTee(begin)],
    ...[...op.localGet(limit), ...op.i32LtU, ...op.brIf(0), ...op.end, ...op.end],
  ];
}
