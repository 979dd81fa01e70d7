/**
 * Random masks. A mask is an input of the graph, drawn on the host before each step from a counter-based stream: every
 * engine then sees the same draws, and a resumed run repeats them.
 */

import type { RandomStream } from '../base/random.ts';
import type { Shape } from '../base/shape.ts';

export interface MaskSpec {
  /** Name of the graph's input (uint8): `dropout1/keep`. */
  readonly name: string;
  readonly shape: Shape;
  /** Probability of a 1. */
  readonly keepProbability: number;
}

/** Fills `values` with independent ones (probability `keepProbability`) and zeros; one 32-bit word of the stream each. */
export function drawMask(values: Uint8Array, keepProbability: number, stream: RandomStream): void {
  const threshold = keepProbability * 2 ** 32;
  for (let i = 0; i < values.length; i++) values[i] = stream.bits() < threshold ? 1 : 0;
}
