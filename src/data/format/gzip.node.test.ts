import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idxBytes } from '../../../test/fixtures/data/idx-bytes.ts';
import { readIdx } from '../read-idx.node.ts';
import { gunzip, isGzip } from './gzip.ts';
import { readDecompressed } from './read-bytes.node.ts';

const plain = Uint8Array.from({ length: 5000 }, (_, i) => (i * i) % 251);
const packed = new Uint8Array(gzipSync(plain));
const damaged: Record<string, Uint8Array> = {
  'cut short by ten bytes': packed.subarray(0, packed.length - 10),
  'cut short by one byte': packed.subarray(0, packed.length - 1),
  'with a flipped byte': packed.map((byte, i) => (i === 200 ? byte ^ 0xff : byte)),
  'with a wrong checksum': packed.map((byte, i) => (i === packed.length - 6 ? byte ^ 1 : byte)),
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dolina-gzip-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('gunzip', () => {
  it('gives back what was compressed, by the web stream and from disk', async () => {
    expect(isGzip(packed)).toBe(true);
    expect(isGzip(plain)).toBe(false);
    expect(await gunzip(packed, 'x.gz')).toEqual(plain);
    const path = join(folder, 'whole.gz');
    await writeFile(path, packed);
    expect(new Uint8Array(await readDecompressed(path))).toEqual(plain);
  });

  it.each(Object.entries(damaged))('refuses a file %s, naming it and its bytes', async (_, bytes) => {
    const message = new RegExp(
      `^${bytes.length} bytes do not decompress as gzip: .+ \\(.*x\\.gz\\)\\. The file is damaged`,
    );
    await expect(gunzip(bytes, 'x.gz')).rejects.toMatchObject({
      code: 'data/gzip',
      message: expect.stringMatching(message),
    });
    const path = join(folder, 'x.gz');
    await writeFile(path, bytes);
    await expect(readDecompressed(path)).rejects.toMatchObject({
      code: 'data/gzip',
      message: expect.stringMatching(message),
    });
  });
});

describe('readIdx', () => {
  it('reads a file compressed or not, whatever its name, and names it in errors', async () => {
    const bytes = idxBytes([2, 2], [1, 2, 3, 4]);
    const path = join(folder, 'a.idx');
    for (const content of [bytes, gzipSync(bytes)]) {
      await writeFile(path, content);
      const array = await readIdx(path);
      expect([array.shape, Array.from(array.values)]).toEqual([
        [2, 2],
        [1, 2, 3, 4],
      ]);
    }
    await writeFile(path, bytes.subarray(0, 14));
    await expect(readIdx(path)).rejects.toThrow(`16 bytes in all, but the file has 14 (${path})`);
    await expect(readIdx(join(folder, 'none'))).rejects.toMatchObject({
      code: 'data/missing',
      message: `there is no such file (${join(folder, 'none')}). Check the path.`,
    });
    await expect(readIdx(folder)).rejects.toMatchObject({ code: 'data/missing' });
  });
});
