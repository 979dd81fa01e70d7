/** CIFAR-10 as it was published: one archive, its checksum, and the data sets that its files make. */

import { DataError } from '../../base/errors.ts';
import type { Dataset } from '../dataset.ts';
import { cifarShape, type NamedBytes, readCifar } from '../format/cifar.ts';
import { gunzip, isGzip } from '../format/gzip.ts';
import { readTar } from '../format/tar.ts';
import { fromArrays } from '../from-arrays.ts';
import type { Wanted } from './download.ts';
import { checkContent, type ImageSets, type PublishedFile, type SourceLog } from './image-sets.ts';

/** A set that is one archive. */
export interface PublishedArchive {
  /** Also the name of its folder in the cache. */
  readonly name: string;
  readonly title: string;
  readonly classNames: readonly string[];
  /** As it is sent, compressed: size and checksum are of these bytes. */
  readonly archive: PublishedFile;
  /** Addresses that hold the archive, tried in turn; each ends in a slash. */
  readonly mirrors: readonly string[];
}

/**
 * Krizhevsky, "Learning multiple layers of features from tiny images", 2009; the binary version. The publisher prints the
 * archive's md5, c32a1d4ab5d03f1284b67883e8d87530; size and SHA-256 are those that other projects pin for it.
 */
export const cifar10Archive: PublishedArchive = {
  name: 'cifar10',
  title: 'CIFAR-10',
  classNames: ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'],
  archive: {
    name: 'cifar-10-binary.tar.gz',
    bytes: 170_052_171,
    sha256: 'c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd',
  },
  mirrors: ['https://www.cs.toronto.edu/~kriz/', 'https://cave.cs.toronto.edu/kriz/'],
};

/** The folder inside the archive, and its files. */
export const cifar10Folder = 'cifar-10-batches-bin';
export const cifar10TrainingFiles: readonly string[] = [1, 2, 3, 4, 5].map((batch) => `data_batch_${batch}.bin`);
export const cifar10TestFile = 'test_batch.bin';

/** The archive as a download, verified as sent. */
export function wantedArchive({
  archive,
}: PublishedArchive): Wanted<{ readonly url: string; readonly sent: Uint8Array }> {
  return {
    ...{ name: archive.name, path: archive.name, bytes: archive.bytes },
    async accept(sent, url) {
      await checkContent(sent, archive, url, '');
      return { url, sent };
    },
  };
}

/** The files of the archive by name, out of its folder. Throws a DataError where it is damaged. */
export async function unpack(
  bytes: Uint8Array,
  file: string,
  decompress: (bytes: Uint8Array, file: string) => Promise<Uint8Array> = gunzip,
): Promise<(name: string) => NamedBytes> {
  const files = readTar(isGzip(bytes) ? await decompress(bytes, file) : bytes, file);
  return (name) => {
    const path = `${cifar10Folder}/${name}`;
    const found = files.get(path) ?? files.get(`./${path}`);
    if (found !== undefined) return { file: `${path} in ${file}`, bytes: found };
    throw new DataError('data/missing', `there is no ${path} in the archive`, {
      place: file,
      mend: 'Fetch cifar-10-binary.tar.gz, the binary version.',
    });
  };
}

/** Builds the data sets from the six files and reports the source. */
export function assembleCifar10(
  { name, classNames }: PublishedArchive,
  fileNamed: (name: string) => NamedBytes,
  source: string,
  log: SourceLog,
): ImageSets {
  const part = (names: readonly string[]): Dataset => {
    const { images, labels } = readCifar(names.map(fileNamed));
    return fromArrays({ input: images, inputShape: cifarShape, target: labels, classNames, name, source });
  };
  const sets = { training: part(cifar10TrainingFiles), test: part([cifar10TestFile]), source, notes: log.notes };
  log.onEvent({ kind: 'used', source });
  return Object.freeze(sets);
}
