import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  cifarRecord,
  smallArchive,
  smallCifarFiles,
  smallCifarTar,
  tarBytes,
} from '../../../test/fixtures/data/tar-bytes.ts';
import { readLabels } from '../blocks.ts';
import { cifar10 } from '../cifar10.node.ts';
import { cifar10 as cifar10InBrowsers } from '../cifar10.ts';
import { cifar10Archive, type PublishedArchive } from './cifar10-archive.ts';
import { findCifar10 } from './find-cifar10.node.ts';
import type { SearchOptions } from './find-sets.node.ts';
import { type ImageSets, type SourceEvent, sourceLog } from './image-sets.ts';

const tar = smallCifarTar();
const packed = new Uint8Array(gzipSync(tar));
let set: PublishedArchive;
let folder: string;
let asked: string[];

beforeEach(async () => {
  set = await smallArchive(packed, ['https://one.example/', 'https://two.example/']);
  folder = await mkdtemp(join(tmpdir(), 'dolina-cifar-'));
  asked = [];
});
afterEach(() => rm(folder, { recursive: true }));

/** A `fetch` that answers with these bytes, by host. */
function serving(answers: Readonly<Record<string, Uint8Array>>): typeof globalThis.fetch {
  return async (input) => {
    asked.push(String(input));
    const bytes = answers[new URL(String(input)).host];
    return bytes === undefined ? new Response(null, { status: 404 }) : new Response(bytes as Uint8Array<ArrayBuffer>);
  };
}

function find(options: SearchOptions, events: SourceEvent[] = []): Promise<ImageSets> {
  return findCifar10(
    set,
    options,
    sourceLog((event) => events.push(event)),
  );
}

function checkContent({ training, test }: ImageSets): void {
  expect(training.input).toEqual({ shape: [3, 32, 32], dtype: 'uint8' });
  expect(training.target).toEqual({ shape: [], dtype: 'int32', classes: 10 });
  expect(Array.from(readLabels(training))).toEqual([3, 9, 0, 1, 2, 5]);
  expect(Array.from(readLabels(test))).toEqual([8, 7]);
  const [input, target] = [new Uint8Array(2 * 3072), new Int32Array(2)];
  training.copy([1, 5], input, target);
  expect(Array.from(target)).toEqual([9, 5]);
  expect(input.subarray(0, 3072)).toEqual(cifarRecord(9, 10).subarray(1));
  expect(input.subarray(3072)).toEqual(cifarRecord(5, 5).subarray(1));
  expect(training.classNames![9]).toBe('truck');
}

