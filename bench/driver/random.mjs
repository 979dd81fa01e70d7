/**
 * The driver's own seeded generator. It stands apart from Dolina's, so that the peers can be measured without a build and
 * no system makes the numbers that it is checked with.
 */

/** Uniform numbers in [0, 1): a 32-bit Weyl sequence through a mixing function (mulberry32). @param {number} seed */
export function uniform(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Standard normal numbers by the polar form of Box and Muller. @param {() => number} next Uniform in [0, 1). */
export function normal(next) {
  return () => {
    for (;;) {
      const u = 2 * next() - 1;
      const v = 2 * next() - 1;
      const s = u * u + v * v;
      if (s > 0 && s < 1) return u * Math.sqrt((-2 * Math.log(s)) / s);
    }
  };
}
