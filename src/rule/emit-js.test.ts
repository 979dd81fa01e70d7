import { expect, it } from 'vitest';
import { emitJs } from './emit-js.ts';
import { add, div, element, input, mul, sqrt, square, sub } from './expression.ts';
import { fuse } from './fuse.ts';

it('writes a rule as one would by hand: uniform scalars named by their formula, each region read and written once', () => {
  const [theta, g, r] = [element('theta'), mul(input('gradientScale'), element('gradient')), element('r')];
  const r1 = add(mul(input('rho'), r), mul(sub(1, input('rho')), square(g)));
  const program = fuse('rmsprop', { r: r1, theta: sub(theta, mul(input('learningRate'), div(g, sqrt(r1)))) });
  expect(emitJs(program, 'float32')).toBe(
    `
const { r: $r, theta: $theta, gradient: $gradient } = regions;
const u0 = uniforms[0]; // rho
const u1 = uniforms[1]; // (1 - rho)
const u2 = uniforms[2]; // gradientScale
const u3 = uniforms[3]; // learningRate * gradientScale
for (let i = begin; i < end; i++) {
  const x1 = $r[i];
  const x5 = $gradient[i];
  const x10 = $theta[i];
  const x2 = Math.fround(u0 * x1);
  const x6 = Math.fround(u2 * x5);
  const x7 = Math.fround(x6 * x6);
  const x8 = Math.fround(u1 * x7);
  const x9 = Math.fround(x2 + x8);
  const x12 = Math.fround(u3 * x5);
  const x13 = Math.fround(Math.sqrt(x9));
  const x14 = Math.fround(x12 / x13);
  const x15 = Math.fround(x10 - x14);
  $r[i] = x9;
  $theta[i] = x15;
}`.trim(),
  );
});
