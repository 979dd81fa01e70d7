import { describe, expect, it } from 'vitest';
import { idxBytes } from '../../../test/fixtures/data/idx-bytes.ts';
import { DataError } from '../../base/errors.ts';
import { fromIdx } from '../from-idx.ts';
import { parseIdx } from './idx.ts';

const images = idxBytes([2, 1, 3], [1, 2, 3, 4, 5, 255]);

function failure(bytes: Uint8Array): DataError {
  try {
    parseIdx(bytes, 'digits.idx');
  } catch (error) {
    expect(error).toBeInstanceOf(DataError);
    return error as DataError;
  }
  throw new Error('parsed');
}

describe('parseIdx', () => {
  it('reads bytes as a view on the file', () => {
    const array = parseIdx(images, 'digits.idx');
    expect(array.shape).toEqual([2, 1, 3]);
    expect(Array.from(array.values)).toEqual([1, 2, 3, 4, 5, 255]);
    expect(array.values.buffer).toBe(images.buffer);
  });

  it('reads every element type, big-endian', () => {
    const read = (type: number, ...content: number[]) =>
      Array.from(parseIdx(Uint8Array.from([0, 0, type, 1, 0, 0, 0, 2, ...content]), 'x').values);
    expect(read(0x09, 0xff, 0x7f)).toEqual([-1, 127]);
    expect(read(0x0b, 0xff, 0xfe, 0x01, 0x02)).toEqual([-2, 258]);
    expect(read(0x0c, 0xff, 0xff, 0xff, 0xfd, 0x01, 0x02, 0x03, 0x04)).toEqual([-3, 0x01020304]);
    expect(read(0x0d, 0x3f, 0xc0, 0, 0, 0xc0, 0x20, 0, 0)).toEqual([1.5, -2.5]);
    expect(read(0x0e, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0, 0xc0, 0x04, 0, 0, 0, 0, 0, 0)).toEqual([1.5, -2.5]);
  });

  it('reads a file that lies anywhere in a buffer', () => {
    const shifted = new Uint8Array(images.length + 3);
    shifted.set(images, 3);
    expect(Array.from(parseIdx(shifted.subarray(3), 'x').values)).toEqual([1, 2, 3, 4, 5, 255]);
  });

  it('says of a truncated or overlong file how many bytes there are and should be', () => {
    expect(failure(images.subarray(0, 20)).message).toBe(
      'the header says [2, 1, 3] of uint8, 22 bytes in all, but the file has 20 (digits.idx). The file is damaged: fetch it again.',
    );
    expect(failure(idxBytes([2, 1, 3], [1, 2, 3, 4, 5, 6, 7])).message).toContain(
      '22 bytes in all, but the file has 23',
    );
    expect(failure(images.subarray(0, 9)).message).toContain('9 bytes end inside the header of 16, for rank 3');
    expect(failure(images.subarray(0, 3)).message).toContain('3 bytes are too few for an IDX header');
    expect(failure(new Uint8Array(0)).code).toBe('data/idx-length');
  });

  it('says of a file that is no IDX what it begins with, and recognises gzip', () => {
    const text = failure(new TextEncoder().encode('<html>'));
    expect(text.code).toBe('data/idx-magic');
    expect(text.message).toContain('the file begins with 0x3c68746d, which is no IDX file (digits.idx)');
    expect(failure(Uint8Array.from([0x1f, 0x8b, 8, 0])).message).toContain('compressed with gzip');
    expect(failure(Uint8Array.from([0, 0, 0x0a, 1, 0, 0, 0, 0])).code).toBe('data/idx-magic');
    expect(failure(Uint8Array.from([0, 0, 8, 0])).code).toBe('data/idx-magic');
  });
});

describe('fromIdx', () => {
  const labels = idxBytes([2], [1, 0]);
  const load = (x: Uint8Array, y: Uint8Array) =>
    fromIdx({ images: parseIdx(x, 'x'), labels: parseIdx(y, 'y'), classes: 2, name: 'digits' });

  it('gives gray images one channel and labels as int32', () => {
    const set = load(images, labels);
    expect(set.input).toEqual({ shape: [1, 1, 3], dtype: 'uint8' });
    expect(set.target).toEqual({ shape: [], dtype: 'int32', classes: 2 });
    const input = new Uint8Array(3);
    const target = new Int32Array(1);
    set.copy([1], input, target);
    expect([...input, ...target]).toEqual([4, 5, 255, 0]);
  });

  it('refuses files that do not belong together, and labels outside the classes', () => {
    expect(() => load(images, idxBytes([3], [0, 1, 0]))).toThrow(
      'images [2, 1, 3] and labels [3] do not belong together',
    );
    expect(() => load(images, images)).toThrow('do not belong together');
    expect(() => load(images, idxBytes([2], [0, 2]))).toThrow('row 1 (counted from 0) is 2');
  });
});
