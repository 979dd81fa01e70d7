import { describe, expect, it } from 'vitest';
import { readLaneTexts } from './read-lanes.ts';

describe('readLaneTexts', () => {
  it('reads names, and settings as numbers, flags and words', () => {
    expect(readLaneTexts('sgd, momentum:momentum=.99:learningRateInMomentum=false,adam:beta2=9.5e-1')).toEqual([
      { optimizer: 'sgd' },
      { optimizer: 'momentum', momentum: 0.99, learningRateInMomentum: false },
      { optimizer: 'adam', beta2: 0.95 },
    ]);
    expect(readLaneTexts('adam:epsilonAddedTo=uncorrectedRoot')).toEqual([
      { optimizer: 'adam', epsilonAddedTo: 'uncorrectedRoot' },
    ]);
  });

  it('leaves the commas and colons of a schedule alone', () => {
    const schedule = '{"schedule":"linearDecay","from":0.1,"to":0.01,"over":{"epochs":[3]}}';
    expect(readLaneTexts(`sgd:learningRate=${schedule},adam`)).toEqual([
      { optimizer: 'sgd', learningRate: JSON.parse(schedule) },
      { optimizer: 'adam' },
    ]);
  });

  it('refuses what has no name, and a setting without a value', () => {
    expect(() => readLaneTexts('sgd,,adam')).toThrow(/a name is missing in "sgd,,adam"/);
    expect(() => readLaneTexts('momentum:0.99')).toThrow(/"0\.99" is no setting of "momentum"/);
  });
});
