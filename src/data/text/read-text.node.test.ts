import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DataError } from '../../base/errors.ts';
import { key, RandomStream } from '../../base/random.ts';
import { decodeUtf8 } from '../format/utf8.ts';
import { readText } from './read-text.node.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dolina-text-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('readText', () => {
  it('reads UTF-8, compressed or not, without its byte order mark', async () => {
    const path = join(folder, 'a.txt');
    for (const content of ['äöü𝄞ä', '\ufeffäöü𝄞ä', gzipSync('äöü𝄞ä')]) {
      await writeFile(path, content);
      const set = await readText(path, { length: 2 });
      expect([set.size, set.source]).toEqual([2, `the file ${path}`]);
      expect(set.vocabulary.characters).toEqual(['ä', 'ö', 'ü', '𝄞']);
    }
    await expect(readText(join(folder, 'none'), { length: 2 })).rejects.toMatchObject({ code: 'data/missing' });
  });
});

describe('decodeUtf8', () => {
  it('names the first byte that is no UTF-8 and its line, and an end within a character', () => {
    const bytes = (...parts: (string | number)[]) =>
      Uint8Array.from(parts.flatMap((part) => (typeof part === 'number' ? [part] : [...Buffer.from(part)])));
    expect(() => decodeUtf8(bytes('aä\nbc\n', 0xe4, 'x', 0xff), 'x.txt')).toThrow(
      'byte 8 (counted from 0, 0x78), in line 3, is no UTF-8 (x.txt). Save the file as UTF-8.',
    );
    expect(() => decodeUtf8(bytes('a', 0xff), 'x.txt')).toThrow('byte 1 (counted from 0, 0xff), in line 1');
    expect(() => decodeUtf8(bytes('a', 0xc3), 'x.txt')).toThrow('the text ends within a character (x.txt)');
  });

  it('gives text or a DataError for 300 texts with bytes changed, and nothing else', () => {
    const stream = new RandomStream(key(6));
    const whole = new TextEncoder().encode('Grüße, 世界 𝄞\n'.repeat(5));
    let refused = 0;
    for (let i = 0; i < 300; i++) {
      const bytes = whole.slice(0, stream.integer(whole.length + 1));
      if (bytes.length > 0) bytes[stream.integer(bytes.length)] = stream.integer(256);
      try {
        decodeUtf8(bytes, 'x');
      } catch (error) {
        expect(error).toBeInstanceOf(DataError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(100);
    expect(refused).toBeLessThan(300);
  });
});
