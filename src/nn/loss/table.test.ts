import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { gradients } from '../../autodiff/gradients.ts';
import type { Dtype } from '../../base/dtype.ts';
import type { Shape } from '../../base/shape.ts';
import { GraphBuilder } from '../../graph/builder.ts';
import { mul } from '../../graph/elementwise.ts';
import { sum } from '../../graph/reduction.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { evaluate } from '../../runtime/reference.ts';
import { binaryCrossEntropy } from './binary-cross-entropy.ts';
import type { Loss } from './loss.ts';
import { meanSquare } from './mean-square.ts';
import { softmaxCrossEntropy } from './softmax-cross-entropy.ts';
import { applyLoss, bestConstant, losses, lossPerExample, readLoss, targetsOf } from './table.ts';

interface Values {
  readonly shape: Shape;
  readonly values: readonly number[];
}

interface Case {
  readonly name: string;
  readonly loss: Loss;
  readonly predictions: Values;
  readonly targets: Values;
  readonly dtype: Dtype;
  readonly perExample: Values;
  readonly mean: number;
  readonly gradient: Values;
}

const cases: readonly Case[] = JSON.parse(
  readFileSync(new URL('../../../test/fixtures/nn/losses.json', import.meta.url), 'utf8'),
).cases;

function run(
  predictions: Values,
  targets: Values,
  dtype: Dtype,
  f: (predictions: Tensor, targets: Tensor) => Record<string, Tensor>,
): Map<string, Float64Array> {
  const builder = new GraphBuilder();
  const y = builder.input('predictions', { shape: predictions.shape, dtype: 'float32' });
  const t = builder.input('targets', { shape: targets.shape, dtype });
  const fed = { predictions: Float64Array.from(predictions.values), targets: Float64Array.from(targets.values) };
  return evaluate(builder.finish(new Map(Object.entries(f(y, t)))), new Map(Object.entries(fed)));
}

function expectNear(found: Float64Array | undefined, expected: readonly number[]): void {
  expect(found?.length).toBe(expected.length);
  expected.forEach((value, i) => {
    expect(Math.abs(found![i]! - value), `element ${i}`).toBeLessThan(1e-12 * Math.max(1, Math.abs(value)));
  });
}

describe('losses of PyTorch in float64', () => {
  it.each(cases.map((each) => [each.name, each] as const))(
    '%s: each example, the mean and the gradient within 1e-12',
    (_, { loss, predictions, targets, dtype, perExample, mean, gradient }) => {
      const results = run(predictions, targets, dtype, (y, t) => {
        const total = applyLoss(loss, y, t);
        expect(total.shape).toEqual([]);
        return { each: lossPerExample(loss, y, t), mean: total, gradient: gradients(total, [y])[0]! };
      });
      expectNear(results.get('each'), perExample.values);
      expectNear(results.get('mean'), [mean]);
      expectNear(results.get('gradient'), gradient.values);
    },
  );

  it('softmax cross-entropy takes uint8 class numbers as it takes int32', () => {
    const [{ loss, predictions, targets, mean }] = cases as [Case];
    const results = run(predictions, targets, 'uint8', (y, t) => ({ mean: applyLoss(loss, y, t) }));
    expectNear(results.get('mean'), [mean]);
  });

  it('predictions [N, 1] go with targets [N]', () => {
    const predictions = { shape: [3, 1], values: [1, 2, 3] };
    const targets = { shape: [3], values: [1, 0, 0] };
    const results = run(predictions, targets, 'float32', (y, t) => ({ each: lossPerExample(meanSquare(), y, t) }));
    expect(Array.from(results.get('each')!)).toEqual([0, 4, 9]);
  });
});

