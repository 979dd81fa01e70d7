/** A data set that lies in memory. The other loaders end here, so this is where values are checked. */

import type { HostArray } from '../base/dtype.ts';
import { DataError, OptionError, ShapeError } from '../base/errors.ts';
import type { Normalization } from '../base/normalization.ts';
import { checkNumber, checkOptionNames } from '../base/options.ts';
import { size as elementCount, type Shape, showShape } from '../base/shape.ts';
import { checkStaging, dtypeOf } from './check-staging.ts';
import type { Dataset, FieldSpec, TargetSpec } from './dataset.ts';
import { gatherRows } from './gather-rows.ts';
import { classLabels } from './labels.ts';
import { flattenNested, type NestedNumbers } from './nested-array.ts';
import { checkNormalization } from './normalization.ts';

export interface ArraysOptions {
  /** Examples one after another (row-major), or nested lists whose first axis counts examples. Kept, not copied. */
  readonly input: HostArray | Float64Array | NestedNumbers;
  /** Class labels or numbers, one entry (or one row) per example. */
  readonly target: HostArray | Float64Array | NestedNumbers;
  /** Shape of one input; by default that of the nested lists, or one axis for a typed array. */
  readonly inputShape?: Shape;
  /** Shape of one target; by default that of the nested lists, or a scalar for a typed array. */
  readonly targetShape?: Shape;
  /** Makes the targets class labels 0 … classes − 1. Follows from `classNames` where those are given. */
  readonly classes?: number;
  readonly classNames?: readonly string[];
  /** Default: 1/255 for bytes, nothing for other dtypes. */
  readonly normalization?: Normalization;
  readonly name?: string;
  readonly source?: string;
}

const OPTION_NAMES = [
  'input',
  'target',
  'inputShape',
  'targetShape',
  'classes',
  'classNames',
  'normalization',
  'name',
  'source',
] as const satisfies readonly (keyof ArraysOptions)[];

const PLACE = 'fromArrays';

interface Field {
  readonly values: HostArray | Float64Array;
  /** Known where nested lists or an option say it. */
  readonly shape: Shape | undefined;
  readonly count: number | undefined;
}

function read(
  name: 'input' | 'target',
  given: HostArray | Float64Array | NestedNumbers,
  shape: Shape | undefined,
): Field {
  const place = `${PLACE}({ ${name} })`;
  if (shape !== undefined) shape.forEach((n) => void checkNumber(place, `${name}Shape`, n, { integer: true, min: 1 }));
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

function checkFinite(values: HostArray | Float64Array, stored: HostArray, width: number, place: string): void {
  if (!(stored instanceof Float32Array)) return;
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
}

function stored(name: 'input' | 'target', values: HostArray | Float64Array, width: number): HostArray {
  const kept = values instanceof Float64Array ? Float32Array.from(values) : values;
  checkFinite(values, kept, width, `${PLACE}({ ${name} })`);
  return kept;
}

/**
 * A data set of arrays in memory.
 *
 * @throws OptionError for unknown options; ShapeError for lengths that do not fit; DataError naming the row for a label
 * outside the classes, a ragged list, NaN or an infinity.
 * @example
 * fromArrays({ input: [[0, 0], [0, 1], [1, 0], [1, 1]], target: [0, 1, 1, 0], classes: 2 })
 */
export function fromArrays(options: ArraysOptions): Dataset {
  checkOptionNames(PLACE, options, OPTION_NAMES);
  const { classNames } = options;
  const classes = options.classes ?? classNames?.length;
  if (classes !== undefined) checkNumber(PLACE, 'classes', classes, { integer: true, min: 1 });
  if (classNames !== undefined && classNames.length !== classes) {
    throw new OptionError('data/class-names', `${classNames.length} class names for ${classes} classes`, {
      place: PLACE,
      mend: 'Give one for each class, in the order of the class numbers.',
    });
  }

  const target = read(
    'target',
    options.target,
    options.targetShape ?? (Array.isArray(options.target) ? undefined : []),
  );
  const targetShape = target.shape!;
  const size = target.count!;
  if (size === 0)
    throw new DataError('data/empty', 'there are no examples', { place: PLACE, mend: 'Give one at least.' });
  const targetWidth = elementCount(targetShape);
  if (classes !== undefined && targetWidth !== 1) {
    throw new ShapeError('data/label-shape', `class labels of shape ${showShape(targetShape)}`, {
      place: PLACE,
      mend: 'Give one integer per example, or leave `classes` out.',
    });
  }

  const input = read('input', options.input, options.inputShape);
  const inputShape = input.shape ?? [input.values.length / size];
  const inputCount = input.count ?? (Number.isInteger(inputShape[0]) ? size : undefined);
  if (inputCount !== size || input.values.length === 0) {
    const found = inputCount === undefined ? `${input.values.length} numbers` : `${inputCount} inputs`;
    throw new ShapeError('data/length', `${found} for ${size} targets`, {
      place: PLACE,
      mend: 'Give as many inputs as targets.',
    });
  }
  const inputWidth = elementCount(inputShape);

  const inputs = stored('input', input.values, inputWidth);
  const targets =
    classes === undefined
      ? stored('target', target.values, targetWidth)
      : classLabels(target.values, classes, `${PLACE}({ target })`);
  const inputSpec: FieldSpec = Object.freeze({ shape: Object.freeze([...inputShape]), dtype: dtypeOf(inputs) });
  const targetSpec: TargetSpec = Object.freeze({
    shape: Object.freeze(classes === undefined ? [...targetShape] : []),
    dtype: dtypeOf(targets),
    ...(classes === undefined ? {} : { classes }),
  });
  const normalization = options.normalization ?? { scale: inputSpec.dtype === 'uint8' ? 1 / 255 : 1 };

  return Object.freeze({
    name: options.name ?? 'arrays',
    size,
    source: options.source ?? 'arrays in memory',
    input: inputSpec,
    target: targetSpec,
    ...(classNames === undefined ? {} : { classNames: Object.freeze([...classNames]) }),
    normalization: checkNormalization(`${PLACE}({ normalization })`, normalization, inputShape),
    copy(indices: ArrayLike<number>, input: HostArray, target: HostArray): void {
      checkStaging('input', input, indices.length * inputWidth, inputSpec.dtype);
      checkStaging('target', target, indices.length * targetWidth, targetSpec.dtype);
      gatherRows(inputs, inputWidth, indices, input, size);
      gatherRows(targets, targetWidth, indices, target, size);
    },
  });
}
