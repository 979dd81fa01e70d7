/** Where the archive of CIFAR-10 is looked for in Node: its file, or what was unpacked from it. */

import { join } from 'node:path';
import { DataError } from '../../base/errors.ts';
import { decompressed, readBytes } from '../format/read-bytes.node.ts';
import {
  assembleCifar10,
  cifar10Folder,
  cifar10TestFile,
  cifar10TrainingFiles,
  type PublishedArchive,
  unpack,
  wantedArchive,
} from './cifar10-archive.ts';
import { downloadEach } from './download.ts';
import { type SearchOptions, searchPlaces } from './find-sets.node.ts';
import { checkContent, type ImageSets, type SourceLog } from './image-sets.ts';
import { storeFiles } from './set-folder.node.ts';

async function fromArchive(set: PublishedArchive, path: string, bytes: Uint8Array, source: string, log: SourceLog) {
  return assembleCifar10(set, await unpack(bytes, path, decompressed), source, log);
}

async function fromVerifiedFolder(set: PublishedArchive, folder: string, source: string, log: SourceLog) {
  const path = join(folder, set.archive.name);
  const bytes = await readBytes(path);
  await checkContent(bytes, set.archive, path, '');
  return fromArchive(set, path, bytes, source, log);
}

/** The bytes of a file; nothing where there is no such file. */
async function bytesAt(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readBytes(path);
  } catch (error) {
    if (error instanceof DataError && error.code === 'data/missing') return undefined;
    throw error;
  }
}

/** The archive in the folder, or its six files there or in the folder that it unpacks to. */
async function fromGivenFolder(set: PublishedArchive, folder: string, log: SourceLog): Promise<ImageSets> {
  const path = join(folder, set.archive.name);
  const archive = await bytesAt(path);
  if (archive !== undefined) {
    const published = await checkContent(archive, set.archive, path, '').then(
      () => '',
      () => ' (the content is not that of the published files)',
    );
    return fromArchive(set, path, archive, `the folder ${folder}${published}`, log);
  }
  for (const place of [join(folder, cifar10Folder), folder]) {
    const test = await bytesAt(join(place, cifar10TestFile));
    if (test === undefined) continue;
    const files = new Map([[cifar10TestFile, test]]);
    for (const name of cifar10TrainingFiles) files.set(name, await readBytes(join(place, name)));
    const fileNamed = (name: string) => ({ file: join(place, name), bytes: files.get(name)! });
    return assembleCifar10(set, fileNamed, `the folder ${place} (unpacked, so not verified)`, log);
  }
  throw new DataError('data/missing', `there is neither ${set.archive.name} nor ${cifar10TestFile}`, {
    place: folder,
    mend: 'Check the path.',
  });
}

async function fromDownload(set: PublishedArchive, options: SearchOptions, log: SourceLog): Promise<ImageSets> {
  const [{ url, sent }] = await downloadEach(set.title, [wantedArchive(set)], set.mirrors, options, log);
  if (options.cacheFolder !== undefined) {
    const folder = join(options.cacheFolder, set.name);
    const store = storeFiles([{ name: set.archive.name, bytes: sent }], folder);
    await store.catch((error: unknown) => log.skip(`keeping it in ${folder}`, error));
  }
  return fromArchive(set, url, sent, `downloaded from ${url}`, log);
}

/**
 * Looks for the archive in the folder given, or else in the system's folders, the cache and the network, in that order.
 * The cache keeps the archive as it was sent, because that is what the published checksum is of: it is verified and
 * unpacked anew each time.
 *
 * @throws DataError `data/not-found` with every reason where no place has it; the folder's own error where one is given.
 */
export async function findCifar10(set: PublishedArchive, options: SearchOptions, log: SourceLog): Promise<ImageSets> {
  const { folder, cacheFolder, systemFolders = [] } = options;
  if (folder !== undefined) return fromGivenFolder(set, folder, log);
  const verified = (where: string, source: string) =>
    [where, () => fromVerifiedFolder(set, where, source, log)] as const;
  const attempts = systemFolders.map((where) => verified(where, `the folder ${where}`));
  if (cacheFolder !== undefined) {
    const where = join(cacheFolder, set.name);
    attempts.push(verified(where, `the cache ${where}`));
  }
  const mend = `Give { folder } with ${set.archive.name}, or connect to the network.`;
  return searchPlaces({ title: set.title, mend, attempts }, () => fromDownload(set, options, log), options, log);
}
