import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { OptionError } from '../../base/errors.ts';
import type { ExecutorName } from '../../rule/executor.ts';
import type { Position } from '../../rule/schedule.ts';
import { createUpdater } from '../../rule/updater.ts';
import { linearDecay } from '../schedule/linear-decay.ts';
import { sgd } from '../sgd.ts';
import { adaptive } from './adaptive.ts';
import { byGlobalNorm } from './by-global-norm.ts';
import { byNorm } from './by-norm.ts';
import { byValue } from './by-value.ts';
import { applyClip, boundsGradient, type Clip, readClip } from './clip.ts';
import type { ClipTarget } from './clip-target.ts';

interface Fixture {
  readonly tensors: { readonly shape: number[]; readonly unitAxis: number | null }[];
  readonly cases: {
    readonly clip: Clip;
    readonly theta: number[][];
    readonly gradient: number[][];
    readonly norm: number;
    readonly clipped: number[][];
    /** ‖clipped‖/‖gradient‖. */
    readonly kept: number;
  }[];
}

const url = new URL('../../../test/fixtures/optim/clip-kinds.json', import.meta.url);
const { tensors, cases } = JSON.parse(readFileSync(url, 'utf8')) as Fixture;
const start: Position = { step: 0, epoch: 0, examples: 0, fraction: 0 };
const executors = ['wasm', 'js', 'float64'] as const;

/** An updater that holds θ and a gradient, and all of it as the target. */
function holding(theta: number[][], gradient: number[][], shapes: number[][], executor: ExecutorName = 'float64') {
  const parameters = shapes.map((shape, i) => ({ name: `p${i}`, size: shape.reduce((a, b) => a * b, 1), shape }));
  const updater = createUpdater({
    ...{ optimizer: sgd({ learningRate: 1 }), parameters, executor, boundsGradient: true },
  });
  parameters.forEach(({ name }, i) => {
    updater.arena.view('theta', name).set(theta[i]!);
    updater.arena.view('gradient', name).set(gradient[i]!);
  });
  const target = (indices = parameters.map((_, i) => i), unitAxes: (number | undefined)[] = []): ClipTarget => {
    const squares = indices.map((i) => updater.sumOfSquares('gradient', `p${i}`));
    const norm = Math.sqrt(squares.reduce((a, b) => a + b, 0));
    return { updater, parameters: indices, unitAxes, norm };
  };
  return {
    ...{ updater, target },
    /** The gradient as a step takes it in: how far SGD with rate 1 moves. */
    taken: () => {
      const before = parameters.map(({ name }) => Array.from(updater.arena.view('theta', name)));
      updater.arena.region('theta').fill(0);
      updater.step({ step: 1, hyper: { learningRate: 1 } });
      return parameters.map(({ name }, i) => {
        const view = updater.arena.view('theta', name);
        const moved = Array.from(view, (x) => 0 - x);
        view.set(before[i]!);
        return moved;
      });
    },
  };
}

const shapes = tensors.map(({ shape }) => shape);
const unitAxes = tensors.map(({ unitAxis }) => unitAxis ?? undefined);
const all = tensors.map((_, i) => i);

describe.each(executors)('clipping on %s', (executor) => {
  it.each(cases)('$clip of a gradient of norm $norm is what the reference has', (one) => {
    const tolerance = executor === 'float64' ? 1e-14 : 1e-6;
    const { target, taken } = holding(one.theta, one.gradient, shapes, executor);
    const before = target(all, unitAxes);
    expect(Math.abs(before.norm / one.norm - 1)).toBeLessThan(tolerance);
    const kept = applyClip(readClip(one.clip), before, start);
    expect(Math.abs(kept - one.kept)).toBeLessThan(tolerance);
    if (one.kept === 1) expect(kept).toBe(1);
    taken().forEach((row, i) => {
      row.forEach((value, j) => {
        const expected = one.clipped[i]![j]!;
        expect(Math.abs(value - expected)).toBeLessThan(tolerance * Math.max(1, Math.abs(expected)));
      });
    });
  });
});

it('the fixture has tensors and units on both sides of every limit', () => {
  for (const kind of ['byValue', 'byNorm', 'adaptive'] as const) {
    const rows = cases.filter(({ clip }) => clip.clip === kind);
    const changed = rows.flatMap(({ gradient, clipped }) => gradient.flat().map((g, i) => g !== clipped.flat()[i]));
    const share = changed.filter(Boolean).length / changed.length;
    expect(share).toBeGreaterThan(0.1);
    expect(share).toBeLessThan(0.95);
  }
});

const gradient = [
  [3, -4],
  [0.3, 0.4, 0],
];
const theta = [
  [1, 1],
  [2, 0, 0],
];
const small = () => holding(theta, gradient, [[2], [3]]);

const each: readonly (readonly [string, Clip])[] = [
  ['byValue', byValue(1)],
  ['byNorm', byNorm(1)],
  ['byGlobalNorm', byGlobalNorm(1)],
  ['adaptive', adaptive()],
];

