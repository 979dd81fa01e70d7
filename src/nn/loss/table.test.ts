import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { gradients } from '../../autodiff/gradients.ts';
import type { Dtype } from '../../base/dtype.ts';
import { OptionError } from '../../base/errors.ts';
import type { Shape } from '../../base/shape.ts';
import { GraphBuilder } from '../../graph/builder.ts';
import { mul } from '../../graph/elementwise.ts';
import { reshape } from '../../graph/form.ts';
import { literal } from '../../graph/leaf.ts';
import { sum } from '../../graph/reduction.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { evaluate } from '../../runtime/reference.ts';
import { binaryCrossEntropy } from './binary-cross-entropy.ts';
import { focal } from './focal.ts';
import { binaryHinge, hinge } from './hinge.ts';
import { huber } from './huber.ts';
import { kullbackLeibler } from './kullback-leibler.ts';
import type { Loss } from './loss.ts';
import { meanAbsolute } from './mean-absolute.ts';
import { meanSquare } from './mean-square.ts';
import { softmaxCrossEntropy } from './softmax-cross-entropy.ts';
import { applyLoss, bestConstant, losses, lossOfSums, lossPerExample, lossSums, readLoss, targetsOf } from './table.ts';
import { weightedLosses } from './weighted-losses.ts';

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

const read = (name: string): readonly Case[] =>
  JSON.parse(readFileSync(new URL(`../../../test/fixtures/nn/${name}.json`, import.meta.url), 'utf8')).cases;
const weightedCases = read('losses-weighted');
const cases = [...read('losses'), ...weightedCases];

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
    const [{ loss, predictions, targets, mean }] = cases as unknown as [Case];
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

describe('sums over batches', () => {
  const cut = ({ shape, values }: Values, begin: number, end: number): Values => {
    const each = values.length / shape[0]!;
    return { shape: shape.with(0, end - begin), values: values.slice(begin * each, end * each) };
  };

  it.each(cases.filter(({ targets }) => targets.shape[0]! > 2).map((each) => [each.name, each] as const))(
    '%s: a batch of one and a batch of the rest give the mean of all, within 1e-12',
    (_, { loss, predictions, targets, dtype, mean }) => {
      const all = targets.shape[0]!;
      const [one, rest] = [[0, 1] as const, [1, all] as const].map(
        ([begin, end]) =>
          run(cut(predictions, begin, end), cut(targets, begin, end), dtype, (y, t) => ({
            sums: lossSums(loss, y, t),
          })).get('sums')!,
      );
      const total = lossOfSums(
        loss,
        one!.map((value, i) => value + rest![i]!),
        all,
      );
      expect(Math.abs(total - mean)).toBeLessThan(1e-12 * Math.max(1, Math.abs(mean)));
    },
  );

  it('count an example of weight 2 as two and one of weight 0 as none, in mean and sums, within 1e-12', () => {
    const loss = softmaxCrossEntropy({ ignoredLabel: -1, classWeights: [1, 2, 3] });
    const z = [0.3, -1, 2, 1.5, 0, 0.25, -2, 1, 0.5, 3, 1, 1];
    const weighted = run({ shape: [4, 3], values: z }, { shape: [4], values: [2, 0, -1, 1] }, 'int32', (y, t) => {
      const weights = literal(y.builder, [2, 0, 5, 1]);
      return { mean: applyLoss(loss, y, t, weights), sums: lossSums(loss, y, t, weights) };
    });
    const repeated = [...z.slice(0, 3), ...z.slice(0, 3), ...z.slice(9)];
    const plain = run({ shape: [3, 3], values: repeated }, { shape: [3], values: [2, 2, 1] }, 'int32', (y, t) => ({
      mean: applyLoss(loss, y, t),
    }));
    expectNear(weighted.get('mean'), Array.from(plain.get('mean')!));
    expect(lossOfSums(loss, weighted.get('sums')!, 4)).toBeCloseTo(plain.get('mean')![0]!, 12);
  });

  it('give loss 0 and gradient 0 where no label counts', () => {
    const results = run(
      { shape: [2, 3], values: [1, 2, 3, 4, 5, 6] },
      { shape: [2], values: [9, 9] },
      'int32',
      (y, t) => {
        const total = applyLoss(softmaxCrossEntropy({ ignoredLabel: 9, labelSmoothing: 0.1 }), y, t);
        return { total, gradient: gradients(total, [y])[0]! };
      },
    );
    expect(Array.from(results.get('total')!)).toEqual([0]);
    expect(Array.from(results.get('gradient')!).every((value) => value === 0)).toBe(true);
  });
});

