/** Axes: a domain that fits the values, ticks at numbers people like, and the map from a value to a place on the axis. */

export interface Axis {
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  readonly ticks: readonly Tick[];
}

export interface Tick {
  readonly value: number;
  readonly label: string;
}

export interface AxisOptions {
  readonly log?: boolean;
  /** About so many ticks. */
  readonly ticks?: number;
  /** Widen the domain to the outermost ticks. */
  readonly nice?: boolean;
  /** Ticks at whole numbers only. */
  readonly integers?: boolean;
}

/** An axis for `values`; those that it cannot show (not finite; ≤ 0 where it is logarithmic) do not count. */
export function axis(values: Iterable<number>, options: AxisOptions = {}): Axis {
  const log = options.log ?? false;
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (!shows(log, value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) [low, high] = log ? [0.1, 1] : [0, 1];
  return log ? logAxis(low, high, options) : linearAxis(low, high, options);
}

/** Beyond it a value is as good as infinite; below its inverse, as zero: the arithmetic of ticks stays exact. */
const largest = 1e100;

function shows(log: boolean, value: number): boolean {
  return Math.abs(value) <= largest && (!log || value >= 1 / largest);
}

/** Where `value` lies between the ends of the axis, 0 … 1; `undefined` where the axis cannot show it. */
export function place(on: Axis, value: number): number | undefined {
  if (!shows(on.log, value)) return undefined;
  const by = on.log ? Math.log : (x: number) => x;
  return (by(value) - by(on.low)) / (by(on.high) - by(on.low));
}

/** 1, 2 or 5 times a power of ten, the nearest above `atLeast`. */
function niceStep(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(atLeast));
  return power * ([1, 2, 5].find((factor) => factor * power >= atLeast * (1 - 1e-9)) ?? 10);
}

function linearAxis(dataLow: number, dataHigh: number, { ticks: count = 5, nice, integers }: AxisOptions): Axis {
  let [low, high] = [dataLow, dataHigh];
  if (!(high - low > Math.max(Math.abs(low), Math.abs(high)) * 1e-12 + 1 / largest)) {
    // One value alone: room around it, so that it lies in the middle.
    const room = integers
      ? Math.max(1, Math.abs(low) * 1e-9)
      : Math.abs(low) * 0.1 > 1 / largest
        ? Math.abs(low) * 0.1
        : 1;
    [low, high] = [low - room, high + room];
  }
  const fitting = niceStep((high - low) / Math.max(1, count));
  const step = integers ? Math.max(1, Math.round(fitting)) : fitting;
  if (nice) {
    low = Math.floor(low / step + 1e-9) * step;
    high = Math.ceil(high / step - 1e-9) * step;
  }
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  const values = Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
  return { low, high, log: false, ticks: values.map((value) => ({ value, label: tickLabel(value, step) })) };
}

function logAxis(dataLow: number, dataHigh: number, { ticks: count = 5, nice }: AxisOptions): Axis {
  // It spans a factor of two at least, so that there is a tick to read.
  const room = Math.sqrt(Math.max(1, (2 * dataLow) / dataHigh));
  let [low, high] = [dataLow / room, dataHigh * room];
  const decades = Math.log10(high / low);
  // Few decades: also the numbers between the powers. Many: every second or third power.
  const factors = decades * 3 <= count ? [1, 2, 3, 5] : decades * 2 <= count ? [1, 2, 5] : [1];
  const stride = factors.length > 1 ? 1 : Math.max(1, Math.ceil(decades / count));
  const lowest = Math.floor(Math.log10(low)) - stride;
  const highest = Math.ceil(Math.log10(high)) + stride;
  const candidates: number[] = [];
  for (let power = lowest; power <= highest; power++) {
    if (power % stride === 0) candidates.push(...factors.map((factor) => factor * 10 ** power));
  }
  if (nice) {
    low = candidates.findLast((value) => value <= low * (1 + 1e-9)) ?? low;
    high = candidates.find((value) => value >= high * (1 - 1e-9)) ?? high;
  }
  const shown = candidates.filter((value) => value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9));
  return { low, high, log: true, ticks: shown.map((value) => ({ value, label: tickLabel(value, value) })) };
}

/** The label of a tick: as many decimals as `step` needs; thousands and millions by letter; tiny ones as powers. */
function tickLabel(value: number, step: number): string {
  if (Math.abs(value) < step * 1e-6) return '0';
  const size = Math.abs(value);
  if (step < 0.999e-4 || size >= 1e12) return Number(value.toPrecision(6)).toExponential().replace('e+', 'e');
  const [unit, letter] =
    step >= 1e9 || size >= 1e10
      ? [1e9, 'G']
      : step >= 1e6 || size >= 1e7
        ? [1e6, 'M']
        : size >= 1e4
          ? [1e3, 'k']
          : [1, ''];
  const decimals = Math.max(0, -Math.floor(Math.log10(step / unit) + 1e-9));
  return `${(value / unit).toFixed(decimals)}${letter}`;
}
