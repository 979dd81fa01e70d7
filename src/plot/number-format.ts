/** Numbers as people read them: a few significant digits, thousands by letter, tiny ones as powers of ten. */

const letters = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const;

/** How a number is shown. */
export interface NumberFormat {
  /** Significant digits. */
  readonly digits?: number;
  /** Keep zeros at the end, so that a number that changes keeps its width: 0.300, not 0.3. */
  readonly steady?: boolean;
}

/** `0.0123`, `7.25`, `938`, `4690`, `12.3k`, `1.5e-5`, `NaN`, `-Infinity`. Whole numbers below 10 000 stay whole. */
export function formatNumber(value: number, { digits = 3, steady = false }: NumberFormat = {}): string {
  if (!Number.isFinite(value)) return String(value);
  if (value === 0) return '0';
  const tidy = (text: string) => (steady || !text.includes('.') ? text : text.replace(/\.?0+$/, ''));
  const size = Math.abs(Number(value.toPrecision(digits)));
  const whole = Math.round(Math.abs(value));
  if (size < 1e-4 || size >= 1e15) {
    const [mantissa = '', exponent = ''] = value.toExponential(digits - 1).split('e');
    return `${tidy(mantissa)}e${Number(exponent)}`;
  }
  if (whole >= 1e4) {
    const [unit, letter] = letters.find(([limit]) => size >= limit)!;
    const scaled = value / unit;
    return `${tidy(fixedDigits(scaled, digits))}${letter}`;
  }
  if (Number.isInteger(value) || size >= 10 ** digits) return String(Math.round(value));
  return tidy(fixedDigits(value, digits));
}

/** `digits` significant digits without an exponent; all digits before the point stay. */
function fixedDigits(value: number, digits: number): string {
  const magnitude = Math.floor(Math.log10(Math.abs(Number(value.toPrecision(digits)))));
  return value.toFixed(Math.max(0, digits - 1 - magnitude));
}
