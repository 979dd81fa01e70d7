import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { OptionError } from '../../base/errors.ts';
import { createUpdater } from '../../rule/updater.ts';
import { sgd } from '../sgd.ts';
import { byGlobalNorm } from './by-global-norm.ts';
import { applyClip, type Clip, readClip } from './clip.ts';

interface Row {
  readonly max: number;
  readonly gradient: number[][];
  readonly norm: number;
  readonly clipped: number[][];
}

const start = { step: 0, epoch: 0, examples: 0, fraction: 0 };

/** By what a gradient of this norm is multiplied. */
function scaleOf(clip: Clip, norm: number): number {
  const updater = createUpdater({ optimizer: sgd({ learningRate: 1 }), parameters: [{ name: 'x', size: 1 }] });
  const given = applyClip(clip, { updater, parameters: [0], unitAxes: [undefined], norm }, start);
  expect(updater.controls[0]!.gradientScale).toBe(given);
  return given;
}

const url = new URL('../../../test/fixtures/optim/clipping.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(url, 'utf8')) as { readonly cases: Row[] };

describe.each(cases)('a gradient of norm $norm', ({ max, gradient, norm, clipped }) => {
  it("has PyTorch's norm and, with torchEpsilon, its clipped values within 1e-14", () => {
    const optimizer = sgd({ learningRate: 1 });
    const parameters = gradient.map((values, i) => ({ name: `p${i}`, size: values.length }));
    const updater = createUpdater({ optimizer, parameters, executor: 'float64' });
    gradient.forEach((values, i) => {
      updater.arena.view('gradient', `p${i}`).set(values);
    });
    const measured = Math.sqrt(updater.sumOfSquares('gradient'));
    expect(Math.abs(measured / norm - 1)).toBeLessThan(1e-14);
    const all = parameters.map((_, i) => i);
    const target = { updater, parameters: all, unitAxes: all.map(() => undefined), norm: measured };
    applyClip(byGlobalNorm(max, { torchEpsilon: true }), target, start);
    updater.step({ step: 1, hyper: { learningRate: 1 } });
    clipped.forEach((values, i) => {
      values.forEach((value, j) => {
        expect(Math.abs(updater.arena.view('theta', `p${i}`)[j]! + value)).toBeLessThan(1e-14);
      });
    });
  });

  it('has exactly the norm max after clipping, or is left alone, within 1e-15', () => {
    const scale = scaleOf(byGlobalNorm(max), norm);
    if (norm > max) expect(Math.abs((norm * scale) / max - 1)).toBeLessThan(1e-15);
    else expect(scale).toBe(1);
  });
});

describe('byGlobalNorm', () => {
  it('is exact by default, and slightly below with the epsilon of PyTorch: [3, 4] to 0.9999998', () => {
    expect(5 * scaleOf(byGlobalNorm(1), 5)).toBe(1);
    expect(5 * scaleOf(byGlobalNorm(1, { torchEpsilon: true }), 5)).toBeCloseTo(0.9999998, 9);
  });

  it('leaves a norm of max alone, and takes a max of 0', () => {
    expect(scaleOf(byGlobalNorm(5), 5)).toBe(1);
    expect(scaleOf(byGlobalNorm(0), 5)).toBe(0);
    expect(scaleOf(byGlobalNorm(0), 0)).toBe(1);
  });

  it('does not hide a gradient that is not finite', () => {
    expect(scaleOf(byGlobalNorm(1), Number.POSITIVE_INFINITY)).toBeNaN();
    expect(scaleOf(byGlobalNorm(1), Number.NaN)).toBeNaN();
  });

  it('is data that JSON keeps', () => {
    const clip = byGlobalNorm(1);
    expect(clip).toEqual({ clip: 'byGlobalNorm', max: 1, torchEpsilon: false });
    expect(Object.isFrozen(clip)).toBe(true);
    expect(readClip(JSON.parse(JSON.stringify(clip)))).toEqual(clip);
  });

  it.each([
    [{ clip: 'byGlobalNrm', max: 1 }, /is no clipping\. Did you mean "byGlobalNorm"/],
    [{ clip: 'byGlobalNorm', max: -1 }, /max is -1/],
    [{ clip: 'byGlobalNorm' }, /max is missing/],
    [{ clip: 'byGlobalNorm', max: 1, torchEpsilon: 1e-6 }, /torchEpsilon is 0.000001/],
    [{ clip: 'byGlobalNorm', max: 1, maximum: 2 }, /unknown option "maximum"/],
    [3, /3 is no clipping/],
  ])('refuses %j', (value, message) => {
    expect(() => readClip(value)).toThrow(OptionError);
    expect(() => readClip(value)).toThrow(message);
  });
});
