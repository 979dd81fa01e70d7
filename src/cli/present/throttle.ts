/** How often a line is drawn again: a terminal that is written to a thousand times a second slows training down. */

/**
 * A function that says whether it is time to draw: at once the first time, then at most `perSecond` times a second.
 * `now` gives milliseconds on any steady clock.
 */
export function throttle(now: () => number, perSecond = 10): () => boolean {
  const pause = 1000 / perSecond;
  let last = Number.NEGATIVE_INFINITY;
  return () => {
    const time = now();
    if (time - last < pause) return false;
    last = time;
    return true;
  };
}
