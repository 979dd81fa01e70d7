import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lstm } from '../workloads/lstm.mjs';
import { tiny } from '../workloads/tiny.mjs';
import { transformer } from '../workloads/transformer.mjs';
import { readMaterials, writeMaterials } from './materials.mjs';

function materialsOf(workload: Parameters<typeof writeMaterials>[0]) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-materials-'));
  try {
    return readMaterials(writeMaterials(workload, folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('what is written is read back, equal each time', () => {
  const { numbers } = materialsOf(tiny);
  expect(numbers.inputs).toHaveLength(16);
  expect(numbers.targets).toHaveLength(8);
  expect(numbers.parameters).toHaveLength(2 * 16 + 16 + 16 + 1);
  expect(numbers).toEqual(materialsOf(tiny).numbers);
});

test('he weights have variance 2 / fan-in within 5 %, truncated ones stay within two deviations', () => {
  const wide = { ...tiny, inputShape: [200], layers: [{ type: 'dense' as const, units: 200 }] };
  const weights = (initial: typeof tiny.initial) =>
    materialsOf({ ...wide, initial }).numbers.parameters.subarray(0, 40_000) as Float32Array;
  const he = weights({ weight: { distribution: 'he' }, bias: 0 });
  expect((he.reduce((sum, w) => sum + w * w, 0) / he.length) * 100).toBeGreaterThan(0.95);
  expect((he.reduce((sum, w) => sum + w * w, 0) / he.length) * 100).toBeLessThan(1.05);
  const truncated = weights({ weight: { distribution: 'truncatedNormal', deviation: 0.05 }, bias: 0 });
  expect(Math.max(...truncated.map(Math.abs))).toBeLessThanOrEqual(Math.fround(0.1));
  // 0.774 is the variance of a standard normal truncated at two.
  expect(truncated.reduce((sum, w) => sum + w * w, 0) / truncated.length / 0.05 ** 2).toBeCloseTo(0.774, 1);
});

test('an update has no period that its tensors share', () => {
  const { numbers } = materialsOf({
    name: 'update',
    title: '',
    kind: 'update',
    parameters: [[131_072], [131_072]],
    optimizer: { type: 'adam', learningRate: 1, beta1: 0, beta2: 0, epsilon: 1 },
  });
  expect(numbers.gradients).toHaveLength(262_144);
  expect(numbers.gradients.every((g) => g !== 0)).toBe(true);
  expect(numbers.gradients.slice(0, 64)).not.toEqual(numbers.gradients.slice(131_072, 131_136));
});

test('symbols and labels are whole numbers below the number of symbols, a label for every step', () => {
  const { numbers } = materialsOf(lstm);
  for (const values of [numbers.symbols, numbers.labels]) {
    expect(values).toBeInstanceOf(Int32Array);
    expect(values).toHaveLength(32 * 64);
    expect([Math.min(...values), Math.max(...values)]).toEqual([0, 64]);
  }
  const scale = materialsOf(transformer).parameters.find(({ name }) => name === '2.body.0.scale')!;
  expect(new Set(materialsOf(transformer).numbers.parameters.subarray(scale.offset, scale.offset + 256))).toEqual(
    new Set([1]),
  );
});
