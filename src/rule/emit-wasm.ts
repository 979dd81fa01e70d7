/**
 * A fused program as a WebAssembly SIMD function over the arena: four elements at a time, every region read and written
 * once. Addresses of regions and uniforms are immediates, so the loop has a single index register.
 */

import type { ElementKind } from './expression.ts';
import type { FusedProgram, Instruction } from './fuse.ts';
import { encodeModule, op, type, type WasmFunction } from './wasm-module.ts';

export interface WasmPlacement {
  /** Where each region starts, in bytes. */
  readonly address: (region: string) => number;
  /** Where the uniform scalars lie, float32 each, in the program's order. */
  readonly uniforms: number;
  /** Products that are added go through relaxed multiply-add; the engine must validate it. */
  readonly fusedMultiplyAdd: boolean;
}

/** Vectors of four elements per turn of the loop: 64 bytes of each region, one cache line. */
const unroll = 4;
const begin = 0;
const end = 1;
const scratch = 2;
const firstLocal = 3;

type Operands = readonly (readonly number[])[];

/** Each takes the code that pushes its operands. */
const emit = {
  neg: ([a]) => [...a!, ...op.f32x4Neg],
  sqrt: ([a]) => [...a!, ...op.f32x4Sqrt],
  abs: ([a]) => [...a!, ...op.f32x4Abs],
  // ±1 where the element is beyond 0, itself (±0 or NaN) elsewhere.
  sign: ([a]) => [
    ...[
      ...op.f32x4Splat(1),
      ...a!,
      ...a!,
      ...op.f32x4Splat(0),
      ...op.f32x4Gt,
      ...op.bitselect,
      ...op.localSet(scratch),
    ],
    ...[...op.f32x4Splat(-1), ...op.localGet(scratch), ...a!, ...op.f32x4Splat(0), ...op.f32x4Lt, ...op.bitselect],
  ],
  add: ([a, b]) => [...a!, ...b!, ...op.f32x4Add],
  sub: ([a, b]) => [...a!, ...b!, ...op.f32x4Sub],
  mul: ([a, b]) => [...a!, ...b!, ...op.f32x4Mul],
  div: ([a, b]) => [...a!, ...b!, ...op.f32x4Div],
  min: ([a, b]) => [...a!, ...b!, ...op.f32x4Min],
  max: ([a, b]) => [...a!, ...b!, ...op.f32x4Max],
  less: ([a, b]) => [...a!, ...b!, ...op.f32x4Lt],
  lessOrEqual: ([a, b]) => [...a!, ...b!, ...op.f32x4Le],
  equal: ([a, b]) => [...a!, ...b!, ...op.f32x4Eq],
  where: ([condition, a, b]) => [...a!, ...b!, ...condition!, ...op.bitselect],
} satisfies Record<ElementKind, (operands: Operands) => number[]>;

/** The code for the elements of a program, for a function whose parameters are `begin` and `end`. */
export interface ElementCode {
  /** Loads the uniform scalars; once, before the loop. */
  readonly preamble: readonly number[];
  /** Computes every value for four elements, `at` bytes behind `begin`. */
  vector(at: number): number[];
  /** Pushes a value of the program. */
  get(index: number): number[];
  /** Number of locals in use, parameters counted; those behind the parameters are vectors. */
  readonly locals: number;
}

