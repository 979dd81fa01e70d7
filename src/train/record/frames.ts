/**
 * The frame of a record in a TensorBoard event file (the TFRecord format): length (uint64), masked CRC-32C of the length,
 * the bytes, masked CRC-32C of the bytes; little-endian.
 *
 * https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details
 */

import { DataError } from '../../base/errors.ts';
import { maskedCrc32c } from './crc32c.ts';

const lengthBytes = 8;
const checksumBytes = 4;
const headBytes = lengthBytes + checksumBytes;

/** The bytes of a record in its frame. */
export function frame(record: Uint8Array): Uint8Array<ArrayBuffer> {
  const framed = new Uint8Array(headBytes + record.length + checksumBytes);
  const view = new DataView(framed.buffer);
  view.setBigUint64(0, BigInt(record.length), true);
  view.setUint32(lengthBytes, maskedCrc32c(framed.subarray(0, lengthBytes)), true);
  framed.set(record, headBytes);
  view.setUint32(headBytes + record.length, maskedCrc32c(record), true);
  return framed;
}

/** A record, as a view on the file's bytes, and where its frame begins and ends. */
export interface Framed {
  readonly record: Uint8Array;
  readonly begin: number;
  readonly end: number;
}

/**
 * The records of a file, one after another. A torn last one (the writer was cut off) is left out.
 *
 * @throws DataError `data/event-file` with the byte at which a record begins whose checksum is wrong.
 */
export function* unframe(bytes: Uint8Array, source: string): Generator<Framed, void> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const check = (begin: number, at: number, length: number, what: string) => {
    if (view.getUint32(at + length, true) === maskedCrc32c(bytes.subarray(at, at + length))) return;
    throw new DataError(
      'data/event-file',
      `the record at byte ${begin} is damaged: the checksum of its ${what} is wrong`,
      {
        place: source,
        mend: 'What lies before that byte is whole.',
      },
    );
  };
  for (let begin = 0; begin + headBytes <= bytes.length; ) {
    check(begin, begin, lengthBytes, 'length');
    const length = view.getBigUint64(begin, true);
    const left = bytes.length - begin - headBytes - checksumBytes;
    if (length > left) return;
    const end = begin + headBytes + Number(length) + checksumBytes;
    check(begin, begin + headBytes, Number(length), 'content');
    yield { record: bytes.subarray(begin + headBytes, end - checksumBytes), begin, end };
    begin = end;
  }
}
