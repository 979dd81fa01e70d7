/** Damage to inputs: each kind changes a valid input a little, and draws what it does from a stream. */

import type { RandomStream } from '../../src/base/random.ts';

/** An input that was changed. */
export interface Mutant {
  readonly bytes: Uint8Array;
  /** The change was made below the format's checksums, and they were set right again: it may be taken for valid. */
  readonly resigned: boolean;
}

/** Makes a mutant of a valid input. */
export type Mutation = (input: Uint8Array, random: RandomStream) => Mutant;

export function pick<T>(random: RandomStream, from: readonly T[]): T {
  return from[random.integer(from.length)]!;
}

/** Below `limit`, small numbers more often than large ones. */
export function skewed(random: RandomStream, limit: number): number {
  return limit < 2 ? 0 : Math.floor(limit ** random.uniform()) - (random.integer(2) === 0 ? 1 : 0);
}
