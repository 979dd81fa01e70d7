/** Gives a reader mutants of its inputs, and finds what it may not do with them. */

import { DolinaError, InternalError } from '../../src/base/errors.ts';
import { fold, key, RandomStream } from '../../src/base/random.ts';
import { watchAllocations } from './allocations.ts';
import { mutateBytes } from './mutate-bytes.ts';
import { type Mutant, pick } from './mutation.ts';
import type { Reader } from './reader.ts';
import { type Watchdog, watchdog } from './watchdog.ts';

/** A case in which a reader did what it may not. */
export interface Fault {
  readonly index: number;
  readonly what: string;
  readonly mutant: Uint8Array;
  readonly error?: unknown;
}

export interface Report {
  readonly reader: string;
  readonly cases: number;
  /** Inputs that were taken for valid. */
  readonly accepted: number;
  /** How often each error code was thrown. */
  readonly refused: ReadonlyMap<string, number>;
  readonly faults: readonly Fault[];
  /** Milliseconds of processor time that the slowest case took. */
  readonly slowest: number;
  /** Bytes of typed arrays that the hungriest case made. */
  readonly hungriest: number;
  /** Bytes that the process grew by over all cases. */
  readonly grown: number;
}

/** Seconds of processor time that a case may take; after ten times that the process is killed. */
const secondsForCase = 3;
const seed = 2014;

/** The mutant of a case: it follows from reader and index alone. */
export function mutantOf(reader: Reader, index: number): { readonly input: Uint8Array; readonly mutant: Mutant } {
  const random = new RandomStream(fold(fold(key(seed), reader.name), index));
  const input = pick(random, reader.inputs);
  const known = reader.mutations ?? [];
  const mutate = known.length > 0 && random.integer(3) > 0 ? pick(random, known) : mutateBytes;
  return { input, mutant: mutate(input, random) };
}

const processorMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** Carries out cases `first` to `first + cases − 1` of each reader, and tells of one reader after the other. */
export async function* fire(readers: readonly Reader[], cases: number, first = 0): AsyncGenerator<Report> {
  const guard = watchdog(10 * secondsForCase);
  try {
    for (const [number, reader] of readers.entries()) yield await fireAt(reader, number, cases, first, guard);
  } finally {
    await guard.end();
  }
}

async function fireAt(reader: Reader, number: number, cases: number, first: number, guard: Watchdog): Promise<Report> {
  const faults: Fault[] = [];
  const refused = new Map<string, number>();
  let [accepted, slowest, hungriest] = [0, 0, 0];
  const before = process.memoryUsage.rss();
  for (let index = first; index < first + cases; index++) {
    const { input, mutant } = mutantOf(reader, index);
    const fault = (what: string, error?: unknown) => faults.push({ index, what, mutant: mutant.bytes, error });
    const bound = reader.bound?.(mutant.bytes.length) ?? 2 ** 20 + 64 * mutant.bytes.length;
    guard.beat(number, index);
    const allocations = watchAllocations();
    allocations.begin(bound);
    const began = processorMs();
    let allocated = 0;
    try {
      const read = await reader.read(mutant.bytes);
      allocated = allocations.bytes();
      allocations.begin(Number.POSITIVE_INFINITY);
      accepted++;
      if (!mutant.resigned && reader.isWhole?.(read, input, mutant.bytes) === false)
        fault('took for valid what its checksums deny');
    } catch (error) {
      allocated = allocations.bytes();
      if (!(error instanceof DolinaError) || error instanceof InternalError) fault(`threw ${String(error)}`, error);
      else refused.set(error.code, (refused.get(error.code) ?? 0) + 1);
    } finally {
      allocations.end();
    }
    const spent = processorMs() - began;
    if (spent > 1000 * secondsForCase) fault(`took ${(spent / 1000).toFixed(1)} s`);
    if (allocated > bound) fault(`allocated ${allocated} bytes for an input of ${mutant.bytes.length}`);
    slowest = Math.max(slowest, spent);
    hungriest = Math.max(hungriest, allocated);
  }
  const grown = process.memoryUsage.rss() - before;
  return { reader: reader.name, cases, accepted, refused, faults, slowest, hungriest, grown };
}
