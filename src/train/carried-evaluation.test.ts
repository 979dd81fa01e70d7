import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { continuous, inOrder } from '../data/sampler.ts';
import { take } from '../data/subset.ts';
import { fromText } from '../data/text/from-text.ts';
import { dense } from '../nn/layer/dense.ts';
import { embedding } from '../nn/layer/embedding.ts';
import { gru } from '../nn/layer/gru.ts';
import { lstm } from '../nn/layer/lstm.ts';
import { sequential } from '../nn/layer/sequential.ts';
import { simpleRnn } from '../nn/layer/simple-rnn.ts';
import type { Layer } from '../nn/layer.ts';
import { softmaxCrossEntropy } from '../nn/loss/softmax-cross-entropy.ts';
import { perplexity } from '../nn/metric/perplexity.ts';
import { zeroOne } from '../nn/metric/zero-one.ts';
import { adam } from '../optim/adam.ts';
import type { Engine } from '../runtime/engine.ts';
import { cpuEngine } from '../runtime/ort.node.ts';
import { inPieces, inRows } from './evaluation-order.ts';
import { taskOf, train } from './train.ts';
import { createTrainedModel } from './trained-model.ts';

interface Fixture {
  readonly text: string;
  readonly parameters: Record<string, number[]>;
  readonly whole: Record<string, number>;
  readonly anew: Record<string, number>;
}

const fixture: Fixture = JSON.parse(
  readFileSync(new URL('../../test/fixtures/train/carried.json', import.meta.url), 'utf8'),
);
const values = new Map(Object.entries(fixture.parameters).map(([name, list]) => [name, Float32Array.from(list)]));
/** 15 examples of 8 characters. */
const pieces = fromText(fixture.text, { length: 8 });
const common = {
  ...{ loss: softmaxCrossEntropy(), metrics: { error: zeroOne(), perplexity: perplexity() } },
  ...{ sampler: continuous() },
};
const model = (carryState: boolean) =>
  sequential(embedding({ entries: 6, size: 3 }), lstm({ units: 5, carryState }), dense(6));

let engine: Engine;
beforeAll(async () => {
  engine = await cpuEngine();
});
afterAll(() => engine.release());

const trained = (of: Layer, parameters: ReadonlyMap<string, Float32Array>, sampler = continuous()) =>
  createTrainedModel({ task: taskOf({ ...common, model: of, training: pieces, sampler }), parameters, engine });

