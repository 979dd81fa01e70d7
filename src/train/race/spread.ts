/** What some numbers have in common, and how far they lie apart. */

/** Mean, deviation and ends of some numbers. */
export interface Spread {
  readonly count: number;
  readonly mean: number;
  /** The standard deviation of the sample, with n − 1; 0 for one number. */
  readonly deviation: number;
  readonly low: number;
  readonly high: number;
}

/** The spread of at least one number. */
export function spreadOf(values: readonly number[]): Spread {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    count,
    mean,
    deviation: count > 1 ? Math.sqrt(squares / (count - 1)) : 0,
    low: Math.min(...values),
    high: Math.max(...values),
  };
}
