import { OptionError } from '../../base/errors.ts';

/** The targets of each unit; `targets` lies row by row, `units` to a row. */
export function byUnit(targets: ArrayLike<number>, units: number): Float64Array[] {
  const rows = targets.length / units;
  if (!Number.isInteger(rows) || rows === 0) {
    throw new OptionError('option/length', `${targets.length} targets do not fill rows of ${units}`, {
      place: 'bestConstant',
      mend: 'Give one target for each unit of each example.',
    });
  }
  return Array.from({ length: units }, (_, unit) =>
    Float64Array.from({ length: rows }, (_, row) => targets[row * units + unit]!),
  );
}

/** The mean target of each unit. */
export function unitMeans(targets: ArrayLike<number>, units: number): number[] {
  return byUnit(targets, units).map((values) => values.reduce((sum, value) => sum + value, 0) / values.length);
}
