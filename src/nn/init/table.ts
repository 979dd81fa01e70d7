/** The table of initializers: a new one is one file and one row. */

import { OptionError } from '../../base/errors.ts';
import { suggestion } from '../../base/nearest.ts';
import { checkOptionNames } from '../../base/options.ts';
import type { RandomStream } from '../../base/random.ts';
import { type Shape, size } from '../../base/shape.ts';
import { shown } from '../../base/shown.ts';
import { constantRow } from './constant.ts';
import { constantByPartRow } from './constant-by-part.ts';
import { givenRow } from './given.ts';
import { identityRow } from './identity.ts';
import type { Fan, Initializer, InitializerRow } from './initializer.ts';
import { normalRow } from './normal.ts';
import { orthogonalRow } from './orthogonal.ts';
import { sparseRow } from './sparse.ts';
import { truncatedNormalRow } from './truncated-normal.ts';
import { uniformRow } from './uniform.ts';
import { varianceScalingRow } from './variance-scaling.ts';
import { zerosRow } from './zeros.ts';

export const initializers = {
  zeros: zerosRow,
  constant: constantRow,
  constantByPart: constantByPartRow,
  given: givenRow,
  uniform: uniformRow,
  normal: normalRow,
  truncatedNormal: truncatedNormalRow,
  varianceScaling: varianceScalingRow,
  orthogonal: orthogonalRow,
  identity: identityRow,
  sparse: sparseRow,
} as const satisfies Readonly<Record<string, InitializerRow>>;

/** The name of a built-in initializer. */
export type InitializerKind = keyof typeof initializers;

/** The row of a description's kind; refuses one that is unknown, with the nearest name. */
function rowOf(value: unknown, place: string): InitializerRow {
  const kind = (value as Partial<Initializer> | null | undefined)?.initializer;
  if (typeof kind !== 'string' || !Object.hasOwn(initializers, kind)) {
    throw new OptionError('option/choice', `${shown(value)} is no initializer`, {
      place,
      mend: suggestion(String(kind), Object.keys(initializers)),
    });
  }
  return initializers[kind as InitializerKind] as InitializerRow;
}

/** Checks a plain value (from JSON, say) and gives the initializer that it describes. */
export function readInitializer(value: unknown, place = ''): Initializer {
  const row = rowOf(value, place);
  const { initializer: kind, ...options } = value as Initializer;
  checkOptionNames(kind, options, Object.keys(row.options));
  return row.read(options);
}

/** Whether a parameter with this initializer must state its fan. */
export function usesFan(initializer: Initializer): boolean {
  return rowOf(initializer, 'usesFan').usesFan;
}

/**
 * A drawn parameter of `shape`, row-major.
 *
 * @example draw(heNormal(), [784, 512], { fanIn: 784, fanOut: 512 }, new RandomStream(key(7)))
 */
export function draw(initializer: Initializer, shape: Shape, fan: Fan, stream: RandomStream): Float32Array {
  const values = new Float32Array(size(shape));
  rowOf(initializer, 'draw').fill(initializer, values, shape, fan, stream);
  return values;
}
