import { describe, expect, it } from 'vitest';
import { OptionError } from '../base/errors.ts';
import { add, div, element, exp, input, mul, neg, pow, show, sqrt, square, sub } from './expression.ts';
import { fuse, runTape } from './fuse.ts';
import { simplify } from './simplify.ts';

const [x, y] = [element('x'), element('y')];
const [u, v] = [input('u'), input('v')];
const count = (program: { code: readonly { kind: string }[] }, kind: string) =>
  program.code.filter((instruction) => instruction.kind === kind).length;

describe('simplify', () => {
  it('gathers uniform factors into one', () => {
    expect(show(simplify(mul(u, mul(v, x))))).toBe('u * v * x');
    expect(show(simplify(mul(mul(x, v), u)))).toBe('u * v * x');
    expect(show(simplify(div(mul(u, x), v)))).toBe('1 / (v) * u * x');
    expect(show(simplify(mul(u, div(mul(v, x), y))))).toBe('u * v * x / (y)');
    expect(show(simplify(neg(mul(u, x))))).toBe('-u * x');
    expect(show(simplify(mul(x, 1)))).toBe('x');
    expect(show(simplify(mul(add(1, 2), x)))).toBe('3 * x');
  });
});

describe('fuse', () => {
  it('computes equal parts once and reads each region once', () => {
    const g = mul(u, x);
    const program = fuse('test', { first: add(square(g), y), second: sub(mul(g, mul(u, x)), y) });
    expect(count(program, 'load')).toBe(2);
    // u·x and its square, which the second output writes as a product of equals.
    expect(count(program, 'mul')).toBe(2);
    expect(program.stores.map(({ region }) => region)).toEqual(['first', 'second']);
  });

  it('leaves one division and one root per element of Adam, as written in the paper', () => {
    const [s, r] = [add(mul(u, x), y), add(mul(v, square(x)), y)];
    const corrected = (z: typeof s) => div(z, sub(1, pow(v, input('step'))));
    const program = fuse('test', { theta: sub(x, mul(u, div(corrected(s), add(sqrt(corrected(r)), v)))) });
    expect(count(program, 'div')).toBe(1);
    expect(count(program, 'sqrt')).toBe(1);
  });

  it('computes uniform scalars in float64: 1 − 0.999¹ within 1e-16', () => {
    const program = fuse('test', { x: mul(sub(1, pow(u, v)), x) });
    const values = new Float64Array(program.tape.length);
    runTape(program.tape, { u: 0.999, v: 1 }, values);
    expect(Math.abs(values[program.uniforms[0]!.entry]! - 0.001)).toBeLessThan(1e-16);
    expect(program.uniforms.map(({ text }) => text)).toEqual(['(1 - pow(u, v))']);
  });

  it('refuses what no SIMD instruction computes, by name', () => {
    expect(() => fuse('rule odd', { x: exp(x) })).toThrow(OptionError);
    expect(() => fuse('rule odd', { x: exp(x) })).toThrow(/exp\(x\) is computed for every element \(rule odd\)/);
  });
});
