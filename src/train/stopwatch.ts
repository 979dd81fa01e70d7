/** Seconds of training. Those of the parts before a resumption count, what passed between them does not. */

/** Milliseconds that only ever grow. */
export type Clock = () => number;

export interface Stopwatch {
  /** Since training began. */
  seconds(): number;
}

/** Runs from now on, at `before` seconds. */
export function createStopwatch(clock: Clock, before = 0): Stopwatch {
  const started = clock();
  return { seconds: () => before + (clock() - started) / 1000 };
}
