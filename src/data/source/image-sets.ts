/** What the loaders of published image sets share: how a set is described, what they give back and what they report. */

import { DataError, DolinaError } from '../../base/errors.ts';
import type { Dataset } from '../dataset.ts';
import { parseIdx } from '../format/idx.ts';
import { fromIdx } from '../from-idx.ts';

export type FileRole = 'testLabels' | 'trainingLabels' | 'testImages' | 'trainingImages';

/** Smallest first: a mirror that cannot be reached is found out with the least waiting. */
export const fileRoles: readonly FileRole[] = ['testLabels', 'trainingLabels', 'testImages', 'trainingImages'];

export interface PublishedFile {
  /** Without `.gz`. */
  readonly name: string;
  /** Of the decompressed content, as is the checksum: compression differs between publishers, content does not. */
  readonly bytes: number;
  readonly sha256: string;
}

export interface PublishedSet {
  /** Also the name of its folder in the cache. */
  readonly name: string;
  readonly title: string;
  readonly classNames: readonly string[];
  readonly files: Readonly<Record<FileRole, PublishedFile>>;
  /** Addresses that hold every file as `<name>.gz`, tried in turn; each ends in a slash. */
  readonly mirrors: readonly string[];
}

/** Decompressed files of a set. */
export type SetFiles = Readonly<Record<FileRole, Uint8Array>>;

/** A published set of labelled images: its training and test sets, and where they came from. */
export interface ImageSets {
  readonly training: Dataset;
  readonly test: Dataset;
  /** Where the bytes came from, as a sentence. */
  readonly source: string;
  /** Every place that was tried before and why it was passed over, in order. */
  readonly notes: readonly string[];
}

/** What is told while a data set is looked for. */
export type SourceEvent =
  /** A place that was tried and passed over. */
  | { readonly kind: 'skipped'; readonly place: string; readonly reason: string }
  /** Bytes received so far, as sent; `total` where the server says. */
  | {
      readonly kind: 'download';
      readonly file: string;
      readonly url: string;
      readonly received: number;
      readonly total?: number;
    }
  | { readonly kind: 'used'; readonly source: string };

export type OnSourceEvent = (event: SourceEvent) => void;

/** Collects the notes of one search while passing events on. */
export interface SourceLog {
  readonly notes: string[];
  readonly onEvent: OnSourceEvent;
  skip(place: string, error: unknown): void;
}

/** The bare sentence of an error: a note names the place itself, and what to do comes once, at the end. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof DolinaError)) return error instanceof Error ? error.message : String(error);
  const { message, place, mend } = error;
  const sentence = mend === undefined ? message : message.slice(0, -mend.length - 1);
  return sentence.slice(0, -1).replace(place === undefined ? '' : ` (${place})`, '');
}

export function sourceLog(onEvent: OnSourceEvent = () => {}): SourceLog {
  const notes: string[] = [];
  return {
    notes,
    onEvent,
    skip(place, error) {
      const reason = reasonOf(error);
      notes.push(`${place}: ${reason}`);
      onEvent({ kind: 'skipped', place, reason });
    },
  };
}

/** Lower-case hexadecimal SHA-256. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  if (globalThis.crypto?.subtle === undefined) {
    throw new DataError('data/checksum', 'this page offers no crypto.subtle, so no download can be verified', {
      mend: 'Serve the page over https or from localhost.',
    });
  }
  const digest = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Refuses content other than the published. `place` is the file or address it came from; `form` says which of a file's
 * forms was published: ` decompressed`, or nothing for the file as it is.
 */
export async function checkContent(
  content: Uint8Array,
  file: PublishedFile,
  place: string,
  form: ' decompressed' | '' = ' decompressed',
): Promise<void> {
  const mend = 'The file is damaged or of another set: fetch it again.';
  if (content.length !== file.bytes) {
    const message = `${file.name} has ${content.length} bytes${form} where ${file.bytes} were published`;
    throw new DataError('data/checksum', message, { place, mend });
  }
  const found = await sha256(content);
  if (found !== file.sha256) {
    const message = `${file.name} has the sha256 ${found}${form} where ${file.sha256} was published`;
    throw new DataError('data/checksum', message, { place, mend });
  }
}

/** Builds the data sets from the decompressed files and reports the source. */
export function assemble(set: PublishedSet, files: SetFiles, source: string, log: SourceLog): ImageSets {
  const part = (images: FileRole, labels: FileRole): Dataset =>
    fromIdx({
      images: parseIdx(files[images], `${set.files[images].name} from ${source}`),
      labels: parseIdx(files[labels], `${set.files[labels].name} from ${source}`),
      classNames: set.classNames,
      name: set.name,
      source,
    });
  const sets = {
    training: part('trainingImages', 'trainingLabels'),
    test: part('testImages', 'testLabels'),
    source,
    notes: log.notes,
  };
  log.onEvent({ kind: 'used', source });
  return Object.freeze(sets);
}
