/**
 * erf(x) = 2 / √π ∫₀ˣ exp(−t²) dt to about 1e-15.
 *
 * Abramowitz and Stegun 7.1.6 (a series of positive terms, so nothing cancels) up to 3, 7.1.14 (a continued fraction of
 * the complement) beyond.
 */
export function erf(x: number): number {
  if (Number.isNaN(x)) return Number.NaN;
  const z = Math.abs(x);
  if (z > 6) return Math.sign(x);
  const gauss = Math.exp(-z * z);
  if (z <= 3) {
    let term = z;
    let total = z;
    for (let n = 1; term > total * 1e-17; n++) {
      term *= (2 * z * z) / (2 * n + 1);
      total += term;
    }
    return Math.sign(x) * (2 / Math.sqrt(Math.PI)) * gauss * total;
  }
  let fraction = z;
  for (let n = 60; n >= 1; n--) fraction = z + n / 2 / fraction;
  return Math.sign(x) * (1 - gauss / (fraction * Math.sqrt(Math.PI)));
}
