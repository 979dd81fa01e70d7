/** Losses and metrics in training and evaluation: means that do not depend on how the data are cut into batches. */

import { beforeAll, describe, expect, it } from 'vitest';
import { key, RandomStream } from '../base/random.ts';
import { fromArrays } from '../data/from-arrays.ts';
import { inOrder } from '../data/sampler.ts';
import { subset } from '../data/subset.ts';
import { withWeights } from '../data/with-weights.ts';
import { auxiliary } from '../nn/layer/auxiliary.ts';
import { dense } from '../nn/layer/dense.ts';
import { sequential } from '../nn/layer/sequential.ts';
import { readLayer } from '../nn/layer/table.ts';
import { tanh } from '../nn/layer/tanh.ts';
import { focal } from '../nn/loss/focal.ts';
import { hinge } from '../nn/loss/hinge.ts';
import { huber } from '../nn/loss/huber.ts';
import { kullbackLeibler } from '../nn/loss/kullback-leibler.ts';
import type { Loss } from '../nn/loss/loss.ts';
import { meanAbsolute } from '../nn/loss/mean-absolute.ts';
import { softmaxCrossEntropy } from '../nn/loss/softmax-cross-entropy.ts';
import { weightedLosses } from '../nn/loss/weighted-losses.ts';
import { accuracy } from '../nn/metric/accuracy.ts';
import { f1, precision, recall } from '../nn/metric/class-averages.ts';
import { meanAbsoluteError } from '../nn/metric/mean-absolute-error.ts';
import { perplexity } from '../nn/metric/perplexity.ts';
import { rSquared } from '../nn/metric/r-squared.ts';
import { topK } from '../nn/metric/top-k.ts';
import { zeroOne } from '../nn/metric/zero-one.ts';
import { sgd } from '../optim/sgd.ts';
import type { Engine } from '../runtime/engine.ts';
import { cpuEngine } from '../runtime/ort.node.ts';
import { createEvaluator } from './evaluator.ts';
import { stage } from './staging.ts';
import { createTrainingStep } from './step.ts';
import { type TrainOptions, taskOf, train } from './train.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await cpuEngine();
});

const stream = new RandomStream(key(11));
const size = 23;
const times = 3;
const classes = 4;
const input = Float32Array.from({ length: size * times * 5 }, () => stream.normal());
/** Padded at the end, each sequence at a place of its own; a batch of some examples has no label at all. */
const labels = Int32Array.from({ length: size * times }, (_, i) => {
  const [example, time] = [Math.floor(i / times), i % times];
  return example > 19 || time > example % 3 ? -1 : Math.abs(Math.round(3 * input[5 * i]!)) % classes;
});
const sequences = fromArrays({ input, inputShape: [times, 5], target: labels, targetShape: [times] });
const single = fromArrays({
  input,
  inputShape: [15],
  target: labels.filter((_, i) => i % times === 0).map((l) => Math.max(l, 0)),
});
const compile = { threads: 1 };
const ignored = { ignoredLabel: -1 };

/** Loss and metrics over a data set, computed anew in float64 from the outputs of the model. */
function expected(logits: Float32Array) {
  let [sum, weight, wrong, plain, count] = [0, 0, 0, 0, 0];
  const classWeights = [1, 2, 0.5, 3];
  labels.forEach((label, i) => {
    if (label === -1) return;
    const z = logits.subarray(classes * i, classes * (i + 1));
    const top = Math.max(...z);
    const nll = top + Math.log(z.reduce((total, value) => total + Math.exp(value - top), 0)) - z[label]!;
    sum += classWeights[label]! * nll;
    weight += classWeights[label]!;
    wrong += Number(z.indexOf(top) !== label);
    plain += nll;
    count++;
  });
  return { loss: sum / weight, error: wrong / count, perplexity: Math.exp(plain / count), count };
}

const common = {
  ...{ model: sequential(dense(6), tanh(), dense(classes)), training: sequences },
  loss: softmaxCrossEntropy({ classWeights: [1, 2, 0.5, 3], ...ignored }),
  metrics: { error: zeroOne(ignored), perplexity: perplexity(ignored), f1: f1(ignored), top2: topK(2, ignored) },
};

