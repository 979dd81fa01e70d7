/** How much is spent on the search for each learning rate. */

import { checkNumber, checkOneOf, checkOptionNames } from '../../base/options.ts';
import type { GridSize } from './grid.ts';

/** A named budget: the size of the grid, and how long each tuning run is as a part of a run of the race. */
export interface Budget extends GridSize {
  readonly part: number;
}

/**
 * For five lanes, three seeds and grids that are not widened, tuning costs 1/6 (small), 1/2 (medium) and 13/3 (large) of
 * the race itself. Longer tuning runs are the better guide: short ones favour rates that gain early.
 */
export const budgets = Object.freeze({
  small: Object.freeze({ points: 5, pointsPerDecade: 2, mostPoints: 9, part: 0.1 }),
  medium: Object.freeze({ points: 7, pointsPerDecade: 3, mostPoints: 13, part: 0.2 }),
  large: Object.freeze({ points: 13, pointsPerDecade: 4, mostPoints: 25, part: 1 }),
} as const satisfies Record<string, Budget>);

/** The name of a budget: `small`, `medium` or `large`. */
export type BudgetName = keyof typeof budgets;
export const budgetNames = Object.keys(budgets) as BudgetName[];

/** How learning rates are searched. */
export interface TuningOptions extends Partial<GridSize> {
  /** Where the options beside it come from that are absent. Default `'medium'`. */
  readonly budget?: BudgetName;
  /** Length of each tuning run. Default: a part of the race's, by the budget. */
  readonly epochs?: number;
  /** Everything random in tuning follows from it; none of the race's seeds. Default: the one after the race's last. */
  readonly seed?: number;
}

/** Tuning, resolved. */
export interface TuningPlan extends GridSize {
  readonly seed: number;
  /** Steps of each tuning run. */
  readonly steps: number;
}

const place = 'race: tuning';
const optionNames = ['budget', 'points', 'pointsPerDecade', 'mostPoints', 'epochs', 'seed'];

/** Checks `options` and completes them for a race of `steps` steps a run. */
export function readTuning(
  options: TuningOptions,
  run: { readonly steps: number; readonly stepsPerEpoch: number; readonly seeds: readonly number[] },
): TuningPlan {
  checkOptionNames(place, options, optionNames);
  const budget = budgets[checkOneOf(place, 'budget', options.budget ?? 'medium', budgetNames)];
  const count = (name: keyof GridSize, otherwise: number, min: number) =>
    checkNumber(place, name, options[name] ?? otherwise, { integer: true, min, max: 1000 });
  const points = count('points', budget.points, 3);
  const { epochs } = options;
  const steps =
    epochs === undefined
      ? run.steps * budget.part
      : checkNumber(place, 'epochs', epochs, { min: 0, exclusiveMin: true }) * run.stepsPerEpoch;
  const seed = options.seed ?? Math.max(...run.seeds) + 1;
  checkNumber(place, 'seed', seed, { integer: true, min: 0, max: Number.MAX_SAFE_INTEGER });
  return Object.freeze({
    seed,
    steps: Math.max(1, Math.round(steps)),
    points,
    pointsPerDecade: count('pointsPerDecade', budget.pointsPerDecade, 1),
    mostPoints: count('mostPoints', Math.max(points, budget.mostPoints), points),
  });
}
