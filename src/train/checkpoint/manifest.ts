/** `state.json` of a checkpoint: its numbers, and checksums of itself and of the files beside it. */

import { DataError } from '../../base/errors.ts';
import type { LogLengths } from '../record/log-lengths.ts';
import type { CheckpointState } from './checkpoint.ts';

/** What state.json holds. */
export interface Manifest {
  readonly version: 1;
  readonly state: CheckpointState;
  /** Bytes and checksum (SHA-256, hexadecimal) of each file of the checkpoint, by name. */
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>;
  /** Lengths of the run's logs then, where it has any: what came later is cut off when the run is resumed. */
  readonly logs?: LogLengths;
  /** Which checkpoint was the best one then, this one included. */
  readonly best?: string;
}

/** Gives the checksum of a text or of bytes: SHA-256 in hexadecimal. */
export type Checksum = (of: string | Uint8Array) => string;

/** JSON has no word for these, and its zero has no sign. */
const unspeakable: readonly [number, string][] = [
  [Number.NaN, 'NaN'],
  [Number.POSITIVE_INFINITY, 'Infinity'],
  [Number.NEGATIVE_INFINITY, '-Infinity'],
  [-0, '-0'],
];

function say(_key: string, value: unknown): unknown {
  const found = unspeakable.find(([number]) => Object.is(number, value));
  return found === undefined ? value : found[1];
}

function hear(_key: string, value: unknown): unknown {
  const found = unspeakable.find(([, word]) => word === value);
  return found === undefined ? value : found[0];
}

/** Every number is read back to the bit. */
export function formatManifest(manifest: Manifest, checksum: Checksum): string {
  const body = JSON.stringify(manifest, say);
  return `{"sha256":${JSON.stringify(checksum(body))},\n"manifest":${body}}\n`;
}

const head = /^\{"sha256":"([0-9a-f]{64})",\n"manifest":/;

/** Reads it back; throws a DataError that names `place` where a single byte differs from what was written. */
export function parseManifest(text: string, checksum: Checksum, place: string): Manifest {
  const begun = head.exec(text);
  const body = begun === null || !text.endsWith('}\n') ? undefined : text.slice(begun[0].length, -2);
  if (begun === null || body === undefined || checksum(body) !== begun[1]) {
    throw damaged('its checksum does not fit', place);
  }
  const manifest = JSON.parse(body, hear) as Partial<Manifest> | null;
  if (manifest?.version !== 1 || manifest.state?.version !== 1) {
    throw new DataError('checkpoint/version', `the checkpoint is of version ${JSON.stringify(manifest?.version)}`, {
      place,
      mend: 'Resume with the version of Dolina that wrote it; run.json names it.',
    });
  }
  if (typeof manifest.files !== 'object' || manifest.files === null) throw damaged('it names no files', place);
  return manifest as Manifest;
}

/** What is said of a checkpoint that is not as it was written. */
export function damaged(what: string, place: string, cause?: unknown): DataError {
  return new DataError('checkpoint/damaged', `the checkpoint is damaged: ${what}`, {
    place,
    mend: 'Use another checkpoint of the run.',
    ...(cause === undefined ? {} : { cause }),
  });
}