describe('findCifar10', () => {
  it('downloads, verifies and keeps the archive as it was sent; the second time it comes from the cache', async () => {
    const events: SourceEvent[] = [];
    const options = { cacheFolder: folder, fetch: serving({ 'two.example': packed }) };
    const first = await find(options, events);
    checkContent(first);
    expect(first.source).toBe('downloaded from https://two.example/small.tar.gz');
    expect(first.notes).toEqual([
      `${join(folder, 'small10')}: there is no such file`,
      'https://one.example/: the server answered 404',
    ]);
    expect(asked).toEqual(['https://one.example/small.tar.gz', 'https://two.example/small.tar.gz']);
    expect(events.at(-1)).toEqual({ kind: 'used', source: first.source });
    expect(await readdir(join(folder, 'small10'))).toEqual(['small.tar.gz']);
    expect(new Uint8Array(await readFile(join(folder, 'small10', 'small.tar.gz')))).toEqual(packed);

    const second = await find({ ...options, fetch: serving({}) });
    checkContent(second);
    expect(second.source).toBe(`the cache ${join(folder, 'small10')}`);
    expect(asked).toHaveLength(2);
  });

  it('refuses an archive other than the published, from a server and from the cache, and mends the cache', async () => {
    const other = new Uint8Array(gzipSync(tarBytes({ ...smallCifarFiles })));
    await expect(find({ fetch: serving({ 'one.example': other }), cacheFolder: folder })).rejects.toMatchObject({
      code: 'data/not-found',
      message: expect.stringMatching(/one\.example\/: small\.tar\.gz has \d+ bytes where \d+ were published/),
    });
    expect(await readdir(folder)).toEqual([]);
    await mkdir(join(folder, 'small10'));
    await writeFile(
      join(folder, 'small10', 'small.tar.gz'),
      packed.map((byte, i) => (i === 99 ? byte ^ 1 : byte)),
    );
    const mended = await find({ fetch: serving({ 'one.example': packed }), cacheFolder: folder });
    expect(mended.notes[0]).toMatch(/small10: small\.tar\.gz has the sha256 [0-9a-f]{64} where [0-9a-f]{64} was/);
    expect((await find({ cacheFolder: folder, download: false })).source).toBe(`the cache ${join(folder, 'small10')}`);
  });

  it('reads a given folder only: the archive, published or not, or the files it unpacks to', async () => {
    const fetch = serving({ 'one.example': packed });
    await writeFile(join(folder, 'small.tar.gz'), tar);
    const asTar = await find({ folder, fetch });
    checkContent(asTar);
    expect(asTar.source).toBe(`the folder ${folder} (the content is not that of the published files)`);
    await writeFile(join(folder, 'small.tar.gz'), packed);
    expect((await find({ folder, fetch })).source).toBe(`the folder ${folder}`);

    await rm(join(folder, 'small.tar.gz'));
    await expect(find({ folder, fetch })).rejects.toThrow(
      `there is neither small.tar.gz nor test_batch.bin (${folder})`,
    );
    const inner = join(folder, 'cifar-10-batches-bin');
    await mkdir(inner);
    for (const [name, bytes] of Object.entries(smallCifarFiles)) await writeFile(join(inner, name), bytes);
    for (const where of [folder, inner]) {
      const unpacked = await find({ folder: where, fetch });
      checkContent(unpacked);
      expect(unpacked.source).toBe(`the folder ${inner} (unpacked, so not verified)`);
    }
    await rm(join(inner, 'data_batch_4.bin'));
    await expect(find({ folder, fetch })).rejects.toMatchObject({
      code: 'data/missing',
      place: join(inner, 'data_batch_4.bin'),
    });
    expect(asked).toEqual([]);
  });

  it('names file and row of what is wrong inside an archive', async () => {
    const path = join(folder, 'small.tar.gz');
    const wrong = { ...smallCifarFiles, 'data_batch_3.bin': cifarRecord(10, 0) };
    const inFolder = (files: Readonly<Record<string, Uint8Array>>) =>
      tarBytes(
        Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`cifar-10-batches-bin/${name}`, bytes])),
      );
    await writeFile(path, inFolder(wrong));
    await expect(find({ folder })).rejects.toThrow(
      `the label in row 0 (counted from 0) is 10 (cifar-10-batches-bin/data_batch_3.bin in ${path})`,
    );
    const { 'test_batch.bin': _, ...without } = smallCifarFiles;
    await writeFile(path, inFolder(without));
    await expect(find({ folder })).rejects.toThrow('there is no cifar-10-batches-bin/test_batch.bin in the archive');
    await writeFile(path, packed.subarray(0, -20));
    await expect(find({ folder })).rejects.toMatchObject({ code: 'data/gzip', place: path });
    await writeFile(path, tar.subarray(0, 5000));
    await expect(find({ folder })).rejects.toMatchObject({ code: 'data/tar', place: path });
  });
});

describe('cifar10', () => {
  it('pins the archive that the publisher lists: 170 052 171 bytes, ten classes', () => {
    expect(cifar10Archive.archive.bytes).toBe(170_052_171);
    expect(cifar10Archive.archive.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(cifar10Archive.classNames).toHaveLength(10);
  });

  it('says how to get it where it is nowhere, and refuses unknown options', async () => {
    await expect(cifar10({ download: false })).rejects.toThrow(
      'CIFAR-10 was not found; tried network: downloads are turned off. Give { folder } with cifar-10-binary.tar.gz,',
    );
    expect(() => cifar10({ fodler: 'x' } as never)).toThrow('Did you mean "folder"?');
    await expect(cifar10InBrowsers({ folder: 'x' } as never)).rejects.toThrow('unknown option "folder"');
    await expect(cifar10InBrowsers({ mirrors: ['https://one.example/'], fetch: serving({}) })).rejects.toMatchObject({
      code: 'data/download',
    });
  });
});
