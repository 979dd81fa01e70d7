/** Writes a WebAssembly module as bytes: just the sections and instructions that the kernels need. */

/** Unsigned LEB128. */
export function leb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? low | 0x80 : low);
  } while (rest > 0);
  return bytes;
}

/** Signed LEB128 of a 32-bit integer. */
export function signedLeb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    const done = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
    bytes.push(done ? low : low | 0x80);
    if (done) return bytes;
  }
}

export const type = { i32: 0x7f, f64: 0x7c, v128: 0x7b } as const;
export type ValueType = (typeof type)[keyof typeof type];

/** Instructions by their names in the text format; an address is `load(offset)` or `store(offset)`. */
export const op = {
  block: [0x02, 0x40],
  loop: [0x03, 0x40],
  end: [0x0b],
  brIf: (depth: number) => [0x0d, ...leb(depth)],
  localGet: (index: number) => [0x20, ...leb(index)],
  localSet: (index: number) => [0x21, ...leb(index)],
  localTee: (index: number) => [0x22, ...leb(index)],
  globalGet: (index: number) => [0x23, ...leb(index)],
  globalSet: (index: number) => [0x24, ...leb(index)],
  i32Const: (value: number) => [0x41, ...signedLeb(value)],
  i32GeU: [0x4f],
  i32LtU: [0x49],
  i32Add: [0x6a],
  i32Sub: [0x6b],
  i32And: [0x71],
  i32ShrS: [0x75],
  f32Load: (offset: number) => [0x2a, 2, ...leb(offset)],
  f64Store: (offset: number) => [0x39, 3, ...leb(offset)],
  f64Const: (value: number) => [0x44, ...new Uint8Array(new Float64Array([value]).buffer)],
  f64Add: [0xa0],
  f64Mul: [0xa2],
  f64PromoteF32: [0xbb],
  v128Load: (offset: number) => simd(0x00, 4, ...leb(offset)),
  v128Load32Splat: (offset: number) => simd(0x09, 2, ...leb(offset)),
  v128Store: (offset: number) => simd(0x0b, 4, ...leb(offset)),
  shuffle: (lanes: readonly number[]) => simd(0x0d, ...lanes),
  f32x4Splat: (value: number) => simd(0x0c, ...new Uint8Array(new Float32Array(4).fill(value).buffer)),
  i32x4Splat: simd(0x11),
  i32x4Const: (lanes: readonly number[]) => simd(0x0c, ...new Uint8Array(Int32Array.from(lanes).buffer)),
  i32x4GtS: simd(0x3b),
  v128And: simd(0x4e),
  f32x4Eq: simd(0x41),
  f32x4Ne: simd(0x42),
  f32x4Lt: simd(0x43),
  f32x4Gt: simd(0x44),
  f32x4Le: simd(0x45),
  bitselect: simd(0x52),
  f64x2PromoteLow: simd(0x5f),
  f64x2ExtractLane: (lane: number) => simd(0x21, lane),
  f32x4Abs: simd(0xe0),
  f32x4Neg: simd(0xe1),
  f32x4Sqrt: simd(0xe3),
  f32x4Add: simd(0xe4),
  f32x4Sub: simd(0xe5),
  f32x4Mul: simd(0xe6),
  f32x4Div: simd(0xe7),
  f32x4Min: simd(0xe8),
  f32x4Max: simd(0xe9),
  f64x2Add: simd(0xf0),
  f64x2Mul: simd(0xf2),
  /** a·b + c, fused or not as the machine has it. */
  relaxedMadd: simd(0x105),
  /** −(a·b) + c. */
  relaxedNmadd: simd(0x106),
} as const;

function simd(code: number, ...immediates: number[]): number[] {
  return [0xfd, ...leb(code), ...immediates];
}

export interface WasmFunction {
  readonly name: string;
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
  /** Locals after the parameters, as runs of one type. */
  readonly locals: readonly (readonly [count: number, ValueType])[];
  /** Instructions, the final `end` left out. */
  readonly body: readonly number[];
}

const vector = (items: readonly (readonly number[])[]) => [...leb(items.length), ...items.flat()];
const section = (id: number, content: readonly number[]) => [id, ...leb(content.length), ...content];
const text = (value: string) => {
  const bytes = new TextEncoder().encode(value);
  return [...leb(bytes.length), ...bytes];
};

/** The limits that an imported memory must keep: at least one page; a shared one says at most how many, any number here. */
const memoryLimits = { plain: [0x00, ...leb(1)], shared: [0x03, ...leb(1), ...leb(65_536)] } as const;

/**
 * A module that imports `arena.memory`, exports each function by its name, and has one mutable i32 global, exported as
 * `runs`, that starts at 0.
 */
export function encodeModule(
  functions: readonly WasmFunction[],
  memory: keyof typeof memoryLimits = 'plain',
): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters, results }) => [
    0x60,
    ...vector(parameters.map((one) => [one])),
    ...vector(results.map((one) => [one])),
  ]);
  const bodies = functions.map(({ locals, body }) => {
    const code = [...vector(locals.map(([count, one]) => [...leb(count), one])), ...body, 0x0b];
    return [...leb(code.length), ...code];
  });
  return new Uint8Array([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, vector(types)),
    ...section(2, vector([[...text('arena'), ...text('memory'), 0x02, ...memoryLimits[memory]]])),
    ...section(3, vector(functions.map((_, index) => leb(index)))),
    ...section(6, vector([[type.i32, 0x01, 0x41, 0x00, 0x0b]])),
    ...section(
      7,
      vector([
        ...functions.map(({ name }, index) => [...text(name), 0x00, ...leb(index)]),
        [...text('runs'), 0x03, 0x00],
      ]),
    ),
    ...section(10, vector(bodies)),
  ]);
}
