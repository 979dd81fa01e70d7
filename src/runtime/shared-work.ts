/**
 * How threads share a piece of work that is cut into parts, without locks: whoever is free takes the next part, so a thread
 * that wakes late, or that the machine keeps waiting, holds nobody up but for the part that it has in hand.
 *
 * The number of the next part stands in the low bits of a ticket, beside the number of the piece of work. A part is taken
 * by advancing the ticket from the value that was read before the rest of the description was. So a thread that read half of one
 * description and half of the next takes nothing: between the two, the ticket has changed.
 */

import { InternalError } from '../base/errors.ts';
import { MOST_PARTS, type PartedRange } from '../base/thread-pool.ts';

/** A piece of work: a function, by the numbers of its module and within that, over a range. */
export interface Work extends PartedRange {
  readonly module: number;
  readonly function: number;
}

/** What threads share: words, and what calls returned. */
export type Board = SharedArrayBuffer;

/** Words of a board; a word for each sleeping thread follows. */
const word = { ticket: 0, done: 1, parts: 2, module: 3, function: 4, begin: 5, end: 6, part: 7 } as const;
const firstSleeper = 8;
const words = 64;
const resultsAt = 4 * words;

/** The low bits of a ticket; the others tell works apart, until they come round after four million. */
const indexBits = 10;
const indexMask = 2 ** indexBits - 1;

export function createBoard(): Board {
  const board = new SharedArrayBuffer(resultsAt + 8 * MOST_PARTS);
  new Int32Array(board)[word.ticket] = indexMask;
  return board;
}

/** A function of a module, between two addresses. */
export type Call = (begin: number, end: number) => unknown;

/** Gives a function by its numbers, or nothing where this thread does not have it. */
export type Lookup = (module: number, index: number) => Call | undefined;

/** A board as a thread reads and writes it. */
export interface BoardView {
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly results: Float64Array<SharedArrayBuffer>;
}

export function viewBoard(board: Board): BoardView {
  return {
    words: new Int32Array(board, 0, words),
    results: new Float64Array(board, resultsAt, MOST_PARTS),
  };
}

/** Puts up a piece of work; the one before must be done. Gives the number of its parts. */
export function putUp({ words }: BoardView, work: Work): number {
  const { begin, end, part } = work;
  const parts = Math.ceil((end - begin) / part);
  if (!(parts >= 0 && parts <= MOST_PARTS)) {
    throw new InternalError(
      `a range of ${end - begin} bytes in parts of ${part} makes ${parts}, at most ${MOST_PARTS} may be`,
    );
  }
  const next = ((Atomics.load(words, word.ticket) >> indexBits) + 1) << indexBits;
  // No part is left of a ticket with this index, so nobody takes one while the description is written.
  Atomics.store(words, word.ticket, next | indexMask);
  words[word.module] = work.module;
  words[word.function] = work.function;
  words[word.begin] = begin;
  words[word.end] = end;
  words[word.part] = part;
  words[word.parts] = parts;
  Atomics.store(words, word.done, 0);
  Atomics.store(words, word.ticket, next);
  return parts;
}

/** Takes part after part until none is left, or until `lookup` does not know the function. */
export function takeParts({ words, results }: BoardView, lookup: Lookup): void {
  for (;;) {
    const ticket = Atomics.load(words, word.ticket);
    const index = ticket & indexMask;
    if (index >= words[word.parts]!) return;
    const call = lookup(words[word.module]!, words[word.function]!);
    const [start, last, part] = [words[word.begin]! >>> 0, words[word.end]! >>> 0, words[word.part]!];
    if (Atomics.compareExchange(words, word.ticket, ticket, call === undefined ? ticket : ticket + 1) !== ticket)
      continue;
    if (call === undefined) return;
    const begin = start + index * part;
    results[index] = call(begin, Math.min(last, begin + part)) as number;
    const done = Atomics.add(words, word.done, 1) + 1;
    if (done === words[word.parts]) Atomics.notify(words, word.done);
  }
}

/** Looks that a thread takes before it goes to sleep: some twenty microseconds, for the update that follows a norm. */
const LOOKS = 2000;

/** Waits until all parts are done; false where that takes longer than `patience` milliseconds. */
export function waitUntilDone({ words }: BoardView, parts: number, patience: number): boolean {
  for (let i = 0; i < LOOKS; i++) if (Atomics.load(words, word.done) === parts) return true;
  for (;;) {
    const done = Atomics.load(words, word.done);
    if (done === parts) return true;
    if (Atomics.wait(words, word.done, done, patience) === 'timed-out') return false;
  }
}

/** Wakes a sleeper. */
export function wake({ words }: BoardView, sleeper: number): void {
  Atomics.add(words, firstSleeper + sleeper, 1);
  Atomics.notify(words, firstSleeper + sleeper);
}

/** Sleeps until it is woken, or has been since `seen`; gives what is to be passed as `seen` the next time. */
export function sleep({ words }: BoardView, sleeper: number, seen: number): number {
  const own = firstSleeper + sleeper;
  for (let i = 0; i < LOOKS; i++) {
    const now = Atomics.load(words, own);
    if (now !== seen) return now;
  }
  Atomics.wait(words, own, seen);
  return Atomics.load(words, own);
}
