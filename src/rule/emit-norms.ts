/**
 * The norms that a stage wants, as one WebAssembly function: four elements at a time, squares added in float64. Unlike
 * an update it must not count the padding behind a parameter, where a rule may well give NaN, so what lies beyond the
 * last element is masked out.
 */

import { emitElements, type WasmPlacement } from './emit-wasm.ts';
import type { FusedProgram } from './fuse.ts';
import { op, type, type WasmFunction } from './wasm-module.ts';

const begin = 0;
const end = 1;

const upperHalf = [8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7];

/**
 * The function `name(begin, end)`; both count bytes from the start of a region, `begin` on a multiple of 16. It writes
 * Σx² of each value in `program.norms`, in their order, as float64 from the address `results`.
 */
export function emitNorms(
  name: string,
  program: FusedProgram,
  placement: WasmPlacement & { readonly results: number },
): WasmFunction {
  const elements = emitElements(program, placement);
  const mask = elements.locals;
  const masked = mask + 1;
  const sum = (index: number) => masked + 1 + index;
  const addSquare = (index: number, half: readonly number[]) => [
    ...[...half, ...op.f64x2PromoteLow, ...op.localTee(masked + 1 + program.norms.length)],
    ...[...op.localGet(masked + 1 + program.norms.length), ...op.f64x2Mul, ...op.localGet(sum(index))],
    ...[...op.f64x2Add, ...op.localSet(sum(index))],
  ];
  const low = op.localGet(masked);
  const high = [...op.localGet(masked), ...op.localGet(masked), ...op.shuffle(upperHalf)];
  const turn = [
    // Lane i counts where i is below the number of elements that are left.
    ...[...op.localGet(end), ...op.localGet(begin), ...op.i32Sub, ...op.i32Const(2), ...op.i32ShrS],
    ...[...op.i32x4Splat, ...op.i32x4Const([0, 1, 2, 3]), ...op.i32x4GtS, ...op.localSet(mask)],
    ...elements.vector(0),
    ...program.norms.flatMap(({ value }, index) => [
      ...[...elements.get(value), ...op.localGet(mask), ...op.v128And, ...op.localSet(masked)],
      ...addSquare(index, low),
      ...addSquare(index, high),
    ]),
  ];
  const write = program.norms.flatMap((_, index) => [
    ...[...op.i32Const(0), ...op.localGet(sum(index)), ...op.f64x2ExtractLane(0)],
    ...[...op.localGet(sum(index)), ...op.f64x2ExtractLane(1), ...op.f64Add],
    ...op.f64Store(placement.results + 8 * index),
  ]);
  const body = [
    ...elements.preamble,
    ...[...op.block, ...op.localGet(begin), ...op.localGet(end), ...op.i32GeU, ...op.brIf(0), ...op.loop],
    ...turn,
    ...[...op.localGet(begin), ...op.i32Const(16), ...op.i32Add, ...op.localTee(begin)],
    ...[...op.localGet(end), ...op.i32LtU, ...op.brIf(0), ...op.end, ...op.end],
    ...write,
  ];
  const locals = [[elements.locals - 2 + 3 + program.norms.length, type.v128]] as const;
  return { name, parameters: [type.i32, type.i32], results: [], locals, body };
}
