/**
 * Memory in pages of 2 MiB instead of 4 KiB. A pass over a large tensor then looks up half a thousandth of the addresses,
 * which shows most in virtual machines, where looking one up is dear. Many Linux systems give such pages on request only
 * ("madvise"); where they give them always, or never, there is nothing to ask for.
 */

import { readFileSync } from 'node:fs';

export interface LargePages {
  /** Asks for large pages before memory is written to for the first time. */
  request(bytes: Uint8Array): void;
  /** Notes what the process holds now; what is returned moves to large pages what it came to hold since then. */
  mark(): () => void;
}

/** Less lies in caches, and their addresses in the processor's table. */
const LARGE = 2 ** 24;
/** Bytes that are moved at a time, and the milliseconds after which the rest is left: half a gigabyte takes a second. */
const STEP = 2 ** 25;
const LONGEST = 1000;

/** Linux's numbers for advice about memory (madvise(2)). */
const advice = { mayBeLarge: 14, makeLarge: 25 } as const;

/** A region of addresses that belongs to the process alone. */
interface Region {
  readonly begin: bigint;
  readonly end: bigint;
}

/** `undefined` where pages are not given on request, or where koffi is not installed. */
export async function openLargePages(): Promise<LargePages | undefined> {
  try {
    if (!readFileSync('/sys/kernel/mm/transparent_hugepage/enabled', 'latin1').includes('[madvise]')) return undefined;
    const { default: koffi } = await import('koffi');
    const advise = koffi.load(null).func('int madvise(uint64_t address, size_t length, int advice)');
    return {
      // The system may refuse any of it, which costs nothing but time later.
      request(bytes) {
        if (bytes.length >= LARGE) advise(koffi.address(bytes), bytes.length, advice.mayBeLarge);
      },
      mark() {
        const before = new Set(largeRegions().map(({ begin }) => begin));
        return () => {
          const until = performance.now() + LONGEST;
          for (const { begin, end } of largeRegions()) {
            if (before.has(begin)) continue;
            advise(begin, end - begin, advice.mayBeLarge);
            for (let at = begin; at < end && performance.now() < until; at += BigInt(STEP)) {
              advise(at, at + BigInt(STEP) < end ? STEP : end - at, advice.makeLarge);
            }
          }
        };
      },
    };
  } catch {
    return undefined;
  }
}

/** What is nobody's file, is written to, and is large. */
function largeRegions(): Region[] {
  const regions: Region[] = [];
  for (const line of readFileSync('/proc/self/maps', 'latin1').split('\n')) {
    const found = /^([0-9a-f]+)-([0-9a-f]+) rw-p \S+ \S+ 0\s*(?:\[heap\])?$/.exec(line);
    if (found === null) continue;
    const [begin, end] = [BigInt(`0x${found[1]}`), BigInt(`0x${found[2]}`)];
    if (end - begin >= LARGE) regions.push({ begin, end });
  }
  return regions;
}
