import { describe, expect, it } from 'vitest';
import { key, RandomStream } from '../../base/random.ts';
import { constant } from './constant.ts';
import { constantByPart } from './constant-by-part.ts';
import { given } from './given.ts';
import { identity } from './identity.ts';
import type { Initializer } from './initializer.ts';
import { normal } from './normal.ts';
import { orthogonal } from './orthogonal.ts';
import { sparse } from './sparse.ts';
import { draw, initializers, readInitializer } from './table.ts';
import { truncatedNormal } from './truncated-normal.ts';
import { uniform } from './uniform.ts';
import {
  heNormal,
  heUniform,
  lecunNormal,
  lecunUniform,
  rootFanInUniform,
  varianceScaling,
  xavierNormal,
  xavierUniform,
} from './variance-scaling.ts';
import { zeros } from './zeros.ts';

const fan = { fanIn: 128, fanOut: 256 };
const count = 200_000;

function drawn(initializer: Initializer): Float32Array {
  return draw(initializer, [count / 4, 4], fan, new RandomStream(key(11)));
}

function moments(values: Float32Array) {
  const mean = values.reduce((total, value) => total + value, 0) / values.length;
  const central = (power: number) =>
    values.reduce((total, value) => total + (value - mean) ** power, 0) / values.length;
  return { mean, variance: central(2), kurtosis: central(4) / central(2) ** 2 };
}

const largest = (values: Float32Array) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

// Kurtosis tells the distributions apart: normal 3, uniform 9/5, normal cut at ±2 deviations 2.3654
// (moments by the recursion for truncated normals: E z² = 0.773741, E z⁴ = 1.416131).
const [NORMAL, UNIFORM, TRUNCATED] = [3, 1.8, 1.416131 / 0.773741 ** 2];
/** Variance of N(0, 1) cut at ±2: 1 − 4 φ(2) / (Φ(2) − Φ(−2)), computed on its own here. */
const cutVariance = 1 - (4 * Math.exp(-2)) / Math.sqrt(2 * Math.PI) / 0.9544997361036416;

describe('distributions over 200 000 draws: mean within 4 standard errors, variance within 1 %, kurtosis within 0.05', () => {
  it.each<[string, Initializer, number, number, number]>([
    ['normal', normal({ mean: -0.5, deviation: 0.05 }), -0.5, 0.0025, NORMAL],
    ['uniform', uniform({ min: -1, max: 3 }), 1, 16 / 12, UNIFORM],
    ['truncatedNormal', truncatedNormal({ mean: 2, deviation: 0.05 }), 2, 0.0025 * cutVariance, TRUNCATED],
    ['truncatedNormal, corrected', truncatedNormal({ deviation: 0.05, corrected: true }), 0, 0.0025, TRUNCATED],
    ['lecunNormal', lecunNormal(), 0, 1 / 128, NORMAL],
    ['lecunUniform', lecunUniform(), 0, 1 / 128, UNIFORM],
    ['xavierNormal', xavierNormal(), 0, 2 / 384, NORMAL],
    ['xavierUniform', xavierUniform(), 0, 2 / 384, UNIFORM],
    ['heNormal', heNormal(), 0, 2 / 128, NORMAL],
    ['heUniform', heUniform(), 0, 2 / 128, UNIFORM],
    ['rootFanInUniform', rootFanInUniform(), 0, 1 / (3 * 128), UNIFORM],
    [
      'varianceScaling, backward, truncated',
      varianceScaling({ factor: 3, mode: 'fanOut', distribution: 'truncatedNormal' }),
      ...([0, 3 / 256, TRUNCATED] as const),
    ],
  ])('%s', (_, initializer, mean, variance, kurtosis) => {
    const found = moments(drawn(initializer));
    expect(Math.abs(found.mean - mean)).toBeLessThan(4 * Math.sqrt(variance / count));
    expect(Math.abs(found.variance / variance - 1)).toBeLessThan(0.01);
    expect(Math.abs(found.kurtosis - kurtosis)).toBeLessThan(0.05);
  });
});

describe('bounds', () => {
  it.each<[string, Initializer, number]>([
    // Bounds that PyTorch gives for a layer of 128 inputs and 256 outputs.
    ['xavierUniform', xavierUniform(), 0.125],
    ['heUniform', heUniform(), 0.21650635094610965],
    ['rootFanInUniform', rootFanInUniform(), 0.08838834764831845],
    ['lecunUniform', lecunUniform(), Math.sqrt(3 / 128)],
    ['truncatedNormal', truncatedNormal({ deviation: 0.05 }), 0.1],
    ['truncatedNormal, corrected', truncatedNormal({ deviation: 0.05, corrected: true }), 0.1 / 0.87962566103423978],
  ])('%s is never exceeded, and reached within 0.1 %%', (_, initializer, bound) => {
    const most = largest(drawn(initializer));
    expect(most).toBeLessThanOrEqual(Math.fround(bound));
    expect(most).toBeGreaterThan(0.999 * bound);
  });
});

