import { OptionError } from '../../base/errors.ts';

/** The mean target of each unit; `targets` lies row by row, `units` to a row. */
export function unitMeans(targets: ArrayLike<number>, units: number): number[] {
  const rows = targets.length / units;
  if (!Number.isInteger(rows) || rows === 0) {
    throw new OptionError('option/length', `${targets.length} targets do not fill rows of ${units}`, {
      place: 'bestConstant',
      mend: 'Give one target for each unit of each example.',
    });
  }
  const sums = new Array<number>(units).fill(0);
  for (let i = 0; i < targets.length; i++) sums[i % units]! += targets[i]!;
  return sums.map((sum) => sum / rows);
}
