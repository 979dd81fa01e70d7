/** Inputs or targets that lie in memory: their values as a data set stores them, and the shape of one. */

import type { HostArray } from '../base/dtype.ts';
import { DataError, OptionError, ShapeError } from '../base/errors.ts';
import { checkNumber } from '../base/options.ts';
import { size as elementCount, type Shape, showShape } from '../base/shape.ts';
import { checkStaging, dtypeOf } from './check-staging.ts';
import type { NamedTargetSpec } from './dataset.ts';
import { gatherRows } from './gather-rows.ts';
import { classLabels } from './labels.ts';
import { flattenNested, type NestedNumbers } from './nested-array.ts';

/** Numbers of all examples one after another (row-major), or nested lists whose first axis counts examples. */
export type GivenArray = HostArray | Float64Array | NestedNumbers;

export interface ReadField {
  readonly values: HostArray | Float64Array;
  /** Known where nested lists or an option say it. */
  readonly shape: Shape | undefined;
  readonly count: number | undefined;
}

export function readField(place: string, given: GivenArray, shape: Shape | undefined, shapeName: string): ReadField {
  if (shape !== undefined) shape.forEach((n) => void checkNumber(place, shapeName, n, { integer: true, min: 1 }));
  if (!Array.isArray(given)) {
    const values = given as HostArray | Float64Array;
    if (shape === undefined) return { values, shape, count: undefined };
    const count = values.length / elementCount(shape);
    if (!Number.isInteger(count)) {
      throw new ShapeError('data/length', `${values.length} numbers are no whole number of examples`, {
        place,
        mend: `An example of shape ${showShape(shape)} takes ${elementCount(shape)}.`,
      });
    }
    return { values, shape, count };
  }
  const nested = flattenNested(given, place);
  const own = nested.shape.slice(1);
  if (shape !== undefined && elementCount(shape) !== elementCount(own)) {
    throw new ShapeError('data/length', `examples ${showShape(own)} do not fill the shape ${showShape(shape)}`, {
      place,
      mend: 'Give values for every element of each example.',
    });
  }
  return { values: nested.values, shape: shape ?? own, count: nested.shape[0]! };
}

/** As a data set keeps them: numbers in double precision become float32. Refuses what is not finite, naming the row. */
export function storedValues(values: HostArray | Float64Array, width: number, place: string): HostArray {
  const stored = values instanceof Float64Array ? Float32Array.from(values) : values;
  if (!(stored instanceof Float32Array)) return stored;
  for (let i = 0; i < stored.length; i++) {
    if (Number.isFinite(stored[i])) continue;
    const where = width === 1 ? '' : `, position ${i % width}`;
    const why = Number.isFinite(values[i]) ? ', which is beyond float32' : '';
    throw new DataError(
      'data/not-finite',
      `row ${Math.floor(i / width)}${where} (counted from 0) is ${values[i]}${why}`,
      {
        place,
        mend: 'Leave such examples out, or replace the value.',
      },
    );
  }
  return stored;
}

/** One target of each example. */
export interface TargetOptions {
  /** Class labels or numbers, one entry (or one row) per example. */
  readonly values: GivenArray;
  /** Of one target; by default that of the nested lists, or a scalar for a typed array. */
  readonly shape?: Shape;
  /** Makes them class labels 0 … classes − 1. Follows from `classNames` where those are given. */
  readonly classes?: number;
  readonly classNames?: readonly string[];
}

/** One target of all examples of a data set. */
export interface TargetField {
  readonly spec: NamedTargetSpec;
  /** Number of examples. */
  readonly size: number;
  copy(indices: ArrayLike<number>, target: HostArray): void;
}

/** Checks targets and stores them. `place` names the option that they came from, `whole` what has the options. */
export function targetField(place: string, whole: string, options: TargetOptions, shapeName = 'shape'): TargetField {
  const { classNames } = options;
  const classes = options.classes ?? classNames?.length;
  if (classes !== undefined) checkNumber(whole, 'classes', classes, { integer: true, min: 1 });
  if (classNames !== undefined && classNames.length !== classes) {
    throw new OptionError('data/class-names', `${classNames.length} class names for ${classes} classes`, {
      place: whole,
      mend: 'Give one for each class, in the order of the class numbers.',
    });
  }
  const wanted = options.shape ?? (Array.isArray(options.values) ? undefined : []);
  const { values, ...read } = readField(place, options.values, wanted, shapeName);
  const shape = read.shape!;
  const size = read.count!;
  if (size === 0)
    throw new DataError('data/empty', 'there are no examples', { place: whole, mend: 'Give one at least.' });
  const width = elementCount(shape);
  if (classes !== undefined && width !== 1) {
    throw new ShapeError('data/label-shape', `class labels of shape ${showShape(shape)}`, {
      place: whole,
      mend: 'Give one integer per example, or leave `classes` out.',
    });
  }
  const stored = classes === undefined ? storedValues(values, width, place) : classLabels(values, classes, place);
  const spec = Object.freeze({
    shape: Object.freeze(classes === undefined ? [...shape] : []),
    dtype: dtypeOf(stored),
    ...(classes === undefined ? {} : { classes }),
    ...(classNames === undefined ? {} : { classNames: Object.freeze([...classNames]) }),
  });
  return {
    spec,
    size,
    copy(indices, target) {
      checkStaging('target', target, indices.length * width, spec.dtype);
      gatherRows(stored, width, indices, target, size);
    },
  };
}
