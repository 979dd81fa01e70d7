import { setFlagsFromString } from 'node:v8';
import fc from 'fast-check';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { createArena } from './arena.ts';
import { compileJs, emitJs } from './emit-js.ts';
import { emitOnnx } from './emit-onnx.ts';
import { emitWasm, hasRelaxedSimd } from './emit-wasm.ts';
import { encodeOnnx } from './encode-onnx.ts';
import {
  abs,
  add,
  constant,
  div,
  type Expression,
  element,
  equal,
  exp,
  input,
  less,
  lessOrEqual,
  log,
  max,
  min,
  mul,
  neg,
  pow,
  sign,
  sqrt,
  sub,
  where,
} from './expression.ts';
import { type FusedProgram, fuse, runTape } from './fuse.ts';
import { encodeModule } from './wasm-module.ts';

const names = ['a', 'b', 'c'] as const;
const inputs = { p: 0.75, q: -1.5, n: 3 };
type Rows = Readonly<Record<(typeof names)[number], readonly number[]>>;

function uniformsOf(program: FusedProgram): Float64Array {
  const tape = new Float64Array(program.tape.length);
  runTape(program.tape, inputs, tape);
  return Float64Array.from(program.uniforms, ({ entry }) => tape[entry]!);
}

function runJs(program: FusedProgram, rows: Rows, precision: 'float32' | 'float64'): number[] {
  const Elements = precision === 'float32' ? Float32Array : Float64Array;
  const regions = Object.fromEntries(Object.entries(rows).map(([name, row]) => [name, Elements.from(row)]));
  const result = new Elements(rows.a.length);
  const kernel = compileJs(emitJs(program, precision));
  kernel({ ...regions, result }, Elements.from(uniformsOf(program)), 0, result.length);
  return Array.from(result);
}

function runWasm(program: FusedProgram, rows: Rows, fusedMultiplyAdd = false): number[] {
  const arena = createArena({
    parameters: [{ name: 'x', size: rows.a.length }],
    regions: [...names, 'result'],
    buffers: [{ name: 'uniforms', bytes: 4 * program.uniforms.length }],
  });
  const { byteOffset } = arena.buffer('uniforms');
  new Float32Array(arena.memory.buffer, byteOffset, program.uniforms.length).set(uniformsOf(program));
  for (const name of names) arena.view(name, 'x').set(rows[name]);
  const placement = { address: arena.address, uniforms: byteOffset, fusedMultiplyAdd };
  const bytes = encodeModule([emitWasm('kernel', program, placement)]);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { arena: { memory: arena.memory } });
  (exports.kernel as (begin: number, end: number) => void)(0, 4 * arena.length);
  return Array.from(arena.view('result', 'x'));
}

async function runOnnx(program: FusedProgram, rows: Rows): Promise<number[]> {
  const update = emitOnnx(program, ['n']);
  const session = await InferenceSession.create(encodeOnnx(update), { intraOpNumThreads: 1 });
  const feeds = update.inputs.map(({ name, dtype }) => [
    name,
    dtype === 'float32'
      ? new Tensor('float32', Float32Array.from(rows[name as 'a']), [rows.a.length])
      : new Tensor('float64', Float64Array.of(inputs[name as 'p']), []),
  ]);
  const fetched = await session.run(Object.fromEntries(feeds));
  return Array.from(fetched['next/result']!.data as Float32Array);
}

const [a, b, c] = names.map(element) as [Expression, Expression, Expression];
const [p, q, n] = ['p', 'q', 'n'].map(input) as [Expression, Expression, Expression];

/** An expression and the same in plain JavaScript. */
const meanings: readonly (readonly [string, Expression, (a: number, b: number, c: number) => number])[] = [
  ['neg', neg(a), (a) => -a],
  ['sqrt', sqrt(a), (a) => Math.sqrt(a)],
  ['abs', abs(a), (a) => Math.abs(a)],
  ['sign', sign(a), (a) => Math.sign(a)],
  ['add', add(a, b), (a, b) => a + b],
  ['sub', sub(a, b), (a, b) => a - b],
  ['mul', mul(a, b), (a, b) => a * b],
  ['div', div(a, b), (a, b) => a / b],
  ['min', min(a, b), (a, b) => Math.min(a, b)],
  ['max', max(a, b), (a, b) => Math.max(a, b)],
  ['less', where(less(a, b), c, a), (a, b, c) => (a < b ? c : a)],
  ['lessOrEqual', where(lessOrEqual(a, b), c, a), (a, b, c) => (a <= b ? c : a)],
  ['equal', where(equal(a, b), c, a), (a, b, c) => (a === b ? c : a)],
  ['uniform condition that holds', where(less(q, p), a, b), (a) => a],
  ['uniform condition that fails', where(less(p, q), a, b), (_, b) => b],
  ['uniform where', mul(where(equal(n, 3), p, q), a), (a) => 0.75 * a],
  ['pow', add(a, pow(p, n)), (a) => a + 0.75 ** 3],
  ['exp', add(a, exp(q)), (a) => a + Math.exp(-1.5)],
  ['log', add(a, log(p)), (a) => a + Math.log(0.75)],
  ['uniform min and max', add(a, sub(min(p, q), max(p, n))), (a) => a + (-1.5 - 3)],
  ['uniform abs, sign, sqrt, neg', add(a, mul(sign(q), sqrt(neg(abs(q))))), () => Number.NaN],
  ['division by a uniform', div(mul(a, q), p), (a) => (a * -1.5) / 0.75],
  ['gathered factors', mul(p, neg(div(mul(b, q), n))), (_, b) => 0.75 * -((b * -1.5) / 3)],
  ['constant', mul(add(constant(2), 0.5), a), (a) => 2.5 * a],
];

