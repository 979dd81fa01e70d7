/**
 * Philox 4×32-10, a counter-based generator: the n-th block of a stream is a pure function of (key, n), so a position
 * is two numbers, streams never share state, and any draw can be repeated without the ones before it.
 *
 * Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
 */

const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;

/** The high 32 bits of the 64-bit product of two unsigned 32-bit numbers. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = aLow * bHigh + (middle & 0xffff);
  return (aHigh * bHigh + Math.floor(middle / 65536) + Math.floor(carry / 65536)) >>> 0;
}

/** Ten rounds of Philox on the counter words `c`, in place, under the key (k0, k1). */
export function philox(c: Uint32Array, k0: number, k1: number): void {
  let [c0, c1, c2, c3] = [c[0]!, c[1]!, c[2]!, c[3]!];
  let key0 = k0;
  let key1 = k1;
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(MULTIPLIER_0, c0);
    const low0 = Math.imul(MULTIPLIER_0, c0) >>> 0;
    const high1 = multiplyHigh(MULTIPLIER_1, c2);
    const low1 = Math.imul(MULTIPLIER_1, c2) >>> 0;
    c0 = (high1 ^ c1 ^ key0) >>> 0;
    c1 = low1;
    c2 = (high0 ^ c3 ^ key1) >>> 0;
    c3 = low0;
    key0 = (key0 + WEYL_0) >>> 0;
    key1 = (key1 + WEYL_1) >>> 0;
  }
  c[0] = c0;
  c[1] = c1;
  c[2] = c2;
  c[3] = c3;
}

/** An immutable 64-bit key. Derive one per purpose with `fold`; equal keys give equal streams. */
export interface Key {
  readonly k0: number;
  readonly k1: number;
}

/** The root key of a seed (any safe integer ≥ 0). */
export function key(seed: number): Key {
  return { k0: seed >>> 0, k1: Math.floor(seed / 2 ** 32) >>> 0 };
}

/** A key for one purpose, by name or number: `fold(fold(root, 'shuffle'), epoch)`. */
export function fold(parent: Key, label: string | number): Key {
  let hash = 0x811c9dc5; // FNV-1a over the label; Philox does the mixing.
  const text = typeof label === 'number' ? `#${label}` : label;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  const block = new Uint32Array([hash, text.length, 0x666f6c64, 0]);
  philox(block, parent.k0, parent.k1);
  return { k0: block[0]!, k1: block[1]! };
}

/** Draws from one key in order. `position` counts 32-bit words and may be set, to resume. */
export class RandomStream {
  readonly key: Key;
  position: number;
  readonly #block = new Uint32Array(4);
  #blockIndex = -1;

  constructor(streamKey: Key, position = 0) {
    this.key = streamKey;
    this.position = position;
  }

  /** An unsigned 32-bit integer. */
  bits(): number {
    const index = Math.floor(this.position / 4);
    if (index !== this.#blockIndex) {
      this.#block[0] = index >>> 0;
      this.#block[1] = Math.floor(index / 2 ** 32) >>> 0;
      this.#block[2] = 0;
      this.#block[3] = 0;
      philox(this.#block, this.key.k0, this.key.k1);
      this.#blockIndex = index;
    }
    return this.#block[this.position++ % 4]!;
  }

  /** Uniform on [0, 1), 53 bits. */
  uniform(): number {
    const high = this.bits() >>> 5;
    const low = this.bits() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  /** Standard normal, by Box and Muller; two uniforms each, so that positions stay simple. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Uniform on {0, …, bound − 1}, without bias (rejection). */
  integer(bound: number): number {
    const limit = 2 ** 32 - (2 ** 32 % bound);
    let draw = this.bits();
    while (draw >= limit) draw = this.bits();
    return draw % bound;
  }

  /** Shuffles `order` in place, every order equally likely (Fisher and Yates). */
  shuffle(order: Uint32Array): void {
    for (let i = order.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const swap = order[i]!;
      order[i] = order[j]!;
      order[j] = swap;
    }
  }

  /** A fresh permutation of 0 … n − 1. */
  permutation(n: number): Uint32Array {
    const order = new Uint32Array(n);
    for (let i = 0; i < n; i++) order[i] = i;
    this.shuffle(order);
    return order;
  }
}
