/** The records of CIFAR-10's binary version: a label byte, then 32 × 32 bytes of red, of green and of blue. */

import { DataError } from '../../base/errors.ts';
import type { Shape } from '../../base/shape.ts';
import { classLabels } from '../labels.ts';

export const cifarShape: Shape = Object.freeze([3, 32, 32]);

const PIXELS = 3072;
const RECORD = 1 + PIXELS;

/** Images one after another and their labels. */
export interface LabelledImages {
  readonly images: Uint8Array;
  readonly labels: Int32Array;
}

/** The bytes of a file, and how errors name it. */
export interface NamedBytes {
  readonly file: string;
  readonly bytes: Uint8Array;
}

/**
 * The records of several files, in order.
 *
 * @throws DataError `data/record-length` where a file is empty or ends within a record, `data/label` for a label above 9;
 * both name the file.
 */
export function readCifar(files: readonly NamedBytes[]): LabelledImages {
  const counts = files.map(({ file, bytes }) => {
    const count = bytes.length / RECORD;
    if (Number.isInteger(count) && count > 0) return count;
    throw new DataError('data/record-length', `${bytes.length} bytes are no whole number of records of ${RECORD}`, {
      place: file,
      mend: 'The file is damaged or of another format: fetch it again.',
    });
  });
  const total = counts.reduce((sum, count) => sum + count, 0);
  const images = new Uint8Array(total * PIXELS);
  const labels = new Int32Array(total);
  let row = 0;
  for (const [i, { file, bytes }] of files.entries()) {
    const first = row;
    for (let at = 0; at < bytes.length; at += RECORD, row++) {
      labels[row] = bytes[at]!;
      images.set(bytes.subarray(at + 1, at + RECORD), row * PIXELS);
    }
    classLabels(labels.subarray(first, first + counts[i]!), 10, file);
  }
  return { images, labels };
}
