/**
 * Whether all systems do the same work. Each reports numbers of its first steps from the same initial values: losses, or
 * moved parameters. What strays from the middle of them is no row of the table: a wrong network is not a fast one.
 */

import { median } from './statistics.mjs';

export const tolerance = 1e-3;

/**
 * @param {ReadonlyMap<string, readonly number[]>} values By system; a slow system may give fewer.
 * @returns {Map<string, { difference: number, agrees: boolean }>} `difference`: the largest from the median of all
 *   systems, relative where the median is above 1.
 */
export function agreement(values) {
  const longest = Math.max(0, ...[...values.values()].map((own) => own.length));
  const middle = Array.from({ length: longest }, (_, i) => {
    const finite = [...values.values()].flatMap((own) => (Number.isFinite(own[i]) ? [own[i]] : []));
    return finite.length === 0 ? Number.NaN : median(finite);
  });
  return new Map(
    [...values].map(([system, own]) => {
      const differences = own.map((value, i) => Math.abs(value - middle[i]) / Math.max(1, Math.abs(middle[i])));
      // NaN falls through every comparison: ask for what is good, not for what is bad.
      const agrees = own.length > 0 && differences.every((difference) => difference <= tolerance);
      return [system, { difference: Math.max(...differences), agrees }];
    }),
  );
}
