import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCsv } from './read-csv.node.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dolina-csv-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('readCsv', () => {
  it('reads a file compressed or not and names it in errors', async () => {
    const path = join(folder, 'a.csv');
    for (const content of ['x,y\n1,2\n', gzipSync('x,y\n1,2\n')]) {
      await writeFile(path, content);
      const set = await readCsv(path, { target: 'y' });
      expect([set.size, set.source]).toEqual([1, `the file ${path}`]);
    }
    await writeFile(path, 'x,y\n1,two\n3,4\n');
    await expect(readCsv(path, { target: 'y' })).rejects.toThrow(`"two" is no number (${path}, row 2, column "y")`);
    await writeFile(path, Uint8Array.from([0x78, 0xff, 0xfe]));
    await expect(readCsv(path, { target: 'y' })).rejects.toThrow(
      `byte 1 (counted from 0, 0xff), in line 1, is no UTF-8 (${path})`,
    );
    await expect(readCsv(join(folder, 'none.csv'), { target: 'y' })).rejects.toMatchObject({ code: 'data/missing' });
  });
});
