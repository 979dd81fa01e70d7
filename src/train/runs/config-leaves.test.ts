import { describe, expect, it } from 'vitest';
import { configLeaves, leafAt, valueWords } from './config-leaves.ts';

const config = {
  name: 'clouds',
  model: { layer: 'sequential', layers: [{ layer: 'dense', units: 8 }, { layer: 'relu' }] },
  optimizer: { optimizer: 'adam', learningRate: { schedule: 'linearDecay', from: 0.1, over: { fraction: 1 } } },
  metrics: { error: { metric: 'zeroOne' } },
  epochs: 3,
};

describe('configLeaves', () => {
  it('puts every leaf at its path, and an object of a kind at its own path', () => {
    expect([...configLeaves(config)]).toEqual([
      ['name', 'clouds'],
      ['model', 'sequential'],
      ['model.layers.0', 'dense'],
      ['model.layers.0.units', 8],
      ['model.layers.1', 'relu'],
      ['optimizer', 'adam'],
      ['optimizer.learningRate', 'linearDecay'],
      ['optimizer.learningRate.from', 0.1],
      ['optimizer.learningRate.over.fraction', 1],
      ['metrics.error', 'zeroOne'],
      ['epochs', 3],
    ]);
  });
});

describe('leafAt', () => {
  it('finds what configLeaves lists, and the key of a kind as well', () => {
    for (const [path, leaf] of configLeaves(config)) expect(leafAt(config, path)).toBe(leaf);
    expect(leafAt(config, 'optimizer.optimizer')).toBe('adam');
  });

  it('finds nothing where nothing is, in what is inherited, or below a leaf', () => {
    for (const path of ['optimiser', 'name.length', 'constructor', 'model.layers.length', 'model.layers.2'])
      expect(leafAt(config, path), path).toBeUndefined();
  });
});

describe('valueWords', () => {
  it('says a kind with its settings, a list by its length, and nothing as a dash', () => {
    expect(valueWords(config.optimizer.learningRate)).toBe('linearDecay from=0.1 over.fraction=1');
    expect(valueWords(config.model.layers)).toBe('2 entries');
    expect(valueWords([3, 3])).toBe('[3,3]');
    expect(valueWords(undefined)).toBe('–');
    expect(valueWords(0.001)).toBe('0.001');
    expect(valueWords({})).toBe('{}');
  });
});
