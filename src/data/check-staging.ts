/** Whether the arrays that a caller hands to `copy` can take what is copied. */

import type { HostArray } from '../base/dtype.ts';
import { ShapeError } from '../base/errors.ts';
import type { DataDtype } from './dataset.ts';

/** The element type that an array holds; numbers in double precision are stored as float32. */
export function dtypeOf(values: HostArray | Float64Array): DataDtype {
  if (values instanceof Uint8Array) return 'uint8';
  return values instanceof Int32Array ? 'int32' : 'float32';
}

/** Refuses an array of another dtype, or one that is too short. */
export function checkStaging(name: string, given: HostArray, wanted: number, dtype: DataDtype): void {
  if (dtypeOf(given) === dtype && given.length >= wanted) return;
  throw new ShapeError('data/staging', `${name} is a ${given.constructor.name} of ${given.length}`, {
    place: 'copy',
    mend: `Give a ${dtype} array of at least ${wanted} elements.`,
  });
}