describe('evaluation of a text whose examples follow one another', () => {
  it('carries the state from each example to the next: PyTorch over the whole text at once, within 1e-6', async () => {
    const { whole, anew } = fixture;
    const carried = await trained(model(true), values).evaluate(pieces);
    expect(carried.loss).toBeCloseTo(whole.loss!, 6);
    expect(carried.perplexity).toBeCloseTo(whole.perplexity!, 5);
    expect(carried.error).toBeCloseTo(whole.error!, 6);
    // Examples that start anew are another figure, and that of what does not carry or is not continuous.
    expect(Math.abs(anew.loss! - whole.loss!)).toBeGreaterThan(0.02);
    expect((await trained(model(false), values).evaluate(pieces)).loss).toBeCloseTo(anew.loss!, 6);
    expect((await trained(model(true), values, inOrder()).evaluate(pieces)).loss).toBeCloseTo(anew.loss!, 6);
  });

  it('begins from nothing at each evaluation, whatever was evaluated before', async () => {
    const of = trained(model(true), values);
    const [first, , again] = [await of.evaluate(pieces), await of.evaluate(take(pieces, 4)), await of.evaluate(pieces)];
    expect(again).toEqual(first);
  });

  const layers: readonly (readonly [string, (carryState: boolean) => Layer])[] = [
    ['simple recurrent', (carryState) => simpleRnn({ units: 4, carryState })],
    ['GRU', (carryState) => gru({ units: 4, carryState })],
    ['two LSTM', (carryState) => sequential(lstm({ units: 4, carryState }), lstm({ units: 3, carryState }))],
  ];
  for (const [name, memory] of layers) {
    it(`is that of one long example, unrolled at once, for ${name} layers; and in 4 unequal rows, that of 4 of them`, async () => {
      const of = (carryState: boolean) => sequential(embedding({ entries: 6, size: 3 }), memory(carryState), dense(6));
      const run = await train({
        ...{
          ...common,
          model: of(true),
          training: pieces,
          validation: pieces,
          optimizer: adam({ learningRate: 0.05 }),
        },
        ...{ batchSize: 3, epochs: 8, engine, compile: { threads: 1 } },
      });
      const parameters = new Map(Array.from(run.model.parameters, ([name, tensor]) => [name, tensor.values]));
      /** `count` examples from `begin`, as one. */
      const atOnce = async (begin: number, count: number) => {
        const text = fixture.text.slice(8 * begin, 8 * (begin + count) + 1);
        const { vocabulary } = pieces;
        const long = fromText(text, { length: 8 * count, vocabulary });
        const task = taskOf({ ...common, model: of(false), training: long, sampler: inOrder() });
        return createTrainedModel({ task, parameters, engine }).evaluate(long);
      };
      const whole = await atOnce(0, 15);
      const found = await run.model.evaluate(pieces);
      for (const measure of ['loss', 'error', 'perplexity']) {
        expect(found[measure], measure).toBeCloseTo(whole[measure]!, 5);
        expect(run.measures[`validation/${measure}`], measure).toBeCloseTo(whole[measure]!, 5);
      }
      // 15 examples in 4 rows: 4, 4, 4, 3.
      const rows = [await atOnce(0, 4), await atOnce(4, 4), await atOnce(8, 4), await atOnce(12, 3)];
      const mean = rows.reduce((sum, { loss }, i) => sum + loss! * (i < 3 ? 4 : 3), 0) / 15;
      const inFour = await run.model.evaluate(pieces, { rows: 4 });
      expect(inFour.loss).toBeCloseTo(mean, 5);
      expect(inFour.perplexity).toBeCloseTo(Math.exp(mean), 4);
    });
  }

  it('refuses a set whose examples have another length', async () => {
    const other = fromText(fixture.text, { length: 9 });
    await expect(trained(model(true), values).evaluate(other)).rejects.toThrow(
      'inputs were int32[8] in training, and are int32[9] in text (evaluate)',
    );
  });

  it('leaves the state of training as it is: the same steps with a validation set and without', async () => {
    const losses = async (validation: boolean) => {
      const found: number[] = [];
      await train({
        ...{ ...common, model: model(true), training: pieces, optimizer: adam({ learningRate: 0.02 }) },
        ...(validation ? { validation: pieces } : {}),
        ...{ batchSize: 5, steps: 9, epochs: 3, engine, compile: { threads: 1 } },
        on: (event) => void (event.type === 'step' && found.push(event.loss)),
      });
      return found;
    };
    expect(await losses(true)).toEqual(await losses(false));
  });

  it('counts the same mistakes in the confusion matrix, whatever the rows', async () => {
    const of = trained(model(true), values);
    for (const rows of [1, 4, 15, 40]) {
      const { counts } = await of.confusionMatrix(pieces, { rows });
      const all = counts.flat().reduce((sum, n) => sum + n);
      const right = counts.reduce((sum, row, label) => sum + row[label]!, 0);
      expect(all).toBe(120);
      expect(1 - right / all).toBeCloseTo((await of.evaluate(pieces, { rows })).error!, 6);
    }
    await expect(of.evaluate(pieces, { rows: 0 })).rejects.toThrow('rows is 0');
    await expect(of.evaluate(pieces, { row: 2 } as never)).rejects.toThrow('Did you mean "rows"?');
  });
});

describe('orders of evaluation', () => {
  it('have every example once: rows read on, longer ones first, and the last batch has the first rows', () => {
    expect(Array.from(inRows(15, 4), (batch) => [...batch])).toEqual([
      [0, 4, 8, 12],
      [1, 5, 9, 13],
      [2, 6, 10, 14],
      [3, 7, 11],
    ]);
    expect(Array.from(inRows(3, 1), (batch) => [...batch])).toEqual([[0], [1], [2]]);
    expect(Array.from(inRows(3, 9), (batch) => [...batch])).toEqual([[0, 1, 2]]);
    expect(Array.from(inPieces(5, 2), (batch) => [...batch])).toEqual([[0, 1], [2, 3], [4]]);
    for (let size = 1; size < 30; size++) {
      for (const rows of [1, 2, 3, 7, 40]) {
        const seen = Array.from(inRows(size, rows), (batch) => [...batch]).flat();
        expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, i) => i));
      }
    }
  });
});