const special = [0, -0, 1, -1, 0.1, -2.5, 1e-40, 3e38, -3e38, Infinity, -Infinity, Number.NaN];
const grid: Rows = {
  a: special.flatMap((x) => special.map(() => Math.fround(x))),
  b: special.flatMap(() => special.map((y) => Math.fround(y))),
  c: special.flatMap((_, i) => special.map((_, j) => i - j + 0.5)),
};

/** Equal as numbers, or both NaN; −0 and 0 differ where `signs`. */
function expectSame(actual: readonly number[], expected: readonly number[], signs = true) {
  const same = (x: number, y: number) => Object.is(x, y) || (!signs && x === y);
  const wrong = actual.findIndex((value, i) => !same(value, expected[i]!));
  expect(wrong < 0 ? 'the same' : `element ${wrong}: ${actual[wrong]}, not ${expected[wrong]}`).toBe('the same');
}

describe.each(meanings)('%s', (_, expression, meaning) => {
  const program = fuse('test', { result: expression });

  it('means in float64 what JavaScript means, within 1e-15, also of zeros, infinities and NaN', () => {
    const actual = runJs(program, grid, 'float64');
    actual.forEach((value, i) => {
      const expected = meaning(grid.a[i]!, grid.b[i]!, grid.c[i]!);
      const same = Object.is(value + 0, expected + 0) || Math.abs(value - expected) <= 1e-15 * Math.abs(expected);
      expect(same ? expected : value, `a = ${grid.a[i]}, b = ${grid.b[i]}`).toBe(expected);
    });
  });

  it('is the same to the bit in WebAssembly as in float32 JavaScript', () => {
    expectSame(runWasm(program, grid), runJs(program, grid, 'float32'));
  });

  it('is the same in ONNX Runtime for finite numbers', async () => {
    const finite = grid.a
      .map((x, i) => Number.isFinite(x) && Number.isFinite(grid.b[i]!))
      .flatMap((fits, i) => (fits ? [i] : []));
    const rows = Object.fromEntries(names.map((name) => [name, finite.map((i) => grid[name][i]!)])) as unknown as Rows;
    expectSame(await runOnnx(program, rows), runJs(program, rows, 'float32'), false);
  });
});

/** Random expressions over elements and uniforms. */
const expressions = fc.letrec<{ tree: Expression }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(a, b, c, p, q, constant(0.3)),
    fc.tuple(fc.constantFrom(neg, abs, sign), tie('tree')).map(([f, x]) => f(x)),
    fc.tuple(fc.constantFrom(add, sub, mul, div, min, max), tie('tree'), tie('tree')).map(([f, x, y]) => f(x, y)),
    fc.tuple(tie('tree'), tie('tree'), tie('tree')).map(([x, y, z]) => where(less(x, y), z, y)),
  ),
})).tree;

const float = fc.float({ min: -8, max: 8, noNaN: true }).map(Math.fround);
const rows = fc.record({
  a: fc.array(float, { minLength: 21, maxLength: 21 }),
  b: fc.array(float, { minLength: 21, maxLength: 21 }),
  c: fc.array(float, { minLength: 21, maxLength: 21 }),
});

describe('random expressions', () => {
  it('are the same to the bit in WebAssembly as in float32 JavaScript', () => {
    fc.assert(
      fc.property(expressions, rows, (expression, values) => {
        const program = fuse('test', { result: expression });
        expectSame(runWasm(program, values), runJs(program, values, 'float32'));
      }),
      { numRuns: 150, seed: 21 },
    );
  });
});

describe('relaxed multiply-add', () => {
  // Newer engines have it by default; the one of Node 20 behind a flag.
  beforeAll(() => setFlagsFromString('--experimental-wasm-relaxed-simd'));

  it('is valid here, and each sum with a product is within one rounding of the exact value', () => {
    expect(hasRelaxedSimd()).toBe(true);
    const values: Rows = {
      a: Array.from({ length: 48 }, (_, i) => Math.fround(Math.sin(i + 1))),
      b: Array.from({ length: 48 }, (_, i) => Math.fround(Math.cos(3 * i))),
      c: Array.from({ length: 48 }, (_, i) => Math.fround(-Math.sin(i + 1) * Math.cos(3 * i))),
    };
    const shapes = [
      [add(mul(a, b), c), (x: number, y: number, z: number) => x * y + z],
      [add(c, mul(a, b)), (x: number, y: number, z: number) => x * y + z],
      [sub(c, mul(a, b)), (x: number, y: number, z: number) => z - x * y],
      [sub(mul(a, b), c), (x: number, y: number, z: number) => x * y - z],
      [add(mul(a, b), mul(b, c)), (x: number, y: number, z: number) => x * y + y * z],
    ] as const;
    for (const [expression, exact] of shapes) {
      const program = fuse('test', { result: expression });
      const fused = runWasm(program, values, true);
      fused.forEach((value, i) => {
        const [x, y, z] = [values.a[i]!, values.b[i]!, values.c[i]!];
        expect(Math.abs(value - exact(x, y, z))).toBeLessThan(2 ** -23);
      });
    }
  });
});
