import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { key } from '../base/random.ts';
import { type Batches, createBatches, type Position } from './batches.ts';
import { checkSampler, continuous, inOrder, type Sampler, shuffled, shuffledOnce, withReplacement } from './sampler.ts';

const samplers: readonly Sampler[] = [
  shuffled(),
  shuffled({ everyEpochs: 3 }),
  shuffledOnce(),
  withReplacement(),
  inOrder(),
  continuous(),
];
const takesAll = ({ kind }: Sampler) => kind !== 'withReplacement' && kind !== 'continuous';

function epochOf(batches: Batches, epoch: number): number[] {
  return Array.from({ length: batches.stepsPerEpoch }, (_, batch) =>
    Array.from(batches.indices({ epoch, batch })),
  ).flat();
}

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);
const sorted = (values: readonly number[]) => [...values].sort((a, b) => a - b);

describe('samplers', () => {
  it('visit each example exactly once an epoch, for any size and batch size, unless drawn with replacement', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.nat(1000),
        fc.nat(1000),
        fc.nat(9),
        fc.constantFrom(...samplers.filter(takesAll)),
        (size, batch, seed, epoch, sampler) => {
          const batches = createBatches({ size, batchSize: 1 + (batch % size), sampler, key: key(seed) });
          expect(sorted(epochOf(batches, epoch))).toEqual(upTo(size));
        },
      ),
      { seed: 1 },
    );
  });

  it('shuffle afresh every epoch, or every k epochs, or once', () => {
    const make = (sampler: Sampler) => createBatches({ size: 40, batchSize: 7, sampler, key: key(3) });
    const fresh = make(shuffled());
    expect(epochOf(fresh, 1)).not.toEqual(epochOf(fresh, 0));
    const third = make(shuffled({ everyEpochs: 3 }));
    const epochs = upTo(7).map((epoch) => epochOf(third, epoch).join());
    expect(new Set(epochs.slice(0, 3)).size).toBe(1);
    expect(new Set(epochs.slice(3, 6)).size).toBe(1);
    expect(new Set(epochs).size).toBe(3);
    const once = make(shuffledOnce());
    expect(epochOf(once, 12)).toEqual(epochOf(once, 0));
    expect(epochOf(once, 0)).not.toEqual(upTo(40));
    expect(epochOf(make(inOrder()), 5)).toEqual(upTo(40));
  });

  it('give every order of three about equally often over 3000 epochs, within 6 standard deviations', () => {
    const batches = createBatches({ size: 3, batchSize: 3, key: key(11) });
    const counts = new Map<string, number>();
    for (let epoch = 0; epoch < 3000; epoch++) {
      const order = epochOf(batches, epoch).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values())
      expect(Math.abs(count - 500)).toBeLessThan(6 * Math.sqrt(3000 * (1 / 6) * (5 / 6)));
  });

  it('with replacement draw uniformly and independently: chi-square over 20 examples below 60, 1/e missed per epoch within 1 %', () => {
    const size = 20;
    const batches = createBatches({ size, batchSize: 8, sampler: withReplacement(), key: key(5) });
    const counts = new Float64Array(size);
    for (let epoch = 0; epoch < 1000; epoch++) for (const index of epochOf(batches, epoch)) counts[index]!++;
    const chiSquare = counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    expect(chiSquare).toBeLessThan(60); // 19 degrees of freedom: exceeded once in about 250 000 seeds.
    expect(chiSquare).toBeGreaterThan(3); // More even than independent draws ever are.
    const large = createBatches({ size: 50_000, batchSize: 'all', sampler: withReplacement(), key: key(6) });
    const missed = 1 - new Set(epochOf(large, 0)).size / 50_000;
    expect(Math.abs(missed - Math.exp(-1))).toBeLessThan(0.01);
  });

  it('with replacement share no draws between batches or epochs: 800 of a million examples hold at most 3 doubles', () => {
    const batches = createBatches({ size: 1e6, batchSize: 4, sampler: withReplacement(), key: key(8) });
    const drawn = new Set<number>();
    for (const epoch of [0, 1]) {
      for (let batch = 0; batch < 100; batch++) for (const index of batches.indices({ epoch, batch })) drawn.add(index);
    }
    expect(drawn.size).toBeGreaterThanOrEqual(797); // 0.3 doubles are expected.
  });

  it('depend on the key alone', () => {
    for (const sampler of samplers.filter(({ kind }) => kind !== 'inOrder' && kind !== 'continuous')) {
      const make = (seed: number) => createBatches({ size: 100, batchSize: 100, sampler, key: key(seed) });
      expect(epochOf(make(1), 2)).toEqual(epochOf(make(1), 2));
      expect(epochOf(make(1), 2)).not.toEqual(epochOf(make(2), 2));
    }
  });

  it('continuous: in every row of every batch the successor of the row in the batch before, each example at most once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.nat(1000), fc.boolean(), (size, draw, dropLast) => {
        const batchSize = 1 + (draw % size);
        const batches = createBatches({ size, batchSize, dropLast, sampler: continuous(), key: key(0) });
        expect(batches.stepsPerEpoch).toBe(Math.floor(size / batchSize));
        const first = Array.from(batches.indices({ epoch: 3, batch: 0 }));
        for (let batch = 0; batch < batches.stepsPerEpoch; batch++) {
          expect(batches.batchLength(batch)).toBe(batchSize);
          expect(Array.from(batches.indices({ epoch: 0, batch }))).toEqual(first.map((index) => index + batch));
        }
        const visited = new Set(epochOf(batches, 1));
        expect(visited.size).toBe(batchSize * batches.stepsPerEpoch);
        expect(Math.max(...visited)).toBe(visited.size - 1); // None but the last are left out.
      }),
      { seed: 1 },
    );
  });

  it('are frozen data that prints to JSON and reads back equal', () => {
    for (const sampler of samplers) {
      expect(Object.isFrozen(sampler)).toBe(true);
      expect(checkSampler('test', JSON.parse(JSON.stringify(sampler)))).toEqual(sampler);
    }
    expect(() => checkSampler('run.json', { kind: 'suffled' })).toThrow('Did you mean "shuffled"?');
    expect(() => checkSampler('run.json', { kind: 'inOrder', everyEpochs: 2 })).toThrow('unknown option "everyEpochs"');
    expect(() => checkSampler('run.json', 'shuffled')).toThrow('sampler is "shuffled"');
    expect(() => shuffled({ everyEpochs: 0 })).toThrow('everyEpochs is 0');
  });
});