describe('binary cross-entropy', () => {
  it('keeps its relative precision where the loss is tiny: e⁻⁴⁰ within 1e-12 of itself', () => {
    const results = run({ shape: [2], values: [40, -40] }, { shape: [2], values: [1, 0] }, 'float32', (y, t) => ({
      each: lossPerExample(binaryCrossEntropy(), y, t),
    }));
    for (const value of results.get('each')!) expect(Math.abs(value / Math.exp(-40) - 1)).toBeLessThan(1e-12);
  });

  it('has second derivative σ(z)(1 − σ(z)), at z = 0 too, within 1e-12', () => {
    const z = [-2, 0, 0, 3];
    const results = run({ shape: [4], values: z }, { shape: [4], values: [1, 0, 1, 0.5] }, 'float32', (y, t) => {
      const [first] = gradients(sum(lossPerExample(binaryCrossEntropy(), y, t)), [y]);
      return { second: gradients(sum(mul(first!, 1)), [y])[0]! };
    });
    const logistic = z.map((value) => 1 / (1 + Math.exp(-value)));
    expectNear(
      results.get('second'),
      logistic.map((s) => s * (1 - s)),
    );
  });
});

describe('bestConstant', () => {
  it('gives log frequencies, one added to each count', () => {
    const constant = bestConstant(softmaxCrossEntropy(), Uint8Array.of(0, 0, 0, 2), 3);
    expect(constant.map(Math.exp).map((p) => p * 7)).toEqual([4, 1, 2].map((p) => expect.closeTo(p, 12)));
    expect(() => bestConstant(softmaxCrossEntropy(), [0, 3], 3)).toThrow(/label 3 of example 1/);
  });

  it('gives log odds for each unit, half an example added to either side', () => {
    const constant = bestConstant(binaryCrossEntropy(), [1, 0, 1, 0, 0, 0], 2);
    expect(constant[0]).toBeCloseTo(Math.log(2.5 / 1.5), 12);
    expect(constant[1]).toBeCloseTo(Math.log(0.5 / 3.5), 12);
  });

  it('gives the mean of each unit, and refuses targets that fill no rows', () => {
    expect(bestConstant(meanSquare(), [1, 10, 3, 20], 2)).toEqual([2, 15]);
    expect(() => bestConstant(meanSquare(), [1, 2, 3], 2)).toThrow(/3 targets do not fill rows of 2/);
  });
});

describe('descriptions', () => {
  it('every loss prints to JSON, reads back equal, is frozen and refuses unknown options', () => {
    const examples = [softmaxCrossEntropy(), binaryCrossEntropy(), meanSquare()];
    expect(examples.map(({ loss }) => loss).sort()).toEqual(Object.keys(losses).sort());
    for (const each of examples) {
      expect(readLoss(JSON.parse(JSON.stringify(each)))).toEqual(each);
      expect(Object.isFrozen(each)).toBe(true);
      expect(() => readLoss({ ...each, oddity: 1 })).toThrow(/unknown option "oddity"/);
    }
    expect(() => readLoss({ loss: 'meanSquared' })).toThrow(/Did you mean "meanSquare"/);
    expect(targetsOf(softmaxCrossEntropy())).toBe('classes');
    expect(targetsOf(meanSquare())).toBe('quantities');
  });
});

describe('tensors that do not fit', () => {
  it.each<[string, Loss, Shape, Shape, Dtype, RegExp]>([
    ['a label for each unit', softmaxCrossEntropy(), [4, 3], [4, 3], 'int32', /Targets must have shape \[4\]/],
    ['another batch', softmaxCrossEntropy(), [4, 3], [5], 'int32', /predictions float32\[4, 3\], targets int32\[5\]/],
    ['labels that are not whole', softmaxCrossEntropy(), [4, 3], [4], 'float32', /int32 or uint8/],
    ['logits of images', softmaxCrossEntropy(), [4, 3, 2, 2], [4], 'int32', /\[batch, classes\]/],
    ['targets that would broadcast', meanSquare(), [4, 3], [4], 'float32', /shape of the predictions/],
    ['a transposed target', binaryCrossEntropy(), [4, 3], [3, 4], 'float32', /shape of the predictions/],
  ])('refuses %s', (_, loss, predictions, targets, dtype, message) => {
    const builder = new GraphBuilder();
    const y = builder.input('predictions', { shape: predictions, dtype: 'float32' });
    const t = builder.input('targets', { shape: targets, dtype });
    expect(() => applyLoss(loss, y, t)).toThrow(message);
  });
});
