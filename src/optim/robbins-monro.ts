/** Do the conditions for convergence of stochastic gradient descent hold for a schedule? */

import { OptionError } from '../base/errors.ts';
import { checkNumber, checkOptionNames } from '../base/options.ts';
import { boundsOf, type Schedule, tailOf, valueAt } from '../rule/schedule.ts';

/** Options of `robbinsMonro`. They matter only to schedules of your own, whose sums are added up. */
export interface RobbinsMonroOptions {
  /** For schedules that count in epochs. */
  readonly stepsPerEpoch?: number;
  /** For schedules that count in examples. */
  readonly batchSize?: number;
  /** All steps of the training, for schedules that count in fractions of it. */
  readonly steps?: number;
  /** How many steps are added up. */
  readonly horizon?: number;
}

/** What `robbinsMonro` answers, as plain data. */
export interface RobbinsMonro {
  /** Σε = ∞: however far away a minimum is, it can be reached. */
  readonly sumDiverges: boolean | 'unknown';
  /** Σε² < ∞: the noise dies out. */
  readonly squaresConverge: boolean | 'unknown';
  /** Both. */
  readonly holds: boolean | 'unknown';
  /** How it was found out: from the formula, which is certain, or from many terms, which is not. */
  readonly by: 'family' | 'partial sums';
  readonly reason: string;
}

type Answer = boolean | 'unknown';

/** How many doublings of the number of steps must agree. */
const doublings = 4;
/** What one doubling adds, divided by what the one before added: at least this where the sum diverges (k^−1 has 1) … */
const diverging = 0.99;
/** … and at most this where it converges (k^−1.15 has 0.9). */
const converging = 0.9;

/**
 * Whether a learning rate meets the conditions of Robbins and Monro (1951), Σε_k = ∞ and Σε_k² < ∞ over all steps k, which
 * suffice for stochastic gradient descent to converge (Goodfellow et al., eq. 8.12–8.13). Schedules are taken to go on for
 * ever, after the planned end too.
 *
 * Schedules that come with Dolina know how they end: as k^−p, say, where the first needs p ≤ 1 and the second p > ½. Others
 * are added up over `horizon` steps (131,072): by what each doubling of the number of steps adds to the sum, compared with
 * the doubling before, for the last four doublings. If that is never under 0.99 the sum is taken to diverge, if never over
 * 0.9 to converge, otherwise the answer is `'unknown'`. That indicates, it proves nothing. For it, `stepsPerEpoch`,
 * `batchSize` or `steps` are needed where the schedule counts in epochs, examples or fractions.
 *
 * ```ts
 * robbinsMonro(inverseTimeDecay({ from: 0.1, over: epochs(10) })).holds; // true
 * robbinsMonro(0.1).reason; // "it stays at 0.1: Σε = ∞, Σε² = ∞"
 * ```
 *
 * Throws an OptionError for schedules with values below 0.
 */
export function robbinsMonro(value: number | Schedule, options: RobbinsMonroOptions = {}): RobbinsMonro {
  checkOptionNames('robbinsMonro', options, ['stepsPerEpoch', 'batchSize', 'steps', 'horizon']);
  checkRate(boundsOf(value)[0], 'the least value');
  const tail = tailOf(value);
  if (tail === undefined) return byPartialSums(value, options);
  const { power, reason } = tail;
  if (power === 'unknown') return answer('family', 'unknown', 'unknown', reason);
  return answer('family', power <= 1, power > 0.5, reason);
}

function checkRate(value: number, name: string): void {
  checkNumber('robbinsMonro', name, value, { min: 0 });
}

function answer(by: RobbinsMonro['by'], sum: Answer, squares: Answer, reason: string): RobbinsMonro {
  const finite = { true: '< ∞', false: '= ∞', unknown: 'unknown' } as const;
  const diverges = { true: '= ∞', false: '< ∞', unknown: 'unknown' } as const;
  const holds = sum === false || squares === false ? false : sum === true && squares === true ? true : 'unknown';
  const sums = `Σε ${diverges[`${sum}`]}, Σε² ${finite[`${squares}`]}`;
  return Object.freeze({ sumDiverges: sum, squaresConverge: squares, holds, by, reason: `${reason}: ${sums}` });
}

/** Goes along a training; a unit is asked for only where the schedule counts in it. */
function walk(options: RobbinsMonroOptions) {
  const needed = (name: keyof RobbinsMonroOptions, unit: string) => {
    if (options[name] === undefined) {
      throw new OptionError('option/missing', `the schedule counts in ${unit}, and ${name} is missing`, {
        place: 'robbinsMonro',
        mend: `Give ${name} too.`,
      });
    }
    return checkNumber('robbinsMonro', name, options[name], { min: 0, exclusiveMin: true });
  };
  const position = {
    step: 0,
    get epoch() {
      return position.step / needed('stepsPerEpoch', 'epochs');
    },
    get examples() {
      return position.step * needed('batchSize', 'examples');
    },
    get fraction() {
      return Math.min(position.step / needed('steps', 'fractions of the training'), 1);
    },
  };
  return position;
}

function byPartialSums(value: number | Schedule, options: RobbinsMonroOptions): RobbinsMonro {
  const range = { min: 2 ** (doublings + 6), integer: true };
  const horizon = checkNumber('robbinsMonro', 'horizon', options.horizon ?? 2 ** 17, range);
  // Ends of the doublings, the last at the horizon: [h/32, h/16), …, [h/2, h).
  const ends = Array.from({ length: doublings + 2 }, (_, i) => Math.floor(horizon / 2 ** (doublings + 1 - i)));
  const position = walk(options);
  const sums: number[] = [];
  const squares: number[] = [];
  for (const [i, end] of ends.slice(1).entries()) {
    let [sum, square] = [0, 0];
    for (position.step = ends[i]!; position.step < end; position.step++) {
      const rate = valueAt(value, position);
      if (!(rate >= 0 && rate < Number.POSITIVE_INFINITY)) checkRate(rate, `the value at step ${position.step}`);
      sum += rate;
      square += rate * rate;
    }
    sums.push(sum);
    squares.push(square);
  }
  const [diverges, squaresDiverge] = [verdict(sums), verdict(squares)];
  const shown = (list: readonly number[]) => growth(list).map((ratio) => ratio.toPrecision(3));
  return answer(
    'partial sums',
    diverges,
    squaresDiverge === 'unknown' ? 'unknown' : !squaresDiverge,
    `each doubling of the steps up to ${horizon} adds ${shown(sums).join(', ')} times as much to Σε as the one before, and ` +
      `${shown(squares).join(', ')} times as much to Σε²`,
  );
}

/** What each doubling adds, divided by what the one before added. */
function growth(added: readonly number[]): readonly number[] {
  return added.slice(1).map((now, i) => (now === 0 ? 0 : now / added[i]!));
}

function verdict(added: readonly number[]): Answer {
  const ratios = growth(added);
  if (ratios.every((ratio) => ratio >= diverging)) return true;
  return ratios.every((ratio) => ratio <= converging) ? false : 'unknown';
}
