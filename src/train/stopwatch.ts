/** Seconds of training. Those of the parts before a resumption count, what passed between them does not. */

/** Milliseconds that only ever grow. */
export type Clock = () => number;

export interface Stopwatch {
  /** Since training began. */
  seconds(): number;
  /** Milliseconds that passed just now and do not count: a pause. */
  leaveOut(milliseconds: number): void;
}

/** Runs from now on, at `before` seconds. */
export function createStopwatch(clock: Clock, before = 0): Stopwatch {
  let started = clock();
  return {
    seconds: () => before + (clock() - started) / 1000,
    leaveOut(milliseconds) {
      started += milliseconds;
    },
  };
}