describe.each(each)('%s', (_, clip) => {
  it('acts only on the parameters of its target', () => {
    const { target, taken } = small();
    applyClip(clip, target([0], [undefined]), start);
    const [first, second] = taken();
    expect(first).not.toEqual(gradient[0]);
    expect(second).toEqual(gradient[1]);
  });

  it('does not hide what is not finite, and recovers at the next step', () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const { updater, target, taken } = small();
      updater.arena.view('gradient', 'p0')[1] = bad;
      expect(applyClip(clip, target([0, 1], [undefined, undefined]), start)).toBeNaN();
      expect(taken().flat().every(Number.isNaN)).toBe(true);
      gradient.forEach((row, i) => {
        updater.arena.view('gradient', `p${i}`).set(row);
      });
      const kept = applyClip(clip, target([0, 1], [undefined, undefined]), start);
      const length = Math.hypot(...taken().flat());
      expect(Math.abs(kept - length / Math.hypot(...gradient.flat()))).toBeLessThan(1e-15);
    }
  });

  it('leaves a gradient of zeros alone', () => {
    const { updater, target, taken } = small();
    updater.arena.region('gradient').fill(0);
    expect(applyClip(clip, target([0, 1], [undefined, undefined]), start)).toBe(1);
    expect(Math.max(...taken().flat().map(Math.abs))).toBe(0);
  });

  it('gives 1 exactly, and the gradient to the bit, where nothing is too long', () => {
    for (const executor of executors) {
      const size = 2 ** 12 + 5;
      const tiny = Array.from({ length: size }, (_, i) => 1e-5 * Math.sin(i));
      const weights = tiny.map(() => 1);
      const { target, taken } = holding([weights], [tiny], [[size]], executor);
      expect(applyClip(clip, target([0], [undefined]), start)).toBe(1);
      const exact = executor === 'float64' ? tiny : tiny.map(Math.fround);
      expect(taken()[0]!).toEqual(exact);
    }
  });

  it('is frozen data that JSON keeps, with a schedule in it too', () => {
    expect(Object.isFrozen(clip)).toBe(true);
    expect(readClip(clip)).toEqual(clip);
    expect(readClip(JSON.parse(JSON.stringify(clip)))).toEqual(clip);
    const { clip: kind, ...options } = clip;
    const name = kind === 'byValue' ? 'bound' : kind === 'adaptive' ? 'ratio' : 'max';
    const falling = linearDecay({ from: 2, to: 0.5, over: { steps: 10 } });
    const scheduled = readClip({ clip: kind, ...options, [name]: falling });
    const read = readClip(JSON.parse(JSON.stringify(scheduled)));
    expect(read).toEqual(scheduled);
    for (const step of [0, 4, 10, 50]) {
      const fixed = readClip({ clip: kind, ...options, [name]: 2 - 0.15 * Math.min(step, 10) });
      const [a, b] = [read, fixed].map((one) => {
        const { target, taken } = small();
        applyClip(one, target([0, 1], [undefined, undefined]), { ...start, step });
        return taken();
      });
      expect(a).toEqual(b);
    }
  });

  it('takes 0, which stops every gradient', () => {
    const { clip: kind } = clip;
    const name = kind === 'byValue' ? 'bound' : kind === 'adaptive' ? 'ratio' : 'max';
    const { target, taken } = small();
    expect(applyClip(readClip({ clip: kind, [name]: 0 }), target([0, 1], [undefined, undefined]), start)).toBe(0);
    expect(Math.max(...taken().flat().map(Math.abs))).toBe(0);
  });

  it('refuses options out of range or unknown, with the nearest name', () => {
    const { clip: kind, ...options } = clip;
    const name = kind === 'byValue' ? 'bound' : kind === 'adaptive' ? 'ratio' : 'max';
    expect(() => readClip({ clip: kind, [name]: -1 })).toThrow(new RegExp(`${name} is -1`));
    expect(() => readClip({ clip: kind, ...options, [`${name}s`]: 1 })).toThrow(`Did you mean "${name}"`);
    const belowZero = { schedule: 'linearDecay', from: 1, to: -1, over: { steps: 2 } };
    expect(() => readClip({ clip: kind, [name]: belowZero })).toThrow(OptionError);
  });
});

describe('defaults', () => {
  it('are those of the papers, and exact norms', () => {
    expect(adaptive()).toEqual({ clip: 'adaptive', ratio: 0.01, epsilon: 1e-3 });
    expect(byNorm(2)).toEqual({ clip: 'byNorm', max: 2, torchEpsilon: false });
    expect(byValue(2)).toEqual({ clip: 'byValue', bound: 2 });
  });
});

describe('byGlobalNorm and byValue', () => {
  it.each([byGlobalNorm(1), byValue(1)])('$clip leaves all parameters in one run of the kernel', (clip) => {
    const { updater, target, taken } = small();
    applyClip(clip, target(), start);
    const runs = updater.kernelRuns();
    taken();
    expect(updater.kernelRuns() - runs).toBe(1);
  });
});

describe('boundsGradient', () => {
  it('is wanted by byValue alone, which says so where the updater does not bound', () => {
    expect(each.filter(([, clip]) => boundsGradient(clip)).map(([name]) => name)).toEqual(['byValue']);
    const updater = createUpdater({ optimizer: sgd({ learningRate: 1 }), parameters: [{ name: 'x', size: 1 }] });
    const target = { updater, parameters: [0], unitAxes: [undefined], norm: 1 };
    expect(() => applyClip(byValue(1), target, start)).toThrow(/boundedNorms was not asked for.*boundsGradient: true/);
  });
});