describe('evaluation', () => {
  it('in batches of 1, 7 and all gives what float64 computes from the outputs, padding left out, within 1e-6', async () => {
    const task = taskOf(common);
    const run = await train({
      ...common,
      validation: sequences,
      optimizer: sgd({ learningRate: 0.1 }),
      epochs: 2,
      engine,
      compile,
    });
    const { values } = await run.model.predict(input);
    const truth = expected(values);
    const parameters = new Map([...run.model.parameters].map(([name, { values }]) => [name, values]));
    const results: Record<string, number>[] = [];
    for (const batchSize of [1, 7, size]) {
      results.push(await createEvaluator({ task, parameters, batchSize, engine, compile })(sequences));
    }
    for (const found of [...results, await run.model.evaluate(sequences)]) {
      for (const name of ['loss', 'error', 'perplexity'] as const) {
        expect(Math.abs(found[name]! - truth[name])).toBeLessThan(1e-6 * Math.max(1, truth[name]));
      }
      expect(found.f1).toBeCloseTo(results[0]!.f1!, 12);
      expect(found.top2).toBeCloseTo(results[0]!.top2!, 6);
    }
    expect(run.measures['validation/loss']).toBeCloseTo(truth.loss, 6);

    const { counts, classNames } = await run.model.confusionMatrix(sequences);
    const all = counts.flat().reduce((sum, n) => sum + n, 0);
    const right = counts.reduce((sum, row, c) => sum + row[c]!, 0);
    expect(all).toBe(truth.count);
    expect(1 - right / all).toBeCloseTo(truth.error, 6);
    expect(classNames).toEqual(['0', '1', '2', '3']);
    counts.forEach((row, c) => {
      expect(row.reduce((sum, n) => sum + n, 0)).toBe(labels.filter((label) => label === c).length);
    });
  });

  it('goes by the weights of a data set in the loss and not in the metrics, in batches of any size', async () => {
    const weights = Array.from({ length: size }, (_, i) => i % 4);
    const repeated = subset(
      single,
      weights.flatMap((weight, i) => new Array<number>(weight).fill(i)),
    );
    const options = {
      model: sequential(dense(classes)),
      loss: focal({ classWeights: [1, 2, 3, 4] }),
      metrics: { error: zeroOne() },
    };
    const task = taskOf({ ...options, training: single });
    const run = await train({
      ...options,
      training: single,
      optimizer: sgd({ learningRate: 0.1 }),
      epochs: 1,
      engine,
      compile,
    });
    const plain = await run.model.evaluate(single);
    const parameters = new Map([...run.model.parameters].map(([name, { values }]) => [name, values]));
    const truth = await run.model.evaluate(repeated);
    for (const batchSize of [1, 6, size]) {
      const found = await createEvaluator({ task, parameters, batchSize, engine, compile })(
        withWeights(single, weights),
      );
      expect(found.loss).toBeCloseTo(truth.loss!, 5);
      expect(found.error).toBeCloseTo(plain.error!, 6);
    }
  });
});

