import type { RandomStream } from '../../src/base/random.ts';
import { type Mutation, pick, skewed } from './mutation.ts';

/** Where lengths and counts break: the ends of integers, and powers of two. */
export const extremeIntegers: readonly bigint[] = [
  ...[0n, 1n, 2n, 3n, 4n, 7n, 8n, 127n, 128n, 255n, 256n, 32767n, 32768n, 65535n, 65536n],
  ...[2n ** 24n, 2n ** 31n - 1n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 40n, 2n ** 53n, 2n ** 63n - 1n],
  ...[2n ** 63n, 2n ** 64n - 1n, -1n, -2n, -(2n ** 31n), -(2n ** 63n)],
];

type Change = (bytes: Uint8Array, random: RandomStream) => Uint8Array;

const join = (...parts: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(parts));

/** A piece of the input: where it begins and ends. */
function piece(bytes: Uint8Array, random: RandomStream): [number, number] {
  const begin = random.integer(bytes.length + 1);
  return [begin, begin + skewed(random, bytes.length - begin + 1)];
}

const flipBits: Change = (bytes, random) => {
  const changed = bytes.slice();
  if (bytes.length > 0) {
    for (let n = skewed(random, 9); n >= 0; n--) changed[random.integer(bytes.length)]! ^= 1 << random.integer(8);
  }
  return changed;
};
const setBytes: Change = (bytes, random) => {
  const changed = bytes.slice();
  const [begin, end] = piece(bytes, random);
  const value = pick(random, [0, 0x20, 0x7f, 0x80, 0xff, random.integer(256)]);
  return changed.fill(value, begin, end);
};
const truncate: Change = (bytes, random) => bytes.slice(0, random.integer(bytes.length + 1));
const cutFront: Change = (bytes, random) => bytes.slice(skewed(random, bytes.length + 1));
const append: Change = (bytes, random) =>
  join(
    bytes,
    Uint8Array.from({ length: skewed(random, 600) }, () => random.integer(256)),
  );
const duplicate: Change = (bytes, random) => {
  const [begin, end] = piece(bytes, random);
  return join(bytes.subarray(0, end), bytes.subarray(begin));
};
const remove: Change = (bytes, random) => {
  const [begin, end] = piece(bytes, random);
  return join(bytes.subarray(0, begin), bytes.subarray(end));
};
const swap: Change = (bytes, random) => {
  const [a, b, c] = [0, 0, 0].map(() => random.integer(bytes.length + 1)).sort((x, y) => x - y) as [
    number,
    number,
    number,
  ];
  return join(bytes.subarray(0, a), bytes.subarray(b, c), bytes.subarray(a, b), bytes.subarray(c));
};
/** An extreme integer anywhere, most often near the front, where headers are. */
export const setInteger: Change = (bytes, random) => {
  const width = pick(random, [1, 2, 4, 8]);
  if (bytes.length < width) return bytes.slice();
  const changed = bytes.slice();
  const at =
    random.integer(2) === 0
      ? Math.max(0, skewed(random, bytes.length - width + 1))
      : random.integer(bytes.length - width + 1);
  const value = BigInt.asUintN(8 * width, pick(random, extremeIntegers));
  for (let i = 0; i < width; i++) changed[at + i] = Number((value >> BigInt(8 * i)) & 0xffn);
  if (random.integer(2) === 0) changed.subarray(at, at + width).reverse();
  return changed;
};

const changes: readonly Change[] = [
  ...[flipBits, flipBits, setBytes, truncate, cutFront, append, duplicate, remove, swap, setInteger, setInteger],
];

/** Changes bytes, whatever they mean: one to three changes, one on top of the other. */
export function changeBytes(bytes: Uint8Array, random: RandomStream): Uint8Array {
  let changed = bytes;
  for (let n = 1 + skewed(random, 3); n > 0; n--) changed = pick(random, changes)(changed, random);
  return changed;
}

export const mutateBytes: Mutation = (input, random) => ({ bytes: changeBytes(input, random), resigned: false });
