import { describe, expect, it } from 'vitest';
import { cifarRecord } from '../../../test/fixtures/data/tar-bytes.ts';
import { DataError } from '../../base/errors.ts';
import { key, RandomStream } from '../../base/random.ts';
import { readCifar } from './cifar.ts';

const first = Uint8Array.from([...cifarRecord(4, 1), ...cifarRecord(9, 2)]);
const second = cifarRecord(0, 3);

describe('readCifar', () => {
  it('takes label and pixels of every record apart, file after file', () => {
    const { images, labels } = readCifar([
      { file: 'a', bytes: first },
      { file: 'b', bytes: second },
    ]);
    expect(Array.from(labels)).toEqual([4, 9, 0]);
    expect(images.length).toBe(3 * 3072);
    for (const [row, seed] of [1, 2, 3].entries()) {
      for (const i of [0, 1, 1023, 1024, 3071]) expect(images[row * 3072 + i]).toBe((7 * i + 31 * seed) % 256);
    }
  });

  it('names the file that is cut off, empty, or has a label above 9, and its row', () => {
    const read = (bytes: Uint8Array) => () =>
      readCifar([
        { file: 'a.bin', bytes: first },
        { file: 'b.bin', bytes },
      ]);
    expect(read(first.subarray(0, 6145))).toThrow('6145 bytes are no whole number of records of 3073 (b.bin)');
    expect(read(new Uint8Array(0))).toThrow('0 bytes are no whole number');
    const wrong = first.slice();
    wrong[3073] = 10;
    expect(read(wrong)).toThrow('the label in row 1 (counted from 0) is 10 (b.bin). With 10 classes,');
  });

  it('gives labels below 10 or a DataError for 300 files with bytes changed or cut off, and nothing else', () => {
    const stream = new RandomStream(key(5));
    let refused = 0;
    for (let i = 0; i < 300; i++) {
      const bytes = first.slice(0, i % 2 === 0 ? 3073 * stream.integer(3) + (i % 4) : first.length);
      bytes[stream.integer(2) * 3073] = stream.integer(20);
      for (let n = 0; n < 5 && bytes.length > 0; n++) bytes[stream.integer(bytes.length)] = stream.integer(256);
      try {
        expect(readCifar([{ file: 'x', bytes }]).labels.every((label) => label < 10)).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(DataError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(50);
    expect(refused).toBeLessThan(300);
  });
});