describe('createBatches', () => {
  it('gives at any position, asked for directly, what an uninterrupted walk gives there', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 30 }),
        fc.nat(1000),
        fc.boolean(),
        fc.nat(200),
        fc.constantFrom(...samplers),
        (size, batch, dropLast, start, sampler) => {
          const options = { size, batchSize: 1 + (batch % size), dropLast, sampler, key: key(9) };
          const walk = createBatches(options);
          const seen: number[][] = [];
          for (let at: Position = { epoch: 0, batch: 0 }, step = 0; step < start + 10; step++, at = walk.next(at)) {
            seen.push(Array.from(walk.indices(at)));
          }
          const resumed = createBatches(options);
          let at: Position = JSON.parse(JSON.stringify(resumed.positionOf(start)));
          expect(resumed.stepOf(at)).toBe(start);
          for (let step = start; step < start + 10; step++, at = resumed.next(at)) {
            expect(Array.from(resumed.indices(at))).toEqual(seen[step]);
          }
        },
      ),
      { seed: 1 },
    );
  });

  it('covers whole set, single examples and minibatches, with a smaller last batch kept or dropped', () => {
    const make = (batchSize: number | 'all', dropLast = false) =>
      createBatches({ size: 10, batchSize, dropLast, key: key(1) });
    expect([make('all').stepsPerEpoch, make('all').batchSize]).toEqual([1, 10]);
    expect(make(1).stepsPerEpoch).toBe(10);
    expect(make(4).stepsPerEpoch).toBe(3);
    expect(upTo(3).map((batch) => make(4).indices({ epoch: 0, batch }).length)).toEqual([4, 4, 2]);
    expect(upTo(3).map((batch) => make(4).batchLength(batch))).toEqual([4, 4, 2]);
    const dropped = make(4, true);
    expect(dropped.stepsPerEpoch).toBe(2);
    expect(new Set(epochOf(dropped, 0)).size).toBe(8);
    expect(dropped.next({ epoch: 0, batch: 1 })).toEqual({ epoch: 1, batch: 0 });
    expect(make(5, true).stepsPerEpoch).toBe(2);
  });

  it('hands out the same arrays for every batch of a length', () => {
    const batches = createBatches({ size: 10, batchSize: 4, key: key(1) });
    const first = batches.indices({ epoch: 0, batch: 0 });
    expect(batches.indices({ epoch: 4, batch: 1 })).toBe(first);
    expect(batches.indices({ epoch: 1, batch: 2 })).toBe(batches.indices({ epoch: 2, batch: 2 }));
  });

  it('refuses a batch larger than the set, unknown options and positions outside an epoch', () => {
    const options = { size: 10, key: key(1) };
    expect(() => createBatches({ ...options, batchSize: 11 })).toThrow(
      "batchSize is 11, but the data set has 10 examples (createBatches). Give at most 10, or 'all'.",
    );
    for (const batchSize of [0, -1, 2.5, Number.NaN]) {
      expect(() => createBatches({ ...options, batchSize })).toThrow(`batchSize is ${batchSize}`);
    }
    expect(() => createBatches({ ...options, batchSize: 2, dropLats: true } as never)).toThrow(
      'Did you mean "dropLast"?',
    );
    expect(() => createBatches({ ...options, size: 0, batchSize: 1 })).toThrow('size is 0');
    const batches = createBatches({ ...options, batchSize: 4 });
    expect(() => batches.indices({ epoch: 0, batch: 3 })).toThrow('batch is 3');
    expect(() => batches.indices({ epoch: -1, batch: 0 })).toThrow('epoch is -1');
  });
});
