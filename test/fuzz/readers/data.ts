/** Readers of data sets: IDX, CSV, CIFAR-10, text, tar, gzip, PNG and JPEG. */

import { readFileSync } from 'node:fs';
import { crc32, gzipSync } from 'node:zlib';
import { key, RandomStream } from '../../../src/base/random.ts';
import type { Dataset } from '../../../src/data/dataset.ts';
import { readCifar } from '../../../src/data/format/cifar.ts';
import { gunzip } from '../../../src/data/format/gzip.ts';
import { parseIdx } from '../../../src/data/format/idx.ts';
import { decompressed } from '../../../src/data/format/read-bytes.node.ts';
import { readTar } from '../../../src/data/format/tar.ts';
import { decodeUtf8 } from '../../../src/data/format/utf8.ts';
import { fromCsv } from '../../../src/data/from-csv.ts';
import { fromIdx } from '../../../src/data/from-idx.ts';
import { decodeImage, type Picture } from '../../../src/data/image/decode-image.ts';
import { fromText } from '../../../src/data/text/from-text.ts';
import { idxBytes } from '../../fixtures/data/idx-bytes.ts';
import { cifarRecord, tarBytes } from '../../fixtures/data/tar-bytes.ts';
import { changeBytes, setInteger } from '../mutate-bytes.ts';
import { mutateText } from '../mutate-text.ts';
import { type Mutation, pick } from '../mutation.ts';
import type { Reader } from '../reader.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);

/** A part of the input changed, the rest left as it is. */
function within(begin: number, end: number): Mutation {
  return (input, random) => {
    const to = end > 0 ? end : input.length + end;
    const from = begin < 0 ? input.length + begin : begin;
    const changed = input.slice();
    const part = setInteger(input.slice(from, to), random);
    changed.set(part.subarray(0, to - from), from);
    return { bytes: changed, resigned: false };
  };
}

/** Takes every example out of a set. */
function copyAll(set: Dataset): Dataset {
  const sizeOf = (shape: readonly number[]) => shape.reduce((product, dimension) => product * dimension, 1);
  const room = (dtype: string, length: number) =>
    dtype === 'float32'
      ? new Float32Array(length)
      : dtype === 'int32'
        ? new Int32Array(length)
        : new Uint8Array(length);
  const indices = Uint32Array.from({ length: set.size }, (_, i) => i);
  const { input, target } = set;
  set.copy(
    indices,
    room(input.dtype, set.size * sizeOf(input.shape)),
    room(target.dtype, set.size * sizeOf(target.shape)),
  );
  return set;
}

const images = idxBytes(
  [6, 2, 3],
  Array.from({ length: 36 }, (_, i) => i),
);
const idx: Reader = {
  name: 'idx',
  inputs: [
    images,
    idxBytes([6], [0, 1, 2, 0, 1, 2]),
    Uint8Array.from([0, 0, 0x0b, 2, 0, 0, 0, 2, 0, 0, 0, 1, 1, 2, 3, 4]),
    Uint8Array.from([0, 0, 0x0e, 1, 0, 0, 0, 1, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0]),
  ],
  read: (bytes) => parseIdx(bytes, 'a.idx'),
  mutations: [within(0, 8), within(0, 16)],
};
const idxSet: Reader = {
  name: 'idx: images with labels',
  inputs: [images],
  read(bytes) {
    const labels = parseIdx(idxBytes([6], [0, 1, 2, 0, 1, 2]), 'labels');
    return copyAll(fromIdx({ images: parseIdx(bytes, 'images'), labels, classes: 3 }));
  },
  mutations: [within(0, 8), within(0, 16)],
};

const csv: Reader = {
  name: 'csv',
  inputs: [
    utf8('width,length,kind\n0.2,1.4,setosa\n1.8,5.1,virginica\n\n1.3,"4.5","a ""b"", c"\n'),
    utf8('a;b;kind\r\n1;2;3\r\n-4e-3;.5;6\r\n'),
    utf8(`x,y,kind\n${Array.from({ length: 40 }, (_, i) => `${i},${i / 7},${'ab'[i % 2]}`).join('\n')}\n`),
  ],
  read(bytes) {
    const text = decodeUtf8(bytes, 'a.csv');
    return copyAll(fromCsv(text, 'a.csv', { target: 'kind', delimiter: text.startsWith('a;') ? ';' : ',' }));
  },
  mutations: [mutateText, mutateText],
};

const text: Reader = {
  name: 'text',
  inputs: [utf8('To be, or not to be: that is the question.\n'.repeat(8)), utf8('größer als ſ, 千 und 💥'.repeat(4))],
  read: (bytes) => copyAll(fromText(decodeUtf8(bytes, 'a.txt'), { length: 5, source: 'a.txt' })),
  mutations: [mutateText],
};

const cifar: Reader = {
  name: 'cifar-10',
  inputs: [Uint8Array.from([...cifarRecord(4, 1), ...cifarRecord(9, 2)])],
  read(bytes) {
    const read = readCifar([{ file: 'a.bin', bytes }]);
    if (!read.labels.every((label) => label >= 0 && label < 10)) throw new Error('a label is outside 0 to 9');
    return read;
  },
};

