/** CIFAR-10 where there are no files (a browser). Node's, with folders and a cache, is cifar10.node.ts. */

import { checkNumber, checkOptionNames } from '../base/options.ts';
import { assembleCifar10, cifar10Archive, unpack, wantedArchive } from './source/cifar10-archive.ts';
import { type DownloadOptions, downloadEach } from './source/download.ts';
import { downloadOptionNames } from './source/download-sets.ts';
import { type ImageSets, sourceLog } from './source/image-sets.ts';

/**
 * CIFAR-10, downloaded and verified: 50 000 training and 10 000 test images [3, 32, 32] of bytes, 10 classes. A page can
 * only fetch it from a server that allows that; the publisher's does not, so give `mirrors` with a copy of
 * cifar-10-binary.tar.gz.
 *
 * @throws OptionError for unknown options; DataError where no mirror gave the archive as published.
 */
export async function cifar10(options: DownloadOptions = {}): Promise<ImageSets> {
  checkOptionNames('cifar10', options, downloadOptionNames);
  if (options.stallSeconds !== undefined) {
    checkNumber('cifar10', 'stallSeconds', options.stallSeconds, { min: 0, exclusiveMin: true });
  }
  const log = sourceLog(options.onEvent);
  const { title, mirrors } = cifar10Archive;
  const [{ url, sent }] = await downloadEach(title, [wantedArchive(cifar10Archive)], mirrors, options, log);
  return assembleCifar10(cifar10Archive, await unpack(sent, url), `downloaded from ${url}`, log);
}
