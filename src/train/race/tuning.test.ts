import { describe, expect, it } from 'vitest';
import { type TuneOptions, tuneRate } from './tuning.ts';

const size = { points: 5, pointsPerDecade: 2, mostPoints: 11 };

/** A search over a known curve: `score` of the rate, `undefined` where it diverges. */
function search(score: (rate: number) => number | undefined, more: Partial<TuneOptions> = {}) {
  const asked: number[][] = [];
  const sides: unknown[] = [];
  const options: TuneOptions = {
    ...{ lane: 'sgd', start: 0.1, size, measure: { tag: 'validation/error', better: 'lower' }, allowed: () => true },
    run: async (rate) => {
      const value = score(rate);
      const ran = { step: 7, seconds: 1 };
      return value === undefined
        ? { status: 'diverged', reason: 'diverged at step 7', ...ran }
        : { status: 'done', value, loss: value, ...ran };
    },
    onRates: (rates, side) => {
      asked.push([...rates]);
      sides.push(side);
    },
    ...more,
  };
  return tuneRate(options).then((tuning) => ({ tuning, asked, sides }));
}

/** Best at `best`, worse by the distance in decades. */
const bowl = (best: number) => (rate: number) => Math.abs(Math.log10(rate / best));

describe('tuneRate', () => {
  it('tries the first grid alone where its best rate lies inside', async () => {
    const { tuning, asked } = await search(bowl(0.0316));
    expect(asked).toEqual([[0.01, 0.0316, 0.1, 0.316, 1]]);
    expect(tuning.learningRate).toBe(0.0316);
    expect(tuning.edge).toBeUndefined();
    expect(tuning.points.map(({ widened }) => widened)).toEqual(Array(5).fill(false));
  });

  it('goes on beyond an edge until the best rate lies inside, and marks the rates that it added', async () => {
    const { tuning, asked, sides } = await search(bowl(0.001));
    expect(asked.slice(1)).toEqual([[0.00316], [0.001], [0.000316]]);
    expect(sides).toEqual([undefined, 'low', 'low', 'low']);
    expect(tuning.learningRate).toBe(0.001);
    expect(tuning.edge).toBeUndefined();
    expect(tuning.points.map(({ learningRate, widened }) => [learningRate, widened]).slice(0, 4)).toEqual([
      [0.000316, true],
      [0.001, true],
      [0.00316, true],
      [0.01, false],
    ]);
  });

  it('stops at the limit and says at which edge the best rate still lies', async () => {
    const { tuning } = await search(bowl(1e9));
    expect(tuning.points).toHaveLength(11);
    expect(tuning.edge).toBe('high');
    expect(tuning.learningRate).toBe(1000);
  });

  it('keeps what diverged, with the reason and without a score, and never chooses it', async () => {
    const { tuning } = await search((rate) => (rate > 0.05 ? undefined : 1 / rate));
    expect(tuning.learningRate).toBe(0.0316);
    expect(tuning.points.at(-1)).toMatchObject({ learningRate: 1, status: 'diverged', reason: 'diverged at step 7' });
    expect(tuning.points.at(-1)).not.toHaveProperty('value');
  });

  it('finds a rate below a grid that diverged whole, and none where all diverge up to the limit', async () => {
    const { tuning } = await search((rate) => (rate > 0.002 ? undefined : bowl(0.001)(rate)));
    expect(tuning.learningRate).toBe(0.001);
    const lost = await search(() => undefined);
    expect(lost.tuning.points).toHaveLength(11);
    expect(lost.tuning).not.toHaveProperty('learningRate');
  });

  it('takes a measure that is no number for as bad as a divergence', async () => {
    const { tuning } = await search((rate) => (rate > 0.2 ? Number.NaN : 1 / rate));
    expect(tuning.learningRate).toBe(0.1);
  });

  it('gives what it has where the race is stopped', async () => {
    let runs = 0;
    const { tuning } = await search(() => 1, {
      run: async () => (++runs > 2 ? undefined : { status: 'done', value: 1, loss: 1, step: 7, seconds: 1 }),
    });
    expect(tuning.points).toHaveLength(2);
  });
});
