/** MNIST where there are no files (a browser). Node's, with folders and a cache, is mnist.node.ts. */

import type { DownloadOptions } from './source/download.ts';
import { downloadSets } from './source/download-sets.ts';
import type { ImageSets } from './source/image-sets.ts';
import { mnistSet } from './source/published-sets.ts';

/**
 * MNIST, downloaded and verified: 60 000 training and 10 000 test images [1, 28, 28] of bytes, the digits 0 to 9.
 *
 * @throws OptionError for unknown options; DataError where no mirror gave the files as published.
 */
export function mnist(options: DownloadOptions = {}): Promise<ImageSets> {
  return downloadSets(mnistSet, options, 'mnist');
}
