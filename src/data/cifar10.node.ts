/** CIFAR-10 in Node: from a folder, the cache or the network. */

import { cifar10Archive } from './source/cifar10-archive.ts';
import { findCifar10 } from './source/find-cifar10.node.ts';
import { checkSearchOptions, type SearchOptions } from './source/find-sets.node.ts';
import { type ImageSets, sourceLog } from './source/image-sets.ts';

/**
 * CIFAR-10: 50 000 training and 10 000 test images [3, 32, 32] of bytes, 10 classes of animals and vehicles. Looked for in
 * the cache, then on the network (162 MB), verified by SHA-256; `source` says which. A `folder` may hold
 * cifar-10-binary.tar.gz or the six files that it unpacks to.
 *
 * Krizhevsky, "Learning multiple layers of features from tiny images", 2009.
 *
 * @throws OptionError for unknown options; DataError with the reason of every place that was tried.
 * @example
 * const { training, test } = await cifar10({ cacheFolder: '.cache' });
 * const measured = statistics(training);       // mean and deviation of red, green and blue
 * const inputs = { training: standardized(training, measured), test: standardized(test, measured) };
 */
export function cifar10(options: SearchOptions = {}): Promise<ImageSets> {
  checkSearchOptions('cifar10', options);
  return findCifar10(cifar10Archive, options, sourceLog(options.onEvent));
}
