/**
 * Random masks. A mask is an input of the graph, drawn on the host before each step from a counter-based stream: every
 * engine then sees the same draws, and a resumed run repeats them.
 */

import type { RandomStream } from '../base/random.ts';
import type { Shape } from '../base/shape.ts';

/** A random mask that a model asks for in each training step. */
export interface MaskSpec {
  /** Name of the graph's input (uint8): `dropout1/keep`. */
  readonly name: string;
  readonly shape: Shape;
  /** Probability of a 1. */
  readonly keepProbability: number;
}

/**
 * Fills `values` with independent ones and zeros; P(1) is `keepProbability`, rounded to a multiple of 2⁻³².
 *
 * An element is decided by one byte of the stream, and by 24 bits more where that byte is the threshold's own: four
 * elements to a word instead of one. How many words a mask takes thus varies: give each mask a stream of its own.
 */
export function drawMask(values: Uint8Array, keepProbability: number, stream: RandomStream): void {
  const threshold = Math.round(keepProbability * 2 ** 32);
  const high = Math.floor(threshold / 2 ** 24);
  const low = threshold % 2 ** 24;
  let word = 0;
  for (let i = 0; i < values.length; i++) {
    word = i % 4 === 0 ? stream.bits() : word >>> 8;
    const byte = word & 0xff;
    const keep = byte < high || (byte === high && stream.bits() >>> 8 < low);
    values[i] = keep ? 1 : 0;
  }
}
