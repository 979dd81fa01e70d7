import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { smallFiles, smallSet } from '../../../test/fixtures/data/idx-bytes.ts';
import { readLabels } from '../blocks.ts';
import { downloadSets } from './download-sets.ts';
import { findSets, type SearchOptions } from './find-sets.node.ts';
import { fileRoles, type PublishedSet, type SourceEvent, sourceLog } from './image-sets.ts';

type Answer = (content: Uint8Array) => { status: number; body: Uint8Array } | 'hang' | 'cut';

const good: Answer = (content) => ({ status: 200, body: gzipSync(content) });

let server: Server;
let origin: string;
let requests: string[] = [];
/** What each first path segment of the server does. */
const answers: Record<string, Answer> = {
  good,
  plain: (content) => ({ status: 200, body: content }),
  missing: () => ({ status: 404, body: new Uint8Array() }),
  altered: (content) => good(content.map((byte, i) => (i === content.length - 1 ? byte ^ 1 : byte))),
  damaged: (content) => ({ status: 200, body: gzipSync(content).subarray(0, -9) }),
  endless: () => ({ status: 200, body: new Uint8Array(200_000) }),
  hang: () => 'hang',
  cut: () => 'cut',
};

let folder: string;
let set: PublishedSet;

beforeAll(async () => {
  set = await smallSet();
  server = createServer((request, response) => {
    requests.push(request.url!);
    const [, kind, file] = request.url!.split('/');
    const role = fileRoles.find((name) => `${set.files[name].name}.gz` === file);
    const answer = role === undefined ? undefined : answers[kind!]!(smallFiles[role]);
    if (answer === 'hang') return;
    if (answer === 'cut') {
      response.writeHead(200, { 'content-length': '500' });
      response.write('abc', () => response.destroy());
      return;
    }
    response.writeHead(answer?.status ?? 404, { 'content-length': String(answer?.body.length ?? 0) });
    response.end(answer?.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(async () => {
  requests = [];
  folder = await mkdtemp(join(tmpdir(), 'dolina-sets-'));
});
afterEach(() => rm(folder, { recursive: true }));

const places = { systemFolders: [], mend: 'Connect to the network.' };
const mirror = (kind: string) => `${origin}/${kind}/`;

async function lay(path: string, change: (name: string, bytes: Uint8Array) => Uint8Array | undefined = (_, b) => b) {
  await mkdir(path, { recursive: true });
  for (const role of fileRoles) {
    const { name } = set.files[role];
    const bytes = change(name, smallFiles[role]);
    if (bytes !== undefined) await writeFile(join(path, name), bytes);
  }
}

async function find(options: SearchOptions, events: SourceEvent[] = []) {
  return findSets(
    set,
    places,
    options,
    sourceLog((event) => events.push(event)),
  );
}

describe('findSets', () => {
  it('downloads, verifies and keeps the files; the second time they come from the cache', async () => {
    const events: SourceEvent[] = [];
    const options = { mirrors: [mirror('good')], cacheFolder: folder };
    const first = await find(options, events);
    expect(first.source).toBe(`downloaded from ${mirror('good')}train-images.gz`);
    expect(first.notes).toEqual([`${join(folder, 'small')}: there is neither t10k-labels.gz nor t10k-labels`]);
    expect([first.training.size, first.test.size]).toEqual([6, 3]);
    expect(first.training.input).toEqual({ shape: [1, 2, 3], dtype: 'uint8' });
    expect(Array.from(readLabels(first.test))).toEqual([2, 1, 0]);
    const packed = gzipSync(smallFiles.trainingImages).length;
    expect(events).toContainEqual({
      kind: 'download',
      file: 'train-images',
      url: `${mirror('good')}train-images.gz`,
      received: packed,
      total: packed,
    });
    expect(events.at(-1)).toEqual({ kind: 'used', source: first.source });
    const names = ['t10k-images.gz', 't10k-labels.gz', 'train-images.gz', 'train-labels.gz'];
    expect((await readdir(join(folder, 'small'))).sort()).toEqual(names);

    requests = [];
    const second = await find(options);
    expect(second.source).toBe(`the cache ${join(folder, 'small')}`);
    expect(second.notes).toEqual([]);
    expect(requests).toEqual([]);
  });

  it('takes a system folder before cache and network, and passes one over that is damaged or incomplete', async () => {
    const paths = ['altered', 'incomplete', 'whole'].map((name) => join(folder, name));
    await lay(paths[0]!, (name, bytes) => (name === 'train-labels' ? bytes.map((b, i) => (i === 9 ? 0 : b)) : bytes));
    await lay(paths[1]!, (name, bytes) => (name === 't10k-images' ? undefined : bytes));
    await lay(paths[2]!);
    const found = await find({ systemFolders: paths, cacheFolder: folder, mirrors: [mirror('good')] });
    expect(found.source).toBe(`the folder ${paths[2]}`);
    expect(found.notes).toHaveLength(2);
    expect(found.notes[0]).toMatch(
      /altered: train-labels has the sha256 [0-9a-f]{64} decompressed where [0-9a-f]{64} was/,
    );
    expect(found.notes[1]).toBe(`${paths[1]}: there is neither t10k-images.gz nor t10k-images`);
    expect(requests).toEqual([]);
  });

  it('reads only the folder given, with files other than the published ones too, and fails on what is wrong there', async () => {
    await lay(folder, (name, bytes) => (name === 't10k-labels' ? bytes.map((b, i) => (i >= 8 ? 1 : b)) : bytes));
    const found = await find({ folder, mirrors: [mirror('good')] });
    expect(found.source).toBe(`the folder ${folder} (the content is not that of the published files)`);
    expect(Array.from(readLabels(found.test))).toEqual([1, 1, 1]);

    await writeFile(join(folder, 'train-images'), smallFiles.trainingImages.subarray(0, 40));
    await expect(find({ folder, mirrors: [mirror('good')] })).rejects.toMatchObject({
      code: 'data/idx-length',
      message: expect.stringContaining('52 bytes in all, but the file has 40'),
    });
    await rm(join(folder, 'train-images'));
    await expect(find({ folder, mirrors: [mirror('good')] })).rejects.toMatchObject({ code: 'data/missing' });
    expect(requests).toEqual([]);
  });

  it('tries the mirrors in turn, noting why each was given up, and asks none again', async () => {
    const kinds = ['missing', 'altered', 'damaged', 'endless', 'cut', 'good'];
    const found = await find({ mirrors: kinds.map(mirror), cacheFolder: folder });
    expect(found.source).toContain(mirror('good'));
    const reasons = found.notes.slice(1);
    expect(reasons[0]).toBe(`${mirror('missing')}: the server answered 404`);
    expect(reasons[1]).toMatch(/t10k-labels has the sha256 [0-9a-f]{64} decompressed/);
    expect(reasons[2]).toMatch(/bytes do not decompress as gzip/);
    expect(reasons[3]).toMatch(/more than 65547 bytes came for t10k-labels/);
    expect(reasons[4]).toContain(mirror('cut'));
    expect(reasons).toHaveLength(5);
    for (const kind of kinds.slice(0, -1))
      expect(requests.filter((url) => url.startsWith(`/${kind}/`))).toHaveLength(1);
  });

  it.each(['missing', 'altered', 'damaged', 'endless', 'cut'])(
    'throws a DataError and leaves nothing behind where the only mirror is %s',
    async (kind) => {
      await expect(find({ mirrors: [mirror(kind)], cacheFolder: folder })).rejects.toMatchObject({
        name: 'DataError',
        code: 'data/not-found',
        message: expect.stringContaining(mirror(kind)),
      });
      expect(await readdir(folder)).toEqual([]);
    },
  );

  it('gives up a transfer that brings nothing for the seconds given', async () => {
    await expect(find({ mirrors: [mirror('hang')], stallSeconds: 0.05 })).rejects.toThrow('no byte for 0.05 s');
  });

  it('stops at the signal of the caller, with its reason', async () => {
    const stop = new AbortController();
    const search = find({ mirrors: [mirror('hang'), mirror('good')], signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(search).rejects.toThrow('enough');
  });

  it('mends a damaged cache by a fresh download', async () => {
    const cached = join(folder, 'small');
    const options = { mirrors: [mirror('good')], cacheFolder: folder };
    await find(options);
    await writeFile(join(cached, 'train-labels.gz'), 'rubbish');
    const found = await find(options);
    expect(found.notes[0]).toMatch(/small: train-labels has 7 bytes decompressed where 14 were published$/);
    expect((await find(options)).source).toBe(`the cache ${cached}`);
    expect(new Uint8Array(gzipSync(smallFiles.trainingLabels))).toEqual(
      new Uint8Array(await readFile(join(cached, 'train-labels.gz'))),
    );
  });

  it('keeps what a server sends decompressed under its plain name', async () => {
    const options = { mirrors: [mirror('plain')], cacheFolder: folder };
    await find(options);
    expect(await readdir(join(folder, 'small'))).toContain('train-images');
    expect((await find(options)).source).toBe(`the cache ${join(folder, 'small')}`);
  });

  it('gives the data even where the cache cannot be written, and says so', async () => {
    const file = join(folder, 'a-file');
    await writeFile(file, '');
    const found = await find({ mirrors: [mirror('good')], cacheFolder: file });
    expect(found.training.size).toBe(6);
    expect(found.notes.at(-1)).toContain(`keeping it in ${join(file, 'small')}: `);
  });

  it('lists every place and reason where nothing is found', async () => {
    const search = find({ systemFolders: [join(folder, 'none')], cacheFolder: folder, download: false });
    await expect(search).rejects.toThrow(
      `Small was not found; tried ${join(folder, 'none')}: there is neither t10k-labels.gz nor t10k-labels · ` +
        `${join(folder, 'small')}: there is neither t10k-labels.gz nor t10k-labels · ` +
        'network: downloads are turned off. Connect to the network.',
    );
    expect(requests).toEqual([]);
  });
});

describe('downloadSets', () => {
  it('downloads without touching a file, by the fetch it is given', async () => {
    const asked: string[] = [];
    const fetch = (async (input: Parameters<typeof globalThis.fetch>[0]) => {
      asked.push(String(input));
      const role = fileRoles.find((name) => String(input).endsWith(`/${set.files[name].name}.gz`))!;
      return new Response(gzipSync(smallFiles[role]));
    }) satisfies typeof globalThis.fetch;
    const found = await downloadSets(set, { mirrors: ['https://example.org/'], fetch }, 'small');
    expect(found.source).toBe('downloaded from https://example.org/train-images.gz');
    expect(found.notes).toEqual([]);
    expect(asked).toHaveLength(4);
    await expect(downloadSets(set, { cacheFolder: 'x' } as never, 'small')).rejects.toThrow(
      'unknown option "cacheFolder"',
    );
    await expect(downloadSets(set, { mirrors: [] }, 'small')).rejects.toThrow('no mirror is known');
  });
});