describe('exact initializers', () => {
  it('zeros, constant and given give just that', () => {
    const stream = new RandomStream(key(1));
    expect(Array.from(draw(zeros(), [2, 2], fan, stream))).toEqual([0, 0, 0, 0]);
    expect(Array.from(draw(constant(0.5), [3], fan, stream))).toEqual([0.5, 0.5, 0.5]);
    expect(Array.from(draw(constantByPart([1, 2]), [2, 4], fan, stream))).toEqual([1, 1, 2, 2, 1, 1, 2, 2]);
    expect(() => draw(constantByPart([1, 2]), [3], fan, stream)).toThrow(/2 values do not divide.*\[3\]/);
    expect(Array.from(draw(given([1, -2, 0.25]), [3], fan, stream))).toEqual([1, -2, 0.25]);
    expect(stream.position).toBe(0);
    expect(() => draw(given([1, 2]), [3], fan, stream)).toThrow(/2 values were given for a parameter of shape \[3\]/);
  });

  it('a deviation of 0 and a fan of 0 are legal', () => {
    const stream = new RandomStream(key(1));
    expect(Array.from(draw(normal({ mean: 2, deviation: 0 }), [2], fan, stream))).toEqual([2, 2]);
    const orphan = draw(heUniform(), [1000], { fanIn: 0, fanOut: 0 }, stream);
    expect(largest(orphan)).toBeLessThanOrEqual(Math.fround(Math.sqrt(6)));
  });
});

describe('depth', () => {
  // Mean square of the signal, forward through 30 square ReLU layers of 128 units, as a share of the input's.
  function gain(initializer: Initializer): number {
    const units = 128;
    const stream = new RandomStream(key(3));
    let signal = Array.from({ length: units }, () => stream.normal());
    const square = (values: number[]) => values.reduce((total, value) => total + value * value, 0) / units;
    const start = square(signal);
    for (let layer = 0; layer < 30; layer++) {
      const weight = draw(initializer, [units, units], { fanIn: units, fanOut: units }, stream);
      signal = signal.map((_, j) =>
        Math.max(
          0,
          signal.reduce((total, value, i) => total + value * weight[i * units + j]!, 0),
        ),
      );
    }
    return square(signal) / start;
  }

  it('He keeps the second moment through 30 ReLU layers within a factor of 8; Xavier loses it to 2⁻³⁰ within that', () => {
    // One draw of a product of 30 random factors with spread √(5/128) each: its logarithm has deviation about 1.
    expect(Math.abs(Math.log(2 * gain(heNormal())))).toBeLessThan(Math.log(8));
    expect(Math.abs(Math.log(2 * gain(xavierNormal()) * 2 ** 30))).toBeLessThan(Math.log(8));
  });
});

describe('descriptions', () => {
  const examples: readonly Initializer[] = [
    ...[zeros(), constant(0.1), given([1, 2]), uniform({ min: 0, max: 1 }), normal(), truncatedNormal(), heNormal()],
    ...[orthogonal({ gain: Math.SQRT2, blocks: 4 }), identity(), sparse(), constantByPart([0, 1, 0])],
  ];

  it('there is an example here for every row, which prints to JSON, reads back equal and is frozen', () => {
    expect(examples.map(({ initializer }) => initializer).sort()).toEqual(Object.keys(initializers).sort());
    for (const each of examples) {
      expect(readInitializer(JSON.parse(JSON.stringify(each)))).toEqual(each);
      expect(Object.isFrozen(each)).toBe(true);
      expect(() => readInitializer({ ...each, oddity: 1 })).toThrow(/unknown option "oddity"/);
    }
  });

  it.each<[string, () => unknown, RegExp]>([
    ['an unknown kind', () => readInitializer({ initializer: 'gauss' }), /is no initializer/],
    ['nothing at all', () => readInitializer(undefined), /undefined is no initializer/],
    ['a negative deviation', () => normal({ deviation: -1 }), /deviation is -1/],
    ['bounds the wrong way round', () => uniform({ min: 1, max: 0 }), /min 1 is above max 0/],
    ['a mode that does not exist', () => varianceScaling({ mode: 'fan_in' as 'fanIn' }), /Did you mean "fanIn"/],
    ['a negative factor', () => varianceScaling({ factor: -2 }), /factor is -2/],
    ['a constant that is NaN', () => constant(Number.NaN), /value is NaN/],
  ])('refuses %s', (_, build, message) => {
    expect(build).toThrow(message);
  });
});
