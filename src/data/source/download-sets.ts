/** The loader of published sets where there are no files: in the browser, whose own cache keeps what it fetched. */

import { checkNumber, checkOptionNames } from '../../base/options.ts';
import { type DownloadOptions, downloadFiles } from './download.ts';
import {
  assemble,
  type FileRole,
  fileRoles,
  type ImageSets,
  type PublishedSet,
  type SetFiles,
  sourceLog,
} from './image-sets.ts';

export const downloadOptionNames = ['mirrors', 'fetch', 'stallSeconds', 'signal', 'onEvent'] as const;

/** Downloads, verifies and assembles `set`; `place` is the public function that was called. */
export async function downloadSets(set: PublishedSet, options: DownloadOptions, place: string): Promise<ImageSets> {
  checkOptionNames(place, options, downloadOptionNames);
  if (options.stallSeconds !== undefined) {
    checkNumber(place, 'stallSeconds', options.stallSeconds, { min: 0, exclusiveMin: true });
  }
  const log = sourceLog(options.onEvent);
  const files = await downloadFiles(set, options, log);
  return assemble(set, contents(files), `downloaded from ${files.trainingImages.url}`, log);
}

/** The decompressed side of a download. */
export function contents(files: Readonly<Record<FileRole, { readonly content: Uint8Array }>>): SetFiles {
  return Object.fromEntries(fileRoles.map((role) => [role, files[role].content])) as SetFiles;
}
