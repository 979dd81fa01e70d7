/** How the values of an array are distributed, in the form that TensorBoard's event files hold. */

/** Bucket i counts the values from limit i − 1 (included) up to limit i (not included). */
export interface Histogram {
  readonly min: number;
  readonly max: number;
  /** Number of values. */
  readonly num: number;
  readonly sum: number;
  readonly sumOfSquares: number;
  readonly limits: readonly number[];
  readonly counts: readonly number[];
}

/**
 * TensorFlow's bucket limits: ±10⁻¹² · 1.1ⁿ up to 10²⁰, with 0 between them and the largest double at both ends. They are
 * relative, so tiny gradients show as well as large weights.
 */
const bucketLimits = makeLimits();

function makeLimits(): Float64Array {
  const positive: number[] = [];
  for (let limit = 1e-12; limit < 1e20; limit *= 1.1) positive.push(limit);
  positive.push(Number.MAX_VALUE);
  return Float64Array.from([...positive.map((limit) => -limit).reverse(), 0, ...positive]);
}

/** The first bucket whose limit is above the value; the last one has the largest double. */
function bucketOf(value: number): number {
  let low = 0;
  let high = bucketLimits.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (bucketLimits[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * The histogram of an array's finite values; `undefined` where it has none. NaN and the infinities belong in no bucket,
 * and training has stopped before they get into a parameter. Runs of empty buckets are one empty bucket.
 */
export function histogramOf(values: ArrayLike<number>): Histogram | undefined {
  const found = new Float64Array(bucketLimits.length);
  let [min, max, num, sum, sumOfSquares] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    found[bucketOf(value)]!++;
    if (value < min) min = value;
    if (value > max) max = value;
    num++;
    sum += value;
    sumOfSquares += value * value;
  }
  if (num === 0) return undefined;
  const limits: number[] = [];
  const counts: number[] = [];
  for (let i = 0; i < found.length; i++) {
    if (found[i] === 0 && counts.at(-1) === 0) limits[limits.length - 1] = bucketLimits[i]!;
    else {
      limits.push(bucketLimits[i]!);
      counts.push(found[i]!);
    }
  }
  return { min, max, num, sum, sumOfSquares, limits, counts };
}
