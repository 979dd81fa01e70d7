/** Fashion-MNIST where there are no files (a browser). Node's, with folders and a cache, is fashion-mnist.node.ts. */

import type { DownloadOptions } from './source/download.ts';
import { downloadSets } from './source/download-sets.ts';
import type { ImageSets } from './source/image-sets.ts';
import { fashionMnistSet } from './source/published-sets.ts';

/**
 * Fashion-MNIST, downloaded and verified: 60 000 training and 10 000 test images [1, 28, 28] of bytes, 10 classes.
 *
 * @throws OptionError for unknown options; DataError where no mirror gave the files as published.
 */
export function fashionMnist(options: DownloadOptions = {}): Promise<ImageSets> {
  return downloadSets(fashionMnistSet, options, 'fashionMnist');
}