/** A byte in a header of a tar archive changed, and the header's sum set right again. */
const resignTar: Mutation = (input, random) => {
  const bytes = input.slice();
  const headers = Array.from({ length: Math.floor(bytes.length / 512) }, (_, i) => 512 * i).filter(
    (at) => bytes[at + 257] === 0x75,
  );
  const at = pick(random, headers);
  bytes.set(setInteger(bytes.slice(at, at + 512), random).subarray(0, 512), at);
  if (random.integer(2) === 0)
    bytes.set(utf8(pick(random, ['77777777777\0', '-0000000001\0', '00000000000\0', '99'])), at + 124);
  if (random.integer(3) === 0) bytes[at + 156] = pick(random, [0x78, 0x4c, 0x35, 0x67, 0]);
  bytes.fill(32, at + 148, at + 156);
  const sum = bytes.subarray(at, at + 512).reduce((total, byte) => total + byte, 0);
  bytes.set(utf8(`${sum.toString(8).padStart(6, '0')}\0 `), at + 148);
  return { bytes, resigned: true };
};
const tar: Reader = {
  name: 'tar',
  inputs: [tarBytes({ 'a/b.bin': new Uint8Array(700).fill(7), 'a/c': new Uint8Array(0), d: utf8('text') })],
  read: (bytes) => readTar(bytes, 'a.tar'),
  mutations: [resignTar],
};

const noise = (length: number) => {
  const random = new RandomStream(key(1));
  return Uint8Array.from({ length }, () => random.integer(8));
};
const plains = [utf8('0123456789'.repeat(50)), noise(3000), new Uint8Array(0)];
const packed = plains.map((plain): Uint8Array => new Uint8Array(gzipSync(plain)));
const gzipReader = (
  name: string,
  read: (bytes: Uint8Array, file: string) => Promise<Uint8Array>,
): Reader<Uint8Array> => ({
  name,
  inputs: packed,
  read: (bytes) => read(bytes, 'a.gz'),
  mutations: [within(0, 10), within(-8, 0)],
  // Whole members after one another are a gzip file too: the last one's checksum is that of its part.
  isWhole(read_, input, mutant) {
    const plain = plains[packed.indexOf(input)]!;
    const isCopies =
      read_.length % Math.max(1, plain.length) === 0 && read_.every((byte, i) => byte === plain[i % plain.length]);
    const sum = new DataView(mutant.buffer, mutant.byteOffset).getUint32(Math.max(0, mutant.length - 8), true);
    return isCopies || crc32(read_) === sum;
  },
  // Deflate packs at most 1032 to 1.
  bound: (length) => 2 ** 20 + 1100 * length,
});

type Pictures = Readonly<Record<string, { readonly file: string; readonly rgb: string }>>;
const pictures = Object.entries(
  JSON.parse(readFileSync(new URL('../../fixtures/data/images.json', import.meta.url), 'utf8')) as Pictures,
);
/** Interlaced files of few bits are refused by design. */
const isRefused = (name: string) => name === 'png black and white interlaced';
const filesOf = (kind: string) =>
  pictures
    .filter(([name]) => name.startsWith(kind) && !isRefused(name))
    .map(([, { file }]) => new Uint8Array(Buffer.from(file, 'base64')));

/** A chunk of a PNG changed, repeated, left out or moved, and its checksum set right again. */
const resignPng: Mutation = (input, random) => {
  const chunks: Uint8Array[] = [];
  const lengthAt = (at: number) => new DataView(input.buffer, input.byteOffset).getUint32(at);
  for (let at = 8; at + 12 <= input.length; at += 12 + lengthAt(at))
    chunks.push(input.slice(at, at + 12 + lengthAt(at)));
  const number = random.integer(chunks.length);
  const chunk = chunks[number]!;
  const change = random.integer(5);
  if (change === 0) chunks.splice(number, 1);
  else if (change === 1) chunks.splice(random.integer(chunks.length), 0, chunk);
  else {
    const data = change === 2 ? changeBytes(chunk.subarray(8, -4), random) : setInteger(chunk.slice(8, -4), random);
    const changed = Buffer.concat([new Uint8Array(4), chunk.subarray(4, 8), data, new Uint8Array(4)]);
    changed.writeUInt32BE(data.length, 0);
    changed.writeUInt32BE(crc32(changed.subarray(4, -4)), changed.length - 4);
    chunks[number] = changed;
  }
  return { bytes: new Uint8Array(Buffer.concat([input.subarray(0, 8), ...chunks])), resigned: true };
};
const png: Reader<Picture> = {
  name: 'png',
  inputs: filesOf('png'),
  read: (bytes) => decodeImage(bytes, 'a.png'),
  mutations: [resignPng],
  isWhole(read, input) {
    const [, { rgb }] = pictures.find(([, { file }]) => Buffer.from(file, 'base64').equals(input))!;
    return Buffer.from(rgb, 'base64').equals(read.rgb);
  },
  // Deflate packs 1032 to 1, and a bit may be a pixel: 24 times as many in the end, on their way through four arrays.
  bound: (length) => 2 ** 20 + 4 * 24 * 1032 * length,
};
const jpeg: Reader = {
  name: 'jpeg',
  inputs: filesOf('jpeg'),
  read: (bytes) => decodeImage(bytes, 'a.jpeg'),
  mutations: [within(2, 200)],
  // A progressive one may say that it has 100 million pixels in a few bytes: room is made before they are missed.
  bound: (length) => 2 ** 20 + 64 * length + 1_200_000_000,
};

export const dataReaders: readonly Reader[] = [
  ...[idx, idxSet, csv, text, cifar, tar],
  ...[gzipReader('gzip', decompressed), gzipReader('gzip in a browser', gunzip)],
  ...[png, jpeg],
] as readonly Reader[];
