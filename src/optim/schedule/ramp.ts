/** Ways from one value to another: `from` at part 0, `to` at part 1 and after it, rising or falling throughout. */

export const ramps = {
  linear: (from: number, to: number, part: number) => {
    const a = Math.min(part, 1);
    return (1 - a) * from + a * to;
  },
  /** Half a wave of the cosine. */
  cosine: (from: number, to: number, part: number) => {
    const a = part >= 1 ? 1 : (1 - Math.cos(Math.PI * part)) / 2;
    return (1 - a) * from + a * to;
  },
  /** The same factor in the same time; both values above 0. */
  exponential: (from: number, to: number, part: number) => (part >= 1 ? to : from * (to / from) ** part),
} as const satisfies Record<string, (from: number, to: number, part: number) => number>;
