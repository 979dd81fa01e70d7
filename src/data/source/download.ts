/** Verified downloads, over whatever `fetch` the caller has; no file is touched here. */

import { DataError } from '../../base/errors.ts';
import { gunzip, isGzip } from '../format/gzip.ts';
import {
  checkContent,
  type FileRole,
  fileRoles,
  type OnSourceEvent,
  type PublishedFile,
  type PublishedSet,
  reasonOf,
  type SourceLog,
} from './image-sets.ts';

export interface DownloadOptions {
  /** Addresses to try in turn instead of the set's own, each ending in a slash. */
  readonly mirrors?: readonly string[];
  /** Default: the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
  /** A transfer that brings no byte for so long is given up. Default 15. */
  readonly stallSeconds?: number;
  /** Stops the search; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  readonly onEvent?: OnSourceEvent;
}

export interface Downloaded {
  readonly url: string;
  /** As sent: gzip, unless the server or the browser decompressed it on the way. */
  readonly sent: Uint8Array;
  /** Decompressed and verified. */
  readonly content: Uint8Array;
}

/** A file to be fetched, and what is made of it. */
export interface Wanted<T> {
  readonly name: string;
  /** Below a mirror's address. */
  readonly path: string;
  /** How many bytes it may have, but for a little. */
  readonly bytes: number;
  /** Verifies what came; throws a DataError where it is not what was published. */
  accept(sent: Uint8Array, url: string): Promise<T>;
}

/** gzip may grow what it cannot shrink, by a little. */
const SLACK = 65_536;

const tryAgain = 'See whether this machine reaches it, and try again later, or give the folder of a copy.';

async function receive(
  response: Response,
  file: Pick<Wanted<unknown>, 'name' | 'bytes'>,
  url: string,
  onChunk: (received: number) => void,
) {
  if (response.body === null)
    throw new DataError('data/download', 'the answer has no body', { place: url, mend: tryAgain });
  const chunks: Uint8Array[] = [];
  let received = 0;
  const reader = response.body.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    chunks.push(next.value);
    received += next.value.length;
    if (received > file.bytes + SLACK) {
      await reader.cancel();
      const message = `more than ${file.bytes + SLACK} bytes came for ${file.name}`;
      throw new DataError('data/download', message, {
        place: url,
        mend: 'It is another file than the published one: try again, or put the right one there by hand.',
      });
    }
    onChunk(received);
  }
  const sent = new Uint8Array(received);
  let at = 0;
  for (const chunk of chunks) {
    sent.set(chunk, at);
    at += chunk.length;
  }
  return sent;
}

async function downloadFrom<T>(file: Wanted<T>, mirror: string, options: DownloadOptions): Promise<T> {
  const { fetch = globalThis.fetch, stallSeconds = 15, signal, onEvent } = options;
  const url = `${mirror}${file.path}`;
  const stalled = new AbortController();
  const giveUp = () =>
    stalled.abort(new DataError('data/download', `no byte for ${stallSeconds} s`, { place: url, mend: tryAgain }));
  let timer = setTimeout(giveUp, stallSeconds * 1000);
  try {
    const signals = signal === undefined ? [stalled.signal] : [stalled.signal, signal];
    const response = await fetch(url, { signal: AbortSignal.any(signals) });
    if (!response.ok) {
      await response.body?.cancel();
      throw new DataError('data/download', `the server answered ${response.status}`, { place: url, mend: tryAgain });
    }
    const length = Number(response.headers.get('content-length') ?? Number.NaN);
    const sent = await receive(response, file, url, (received) => {
      clearTimeout(timer);
      timer = setTimeout(giveUp, stallSeconds * 1000);
      const total = length >= received ? { total: length } : {};
      onEvent?.({ kind: 'download', file: file.name, url, received, ...total });
    });
    return await file.accept(sent, url);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof DataError) throw error;
    // `fetch` says only "fetch failed" and keeps the reason in the cause.
    const { message, cause } = error as Error;
    const why = cause instanceof Error ? `${message}: ${cause.message}` : message;
    throw new DataError('data/download', why, { place: url, cause: error, mend: tryAgain });
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Downloads and verifies files, in order. A mirror that fails is noted and not asked again. `title` names the whole in
 * errors, `mirrors` are the addresses where the caller gives none.
 *
 * @throws DataError `data/download` with every reason, where no mirror gave all files as published.
 */
export async function downloadEach<T>(
  title: string,
  wanted: readonly Wanted<T>[],
  mirrors: readonly string[],
  options: DownloadOptions,
  log: SourceLog,
): Promise<T[]> {
  const result: T[] = [];
  const left = [...(options.mirrors ?? mirrors)];
  const reasons: string[] = [];
  let cause: unknown;
  for (const file of wanted) {
    for (let done = false; !done; ) {
      const mirror = left[0];
      if (mirror === undefined) {
        const message = `${title} could not be downloaded: ${reasons.join(' · ') || 'no mirror is known'}`;
        throw new DataError('data/download', message, { mend: 'Check the network.', cause });
      }
      try {
        result.push(await downloadFrom(file, mirror, { ...options, onEvent: log.onEvent }));
        done = true;
      } catch (error) {
        options.signal?.throwIfAborted();
        cause = error;
        reasons.push(`${mirror}: ${reasonOf(error)}`);
        log.skip(mirror, error);
        left.shift();
      }
    }
  }
  return result;
}

/** One of a set's files: `<name>.gz` below a mirror, verified by its decompressed content. */
function wantedFile(file: PublishedFile): Wanted<Downloaded> {
  return {
    name: file.name,
    path: `${file.name}.gz`,
    bytes: file.bytes,
    async accept(sent, url) {
      const content = isGzip(sent) ? await gunzip(sent, url) : sent;
      await checkContent(content, file, url);
      return { url, sent, content };
    },
  };
}

/** Downloads and verifies all files of a set, as `downloadEach` does. */
export async function downloadFiles(
  set: PublishedSet,
  options: DownloadOptions,
  log: SourceLog,
): Promise<Record<FileRole, Downloaded>> {
  const wanted = fileRoles.map((role) => wantedFile(set.files[role]));
  const files = await downloadEach(set.title, wanted, set.mirrors, options, log);
  return Object.fromEntries(fileRoles.map((role, i) => [role, files[i]!])) as Record<FileRole, Downloaded>;
}
