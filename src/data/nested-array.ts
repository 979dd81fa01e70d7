/** Nested lists of numbers, as people write small data, to one typed array and its shape. */

import { DataError } from '../base/errors.ts';

export type NestedNumbers = readonly (number | NestedNumbers)[];

export interface FlatNumbers {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

/** Throws a `DataError` with the path (`[3][1]`) of the first ragged or non-numeric entry. */
export function flattenNested(nested: NestedNumbers, place: string): FlatNumbers {
  const shape: number[] = [];
  for (let level: number | NestedNumbers = nested; Array.isArray(level); level = level[0]!) shape.push(level.length);
  const values = new Float64Array(shape.reduce((product, length) => product * length, 1));
  let filled = 0;
  const refuse = (path: string, found: unknown, depth: number): never => {
    const wanted = depth < shape.length ? `a list of ${shape[depth]}` : 'a number';
    const shown = Array.isArray(found) ? `a list of ${found.length}` : JSON.stringify(found);
    throw new DataError('data/ragged', `entry ${path} is ${shown} where the first one is ${wanted}`, {
      place,
      mend: 'Give every example the same shape, made of numbers.',
    });
  };
  const visit = (level: unknown, depth: number, path: string): void => {
    if (depth === shape.length) {
      values[filled++] = typeof level === 'number' ? level : refuse(path, level, depth);
    } else if (!Array.isArray(level) || level.length !== shape[depth]) {
      refuse(path, level, depth);
    } else {
      for (let i = 0; i < level.length; i++) visit(level[i], depth + 1, `${path}[${i}]`);
    }
  };
  visit(nested, 0, '');
  return { shape, values };
}
