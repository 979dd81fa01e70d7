/** Median, least and quartiles of timings. */

/** Quantile with linear interpolation between neighbours. @param {readonly number[]} values @param {number} q In [0, 1]. */
export function quantile(values, q) {
  if (values.length === 0) throw new RangeError('quantile of no values');
  const sorted = [...values].sort((a, b) => a - b);
  const place = q * (sorted.length - 1);
  const low = Math.floor(place);
  const high = Math.ceil(place);
  return sorted[low] + (place - low) * (sorted[high] - sorted[low]);
}

/** @param {readonly number[]} values */
export const median = (values) => quantile(values, 0.5);

/** @param {readonly number[]} values */
export const summary = (values) => ({
  medianMs: median(values),
  minMs: Math.min(...values),
  /** First and third quartile. */
  spreadMs: [quantile(values, 0.25), quantile(values, 0.75)],
  runs: values.length,
});