describe('second derivatives', () => {
  const smooth = weightedCases.filter(({ loss }) => !['meanAbsolute', 'hinge', 'binaryHinge'].includes(loss.loss));
  it.each(smooth.map((each) => [each.name, each] as const))(
    '%s: along a direction, that of differences of the gradient within 1e-7',
    (_, { loss, predictions, targets, dtype }) => {
      const direction = predictions.values.map((_, i) => Math.sin(3 * i + 1));
      const at = (distance: number) => ({
        shape: predictions.shape,
        values: predictions.values.map((value, i) => value + distance * direction[i]!),
      });
      const gradientAt = (distance: number) =>
        run(at(distance), targets, dtype, (y, t) => ({ gradient: gradients(applyLoss(loss, y, t), [y])[0]! })).get(
          'gradient',
        )!;
      const product = run(predictions, targets, dtype, (y, t) => {
        const [first] = gradients(applyLoss(loss, y, t), [y]);
        const along = reshape(literal(y.builder, direction), y.shape);
        return { product: gradients(sum(mul(first!, along)), [y])[0]! };
      }).get('product')!;
      const [before, after] = [gradientAt(-1e-5), gradientAt(1e-5)];
      product.forEach((value, i) => {
        expect(Math.abs(value - (after[i]! - before[i]!) / 2e-5)).toBeLessThan(1e-7);
      });
    },
  );
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

describe('bestConstant of further losses', () => {
  const quantities = [0.3, -1, 5, 0.7, 0.8, 1.9, -3, 0.1, 2.5];
  const lossAt = (loss: Loss, constant: readonly number[], targets: readonly number[], dtype: Dtype) => {
    const units = constant.length;
    const classes = targetsOf(loss) === 'classes';
    const rows = classes ? targets.length : targets.length / units;
    const values = Array.from({ length: rows * units }, (_, i) => constant[i % units]!);
    const shape = classes ? [rows] : [rows, units];
    return run({ shape: [rows, units], values }, { shape, values: targets }, dtype, (y, t) => ({
      mean: applyLoss(loss, y, t),
    })).get('mean')![0]!;
  };

  it.each<[string, Loss, number[], number, Dtype]>([
    ['meanAbsolute', meanAbsolute(), quantities, 1, 'float32'],
    ['meanAbsolute, two units', meanAbsolute(), quantities.slice(1), 2, 'float32'],
    ['huber', huber({ delta: 0.5 }), quantities, 1, 'float32'],
    ['binaryHinge', binaryHinge({ margin: 2 }), [1, 1, 0, 1], 1, 'float32'],
    ['hinge, one class above half', hinge({ margin: 1.5 }), [1, 1, 0, 1, 2], 3, 'int32'],
    ['hinge, none above half', hinge(), [0, 1, 0, 1, 2], 3, 'int32'],
  ])('%s: no constant nearby or far has less loss, within 1e-12', (_, loss, targets, units, dtype) => {
    const best = bestConstant(loss, targets, units);
    const least = lossAt(loss, best, targets, dtype);
    for (let i = 0; i < 40; i++) {
      const other = best.map((value, unit) => value + 10 ** -(i % 5) * Math.sin(7 * i + 3 * unit + 1));
      expect(lossAt(loss, other, targets, dtype)).toBeGreaterThan(least - 1e-12);
    }
  });

  it('of cross-entropy with weights, smoothing and an ignored label: the limit of many labels, within 1e-3', () => {
    const loss = softmaxCrossEntropy({ labelSmoothing: 0.2, classWeights: [1, 3, 0.5], ignoredLabel: -1 });
    const labels = Array.from({ length: 8000 }, (_, i) => [0, 0, 0, 1, -1, 2, 1, 0][i % 8]!);
    const best = bestConstant(loss, labels, 3);
    const least = lossAt(loss, best, labels.slice(0, 8), 'int32');
    for (let i = 0; i < 20; i++) {
      const other = best.map((value, unit) => value + Math.sin(7 * i + 3 * unit + 1));
      expect(lossAt(loss, other, labels.slice(0, 8), 'int32')).toBeGreaterThan(least + 1e-3);
    }
    for (const step of [-0.05, 0.05]) {
      expect(lossAt(loss, best.with(0, best[0]! + step), labels.slice(0, 8), 'int32')).toBeGreaterThan(least);
    }
  });

  it('of several losses is that of the heaviest', () => {
    const loss = weightedLosses([{ loss: meanSquare(), weight: 0.1 }, { loss: meanAbsolute() }]);
    expect(bestConstant(loss, [0, 1, 11], 1)).toEqual([1]);
  });
});

describe('descriptions', () => {
  it('every loss prints to JSON, reads back equal, is frozen and refuses unknown options', () => {
    const examples = [
      softmaxCrossEntropy(),
      softmaxCrossEntropy({ labelSmoothing: 0.1, classWeights: [1, 2], ignoredLabel: -1, divideBy: 'labels' }),
      ...[binaryCrossEntropy(), meanSquare(), meanAbsolute(), huber({ delta: 2 }), hinge({ ignoredLabel: 255 })],
      ...[binaryHinge({ margin: 2 }), kullbackLeibler(), focal({ classWeights: [1, 0] })],
      weightedLosses([{ loss: softmaxCrossEntropy() }, { loss: focal(), weight: 0.5 }]),
    ];
    expect(new Set(examples.map(({ loss }) => loss))).toEqual(new Set([...Object.keys(losses), 'weightedLosses']));
    for (const each of examples) {
      expect(readLoss(JSON.parse(JSON.stringify(each)))).toEqual(each);
      expect(Object.isFrozen(each)).toBe(true);
      expect(() => readLoss({ ...each, oddity: 1 })).toThrow(/unknown option "oddity"/);
    }
    expect(() => readLoss({ loss: 'meanSquared' })).toThrow(/Did you mean "meanSquare"/);
    for (const wrong of [
      { loss: 'softmaxCrossEntropy', labelSmoothing: 1.5 },
      { loss: 'softmaxCrossEntropy', classWeights: [] },
      { loss: 'softmaxCrossEntropy', classWeights: [1, -1] },
      { loss: 'softmaxCrossEntropy', ignoredLabel: 0.5 },
      { loss: 'focal', focus: 0.5 },
      { loss: 'huber', delta: 0 },
      { loss: 'hinge', margin: -1 },
      { loss: 'weightedLosses', terms: [] },
      { loss: 'weightedLosses', terms: [{ loss: { loss: 'hinge' }, weight: -1 }] },
    ]) {
      expect(() => readLoss(wrong)).toThrow(OptionError);
    }
    const nested = { loss: 'weightedLosses', terms: [{ loss: { loss: 'hinge', margn: 2 } }] };
    expect(() => readLoss(nested)).toThrow(/Did you mean "margin"/);
    expect(() => readLoss(weightedLosses([{ loss: hinge() }, { loss: meanSquare() }]))).toThrow(
      /hinge takes classes, meanSquare quantities/,
    );
    expect(targetsOf(weightedLosses([{ loss: huber() }]))).toBe('quantities');
    expect(targetsOf(softmaxCrossEntropy())).toBe('classes');
    expect(targetsOf(meanSquare())).toBe('quantities');
  });
});

describe('tensors that do not fit', () => {
  it.each<[string, Loss, Shape, Shape, Dtype, RegExp]>([
    ['a label for each unit', softmaxCrossEntropy(), [4, 3], [4, 3], 'int32', /Targets must have shape \[4\]/],
    ['another batch', softmaxCrossEntropy(), [4, 3], [5], 'int32', /predictions float32\[4, 3\], targets int32\[5\]/],
    ['labels that are not whole', softmaxCrossEntropy(), [4, 3], [4], 'float32', /int32 or uint8/],
    ['logits of images', softmaxCrossEntropy(), [4, 3, 2, 2], [4], 'int32', /Targets must have shape \[4, 3, 2\]/],
    ['logits without classes', softmaxCrossEntropy(), [4], [4], 'int32', /\[batch, classes\]/],
    [
      'weights of other classes',
      softmaxCrossEntropy({ classWeights: [1, 2] }),
      [4, 3],
      [4],
      'int32',
      /2 class weights/,
    ],
    ['distributions of another shape', kullbackLeibler(), [4, 3], [4], 'float32', /probabilities/],
    ['targets that would broadcast', meanSquare(), [4, 3], [4], 'float32', /shape of the predictions/],
    ['a transposed target', binaryCrossEntropy(), [4, 3], [3, 4], 'float32', /shape of the predictions/],
  ])('refuses %s', (_, loss, predictions, targets, dtype, message) => {
    const builder = new GraphBuilder();
    const y = builder.input('predictions', { shape: predictions, dtype: 'float32' });
    const t = builder.input('targets', { shape: targets, dtype });
    expect(() => applyLoss(loss, y, t)).toThrow(message);
  });
});
