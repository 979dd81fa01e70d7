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

/** gzip may grow what it cannot shrink, by a little. */
const SLACK = 65_536;

async function receive(response: Response, file: PublishedFile, url: string, onChunk: (received: number) => void) {
  if (response.body === null) throw new DataError('data/download', 'the answer has no body', { place: url });
  const chunks: Uint8Array[] = [];
  let received = 0;
  const reader = response.body.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    chunks.push(next.value);
    received += next.value.length;
    if (received > file.bytes + SLACK) {
      await reader.cancel();
      const message = `more than ${file.bytes + SLACK} bytes came for ${file.name}`;
      throw new DataError('data/download', message, { place: url });
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

async function downloadFrom(file: PublishedFile, mirror: string, options: DownloadOptions): Promise<Downloaded> {
  const { fetch = globalThis.fetch, stallSeconds = 15, signal, onEvent } = options;
  const url = `${mirror}${file.name}.gz`;
  const stalled = new AbortController();
  const giveUp = () => stalled.abort(new DataError('data/download', `no byte for ${stallSeconds} s`, { place: url }));
  let timer = setTimeout(giveUp, stallSeconds * 1000);
  try {
    const signals = signal === undefined ? [stalled.signal] : [stalled.signal, signal];
    const response = await fetch(url, { signal: AbortSignal.any(signals) });
    if (!response.ok) {
      await response.body?.cancel();
      throw new DataError('data/download', `the server answered ${response.status}`, { place: url });
    }
    const length = Number(response.headers.get('content-length') ?? Number.NaN);
    const sent = await receive(response, file, url, (received) => {
      clearTimeout(timer);
      timer = setTimeout(giveUp, stallSeconds * 1000);
      const total = length >= received ? { total: length } : {};
      onEvent?.({ kind: 'download', file: file.name, url, received, ...total });
    });
    const content = isGzip(sent) ? await gunzip(sent, url) : sent;
    await checkContent(content, file, url);
    return { url, sent, content };
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof DataError) throw error;
    // `fetch` says only "fetch failed" and keeps the reason in the cause.
    const { message, cause } = error as Error;
    const why = cause instanceof Error ? `${message}: ${cause.message}` : message;
    throw new DataError('data/download', why, { place: url, cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Downloads and verifies all files of a set. A mirror that fails is noted and not asked again.
 *
 * @throws DataError `data/download` with every reason, where no mirror gave all files as published.
 */
export async function downloadFiles(
  set: PublishedSet,
  options: DownloadOptions,
  log: SourceLog,
): Promise<Record<FileRole, Downloaded>> {
  const result: Partial<Record<FileRole, Downloaded>> = {};
  const mirrors = [...(options.mirrors ?? set.mirrors)];
  const reasons: string[] = [];
  let cause: unknown;
  for (const role of fileRoles) {
    while (result[role] === undefined) {
      const mirror = mirrors[0];
      if (mirror === undefined) {
        const message = `${set.title} could not be downloaded: ${reasons.join(' · ') || 'no mirror is known'}`;
        throw new DataError('data/download', message, { mend: 'Check the network.', cause });
      }
      try {
        result[role] = await downloadFrom(set.files[role], mirror, { ...options, onEvent: log.onEvent });
      } catch (error) {
        options.signal?.throwIfAborted();
        cause = error;
        reasons.push(`${mirror}: ${reasonOf(error)}`);
        log.skip(mirror, error);
        mirrors.shift();
      }
    }
  }
  return result as Record<FileRole, Downloaded>;
}