export function emitElements(program: FusedProgram, placement: WasmPlacement): ElementCode {
  const { code } = program;
  const local = (index: number) => firstLocal + index;
  const get = (index: number) => op.localGet(local(index));
  const contracted = placement.fusedMultiplyAdd ? contractions(program) : new Map<number, Contraction>();
  const consumed = new Set([...contracted.values()].map(({ product }) => product));

  const preamble = code.flatMap((instruction, index) => {
    if (instruction.kind !== 'uniform') return [];
    const address = placement.uniforms + 4 * instruction.index;
    return [...op.i32Const(0), ...op.v128Load32Splat(address), ...op.localSet(local(index))];
  });

  const compute = (instruction: Instruction, index: number, at: number): number[] => {
    switch (instruction.kind) {
      case 'uniform':
        return [];
      case 'load':
        return [
          ...op.localGet(begin),
          ...op.v128Load(placement.address(instruction.region) + at),
          ...op.localSet(local(index)),
        ];
      default: {
        if (consumed.has(index)) return [];
        const fused = contracted.get(index);
        if (fused !== undefined) {
          const [a, b] = (code[fused.product] as { operands: readonly number[] }).operands;
          const multiply = fused.negated ? op.relaxedNmadd : op.relaxedMadd;
          return [...get(a!), ...get(b!), ...get(fused.addend), ...multiply, ...op.localSet(local(index))];
        }
        const operands = instruction.operands.map((operand, position) => {
          // A uniform condition is the number 1 or 0, a comparison of elements is a mask.
          const isNumber = instruction.kind === 'where' && position === 0 && code[operand]!.kind === 'uniform';
          return isNumber ? [...get(operand), ...op.f32x4Splat(0), ...op.f32x4Ne] : get(operand);
        });
        return [...emit[instruction.kind](operands), ...op.localSet(local(index))];
      }
    }
  };
  return {
    preamble,
    vector: (at) => code.flatMap((instruction, index) => compute(instruction, index, at)),
    get,
    locals: firstLocal + code.length,
  };
}

/** The function `name(begin, end)`; both count bytes from the start of a region and are multiples of 64. */
export function emitWasm(name: string, program: FusedProgram, placement: WasmPlacement): WasmFunction {
  const elements = emitElements(program, placement);
  const turn: number[] = [];
  for (let vector = 0; vector < unroll; vector++) {
    const at = 16 * vector;
    turn.push(...elements.vector(at));
    for (const { region, value } of program.stores) {
      turn.push(...op.localGet(begin), ...elements.get(value), ...op.v128Store(placement.address(region) + at));
    }
  }
  const body = [
    ...[...op.globalGet(0), ...op.i32Const(1), ...op.i32Add, ...op.globalSet(0)],
    ...elements.preamble,
    ...[...op.block, ...op.localGet(begin), ...op.localGet(end), ...op.i32GeU, ...op.brIf(0), ...op.loop],
    ...turn,
    ...[...op.localGet(begin), ...op.i32Const(16 * unroll), ...op.i32Add, ...op.localTee(begin)],
    ...[...op.localGet(end), ...op.i32LtU, ...op.brIf(0), ...op.end, ...op.end],
  ];
  const locals = [[elements.locals - 2, type.v128]] as const;
  return { name, parameters: [type.i32, type.i32], results: [], locals, body };
}

interface Contraction {
  readonly product: number;
  readonly addend: number;
  /** addend − product, rather than addend + product. */
  readonly negated: boolean;
}

/** The sums and differences that can take in a product which nothing else uses. */
function contractions({ code, stores, norms }: FusedProgram): Map<number, Contraction> {
  const uses = new Array<number>(code.length).fill(0);
  for (const instruction of code) {
    if ('operands' in instruction) for (const operand of instruction.operands) uses[operand]!++;
  }
  for (const { value } of [...stores, ...norms]) uses[value]!++;
  const isProduct = (index: number) => code[index]!.kind === 'mul' && uses[index] === 1;
  const found = new Map<number, Contraction>();
  code.forEach((instruction, index) => {
    if (instruction.kind !== 'add' && instruction.kind !== 'sub') return;
    const [a, b] = instruction.operands as [number, number];
    if (isProduct(b)) found.set(index, { product: b, addend: a, negated: instruction.kind === 'sub' });
    else if (isProduct(a) && instruction.kind === 'add') found.set(index, { product: a, addend: b, negated: false });
  });
  return found;
}

/** Whether this machine's WebAssembly accepts relaxed SIMD. */
export function hasRelaxedSimd(): boolean {
  const zero = op.f32x4Splat(0);
  const body = [...zero, ...zero, ...zero, ...op.relaxedMadd];
  return WebAssembly.validate(
    encodeModule([{ name: 'probe', parameters: [], results: [type.v128], locals: [], body }]),
  );
}
