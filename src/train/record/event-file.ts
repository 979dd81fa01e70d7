/** TensorBoard's event files: what they are called, how they begin, their records written and read. */

import { decodeEvent } from './decode-event.ts';
import { encodeEvent } from './encode-event.ts';
import { frame, unframe } from './frames.ts';
import type { LoggedEvent } from './logged-event.ts';

/** `events.out.tfevents.<seconds>.<host>`: TensorBoard takes any file with `tfevents` in its name, and sorts by it. */
export function eventFileName(seconds: number, host: string): string {
  return `${eventFilePrefix}${String(Math.floor(seconds)).padStart(10, '0')}.${host.replace(/[^A-Za-z0-9.-]/g, '-')}`;
}

export const eventFilePrefix = 'events.out.tfevents.';

/** An event as the bytes that are appended to a file. */
export function encodeRecord(event: LoggedEvent): Uint8Array<ArrayBuffer> {
  return frame(encodeEvent(event));
}

/**
 * The events of an event file, one after another: of one that Dolina wrote, or TensorFlow, PyTorch or anything else. A
 * torn last record is left out. `source` names the file in errors.
 *
 * @throws DataError `data/event-file` with the byte at which a record begins that is damaged or no event.
 * @example
 * for (const { step, values } of readEventFile(bytes, path))
 *   for (const value of values) if (value.kind === 'scalar') curve(value.tag, step, value.value);
 */
export function* readEventFile(bytes: Uint8Array, source: string): Generator<LoggedEvent, void> {
  for (const { record, begin } of unframe(bytes, source)) {
    yield decodeEvent(record, source, `the record at byte ${begin}`);
  }
}