describe('training', () => {
  const quantities = fromArrays({
    input,
    inputShape: [15],
    target: input.filter((_, i) => i % 15 < 2),
    targetShape: [2],
  });
  const rows = Float32Array.from({ length: size * 2 }, (_, i) => {
    const logit = input[15 * Math.floor(i / 2)]!;
    return 1 / (1 + Math.exp(i % 2 === 0 ? logit : -logit));
  });
  const distributions = fromArrays({ input, inputShape: [15], target: rows, targetShape: [2] });

  it.each<[string, Loss, typeof single, number]>([
    ['smoothed cross-entropy', softmaxCrossEntropy({ labelSmoothing: 0.1 }), single, classes],
    ['focal', focal(), single, classes],
    ['hinge', hinge(), single, classes],
    ['two losses', weightedLosses([{ loss: softmaxCrossEntropy(), weight: 0.5 }, { loss: hinge() }]), single, classes],
    ['huber', huber(), quantities, 2],
    ['mean absolute', meanAbsolute(), quantities, 2],
    ['Kullback-Leibler', kullbackLeibler(), distributions, 2],
  ])('on the CPU engine lowers %s', async (_, loss, training, units) => {
    const byClass = training === single;
    const run = await train({
      ...{ model: sequential(dense(units)), training, validation: training, loss, batchSize: 5, epochs: 12 },
      metrics: byClass
        ? { precision: precision(), recall: recall(), accuracy: accuracy() }
        : { off: meanAbsoluteError(), explained: rSquared() },
      ...{ optimizer: sgd({ learningRate: 0.1 }), engine, compile },
    });
    const at = (tag: string, epoch: number) => run.history.at(epoch)!.measures[tag]!;
    expect(at('validation/loss', -1)).toBeLessThan(0.9 * at('train/loss', 0));
    if (training === distributions) return;
    const better = byClass ? 'accuracy' : 'explained';
    expect(at(`validation/${better}`, -1)).toBeGreaterThan(at(`train/${better}`, 0));
  });

  it('reports over an epoch what evaluation gives where the parameters stand still, within 1e-6', async () => {
    const run = await train({
      ...{
        ...common,
        training: withWeights(
          sequences,
          labels.filter((_, i) => i % times === 0).map((_, i) => 1 + (i % 3)),
        ),
      },
      ...{ optimizer: sgd({ learningRate: 1e-20 }), batchSize: 5, epochs: 1, engine, compile },
      validation: withWeights(
        sequences,
        labels.filter((_, i) => i % times === 0).map((_, i) => 1 + (i % 3)),
      ),
    });
    for (const name of ['loss', 'error', 'perplexity', 'f1', 'top2']) {
      expect(Math.abs(run.measures[`train/${name}`]! - run.measures[`validation/${name}`]!)).toBeLessThan(1e-6);
    }
  });

  it('with weights steps as with repeated examples, within 1e-6', async () => {
    const options = {
      ...{ model: sequential(dense(classes)), loss: softmaxCrossEntropy(), optimizer: sgd({ learningRate: 0.5 }) },
      ...{ batchSize: 'all' as const, epochs: 3, sampler: inOrder(), engine, compile },
    } satisfies Partial<TrainOptions>;
    const weights = Array.from({ length: size }, (_, i) => i % 3);
    const indices = weights.flatMap((weight, i) => new Array<number>(weight).fill(i));
    const weighted = await train({ ...options, training: withWeights(single, weights) });
    const repeated = await train({ ...options, training: subset(single, indices) });
    for (const [name, { values }] of weighted.model.parameters) {
      values.forEach((value, i) => {
        expect(Math.abs(value - repeated.model.parameters.get(name)!.values[i]!)).toBeLessThan(1e-6);
      });
    }
    expect(weighted.measures['train/loss']).toBeCloseTo(repeated.measures['train/loss']!, 6);
  });

  it('gives an auxiliary head its own loss: the gradient is that of the sum, within 1e-6', async () => {
    const head = { weight: 0.4, loss: hinge() };
    const model = sequential(dense(6), auxiliary(dense(classes), head), dense(classes));
    expect(readLayer(JSON.parse(JSON.stringify(model)))).toEqual(model);
    const gradientOf = async (loss: Loss, own: Loss | undefined, weight: number) => {
      const step = createTrainingStep({
        task: taskOf({
          model: sequential(
            dense(6),
            auxiliary(dense(classes), { weight, ...(own === undefined ? {} : { loss: own }) }),
            dense(classes),
          ),
          ...{ training: single, loss },
        }),
        ...{ optimizer: sgd({ learningRate: 0 }), batchSize: size, engine, compile, key: key(2) },
      });
      stage(
        step.staging,
        single,
        Array.from({ length: size }, (_, i) => i),
      );
      await step.run(size, { step: 0, epoch: 0, examples: 0, fraction: 0 });
      return step.updater.arena.view('gradient', 'dense1/weight').slice();
    };
    const [both, main, withHinge] = [
      await gradientOf(softmaxCrossEntropy(), hinge(), 0.4),
      await gradientOf(softmaxCrossEntropy(), undefined, 0),
      await gradientOf(hinge(), undefined, 0.4),
    ];
    const hingeMain = await gradientOf(hinge(), undefined, 0);
    both.forEach((value, i) => {
      expect(Math.abs(value - (main[i]! + withHinge[i]! - hingeMain[i]!))).toBeLessThan(1e-6);
    });
    expect(both.some((value, i) => Math.abs(value - main[i]!) > 1e-4)).toBe(true);
  });

  it('adds up measures over the pieces of a batch', async () => {
    const options = {
      task: taskOf(common),
      optimizer: sgd({ learningRate: 0.1 }),
      batchSize: size,
      engine,
      compile,
      key: key(4),
    };
    const outcomes = [];
    for (const accumulation of [1, 4]) {
      const step = createTrainingStep({ ...options, accumulation });
      stage(
        step.staging,
        sequences,
        Array.from({ length: size }, (_, i) => i),
      );
      const { loss, measures } = await step.run(size, { step: 0, epoch: 0, examples: 0, fraction: 0 });
      outcomes.push({ loss, ...measures });
    }
    const [whole, pieces] = outcomes as Record<string, number>[] as [Record<string, number>, Record<string, number>];
    for (const name of ['loss', 'error', 'perplexity', 'f1']) expect(pieces[name]).toBeCloseTo(whole[name]!, 5);
  });
});

it('a confusion matrix refuses labels that the model has no output for', async () => {
  const set = (label: number) => fromArrays({ input: [[0, 1]], target: Int32Array.of(label) });
  const run = await train({
    ...{ model: sequential(dense(3)), training: set(2), epochs: 1, loss: softmaxCrossEntropy() },
    ...{ optimizer: sgd({ learningRate: 0.1 }), engine, compile },
  });
  await expect(run.model.confusionMatrix(set(7))).rejects.toThrow(/label of example 0 \(counted from 0\) is 7/);
});
