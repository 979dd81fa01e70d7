import { number, type OptionSpecs, readOptions, withDefault } from '../../base/option-spec.ts';
import type { ArenaArray } from '../../rule/arena.ts';
import { hyperSpec } from '../../rule/hyper-spec.ts';
import { type Position, type Schedule, valueAt } from '../../rule/schedule.ts';
import { type ClipTarget, scaleGradients } from './clip-target.ts';

/** Adaptive clipping, unit by unit, as data. */
export interface Adaptive {
  readonly clip: 'adaptive';
  readonly ratio: number | Schedule;
  readonly epsilon: number;
}

/** Options of `adaptive`. */
export interface AdaptiveOptions {
  readonly ratio?: number | Schedule;
  readonly epsilon?: number;
}

export const adaptiveOptions = {
  ratio: withDefault(hyperSpec({ min: 0 }), 0.01),
  epsilon: withDefault(number({ min: 0 }), 1e-3),
} satisfies OptionSpecs;

/**
 * Adaptive gradient clipping: the gradient of each unit is made at most `ratio` times as long as the unit's weights,
 * g_i ← λ max(‖θ_i‖, ε)/‖g_i‖ · g_i where ‖g_i‖ > λ max(‖θ_i‖, ε) (Brock, De, Smith, Simonyan, 2021, eq. 3). A unit's
 * weights are those that lead into it: a column of a dense layer, a filter of a convolution; each bias is a unit.
 * (The authors' code and optax take a vector as one unit.)
 *
 * - `ratio` λ ≥ 0, a number or a schedule; 0.01 as in the paper, which advises less for smaller batches.
 * - `epsilon` ε ≥ 0, 1e-3 as in the paper: what unit weights count as at least, so that zeros can leave zero.
 *
 * The authors advise not to clip the last linear layer: give it a group without clipping.
 *
 * ```ts
 * adaptive(); // { clip: 'adaptive', ratio: 0.01, epsilon: 0.001 }
 * ```
 */
export function adaptive(options: AdaptiveOptions = {}): Adaptive {
  return Object.freeze({ clip: 'adaptive', ...readOptions('adaptive', adaptiveOptions, options) });
}

/** Rescales the gradient in place: units are no neighbours in memory, so the kernel has no scale for them. */
export function clipAdaptively({ ratio, epsilon }: Adaptive, target: ClipTarget, position: Position): number {
  const { updater, parameters, unitAxes } = target;
  scaleGradients(target, 1);
  let before = 0;
  let after = 0;
  parameters.forEach((index, i) => {
    const { name, size, shape = [size] } = updater.arena.parameters[index]!;
    const gradient = updater.arena.view('gradient', name);
    const units = unitsOf(shape, size, unitAxes[i]);
    const squares = sumsOfSquares(gradient, units);
    const own = sumsOfSquares(updater.arena.view('theta', name), units);
    const factors = clipFactors(squares, own, valueAt(ratio, position), epsilon);
    if (factors !== undefined) multiply(gradient, units, factors);
    squares.forEach((square, unit) => {
      before += square;
      after += factors === undefined ? square : square * factors[unit]! ** 2;
    });
  });
  return before > 0 ? Math.sqrt(after / before) : 1;
}

/** Units along one axis: the element of unit u is one of `inner` neighbours, in each of `outer` stretches. */
interface Units {
  readonly outer: number;
  readonly count: number;
  readonly inner: number;
}

function unitsOf(shape: readonly number[], size: number, axis: number | undefined): Units {
  if (axis === undefined) return { outer: 1, count: size, inner: 1 };
  const product = (dimensions: readonly number[]) => dimensions.reduce((a, b) => a * b, 1);
  return { outer: product(shape.slice(0, axis)), count: shape[axis]!, inner: product(shape.slice(axis + 1)) };
}

function sumsOfSquares(values: ArenaArray, { outer, count, inner }: Units): Float64Array {
  const sums = new Float64Array(count);
  let i = 0;
  if (inner === 1) {
    // The rows of a dense layer, where a loop over one element would cost more than its work.
    for (let row = 0; row < outer; row++) {
      for (let unit = 0; unit < count; unit++, i++) sums[unit]! += values[i]! * values[i]!;
    }
    return sums;
  }
  for (let stretch = 0; stretch < outer; stretch++) {
    for (let unit = 0; unit < count; unit++) {
      let sum = sums[unit]!;
      for (const end = i + inner; i < end; i++) sum += values[i]! * values[i]!;
      sums[unit] = sum;
    }
  }
  return sums;
}

/** What each unit's gradient is to be multiplied by; nothing where no unit's is too long. */
function clipFactors(
  gradients: Float64Array,
  weights: Float64Array,
  ratio: number,
  epsilon: number,
): Float64Array | undefined {
  let factors: Float64Array | undefined;
  for (let unit = 0; unit < gradients.length; unit++) {
    const norm = Math.sqrt(gradients[unit]!);
    const max = ratio * Math.max(Math.sqrt(weights[unit]!), epsilon);
    if (norm <= max) continue;
    factors ??= new Float64Array(gradients.length).fill(1);
    factors[unit] = max / norm;
  }
  return factors;
}

function multiply(values: ArenaArray, { outer, count, inner }: Units, factors: Float64Array): void {
  let i = 0;
  for (let stretch = 0; stretch < outer; stretch++) {
    for (let unit = 0; unit < count; unit++) {
      const factor = factors[unit]!;
      for (const end = i + inner; i < end; i++) values[i]! *= factor;
    }
  }
}
