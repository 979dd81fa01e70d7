import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { tarBytes } from '../../../test/fixtures/data/tar-bytes.ts';
import { DataError } from '../../base/errors.ts';
import { key, RandomStream } from '../../base/random.ts';
import { readTar } from './tar.ts';

interface Archives {
  readonly content: Readonly<Record<string, string>>;
  readonly archives: Readonly<Record<'ustar' | 'gnu' | 'pax', string>>;
}
const fixture = new URL('../../../test/fixtures/data/archives.json', import.meta.url);
const { content, archives } = JSON.parse(readFileSync(fixture, 'utf8')) as Archives;
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, 'base64'));
const archive = (form: keyof typeof archives) => new Uint8Array(inflateSync(bytesOf(archives[form])));

const small = tarBytes({ 'a/one': Uint8Array.of(1, 2, 3), two: new Uint8Array(512).fill(9) });

const sumOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes.subarray(148, 154));

function failure(bytes: Uint8Array): DataError {
  try {
    readTar(bytes, 'x.tar');
  } catch (error) {
    expect(error).toBeInstanceOf(DataError);
    return error as DataError;
  }
  throw new Error('read');
}

describe('readTar', () => {
  it.each(['ustar', 'gnu', 'pax'] as const)(
    'reads the regular files, and only those, of an archive in %s form',
    (form) => {
      const files = readTar(archive(form), 'x.tar');
      expect([...files.keys()]).toEqual(Object.keys(content));
      for (const [path, bytes] of files) expect(bytes, path).toEqual(bytesOf(content[path]!));
    },
  );

  it('gives views on the bytes it was given, wherever those lie in a buffer', () => {
    const shifted = new Uint8Array(small.length + 5);
    shifted.set(small, 5);
    const files = readTar(shifted.subarray(5), 'x.tar');
    expect([...files].map(([path, { length }]) => [path, length])).toEqual([
      ['a/one', 3],
      ['two', 512],
    ]);
    expect(files.get('two')!.buffer).toBe(shifted.buffer);
  });

  it('says where an archive is damaged: a header, a size, its end', () => {
    const header = small.slice();
    header[1024 + 3]! ^= 1;
    expect(failure(header).message).toBe(
      'the 512 bytes at 1024 are no header of a tar archive: their checksum is wrong (x.tar). The file is damaged: fetch it again.',
    );
    const size = small.slice();
    size[124]! += 8; // '0' becomes '8', no octal digit; the sum is made to fit.
    size.set(new TextEncoder().encode((Number.parseInt(sumOf(size), 8) + 8).toString(8).padStart(6, '0')), 148);
    expect(failure(size).message).toContain('the header at byte 0 gives no size');
    expect(failure(small.subarray(0, 1024 + 512 + 100)).message).toContain(
      'two is said to have 512 bytes, and the archive ends after 100 of them',
    );
    expect(failure(small.subarray(0, 2048)).message).toContain('2048 bytes end before the mark of the archive');
    expect(failure(new Uint8Array(0)).code).toBe('data/tar');
    expect(failure(new TextEncoder().encode('<html>'.repeat(100))).message).toContain('checksum is wrong');
  });

  it('gives files or a DataError for 600 archives with bytes changed or cut off, and nothing else', () => {
    const stream = new RandomStream(key(12));
    const whole = archive('gnu');
    let refused = 0;
    for (let i = 0; i < 600; i++) {
      const bytes = whole.slice(0, i % 3 === 0 ? stream.integer(whole.length) : whole.length);
      for (let n = stream.integer(4); n > 0 && bytes.length > 0; n--)
        bytes[stream.integer(bytes.length)] = stream.integer(256);
      try {
        for (const content of readTar(bytes, 'x.tar').values())
          expect(content.length).toBeLessThanOrEqual(bytes.length);
      } catch (error) {
        expect(error).toBeInstanceOf(DataError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(200);
  });
});
