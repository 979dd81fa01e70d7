/** A data set that lies in memory. The other loaders end here, so this is where values are checked. */

import type { HostArray } from '../base/dtype.ts';
import { OptionError, ShapeError } from '../base/errors.ts';
import { suggestion } from '../base/nearest.ts';
import type { Normalization } from '../base/normalization.ts';
import { checkOptionNames } from '../base/options.ts';
import { size as elementCount, type Shape } from '../base/shape.ts';
import {
  type GivenArray,
  readField,
  storedValues,
  type TargetField,
  type TargetOptions,
  targetField,
} from './array-field.ts';
import { checkStaging, dtypeOf } from './check-staging.ts';
import type { Dataset, FieldSpec, TargetArrays } from './dataset.ts';
import { gatherRows } from './gather-rows.ts';
import { checkNormalization } from './normalization.ts';

export interface ArraysOptions {
  /** Examples one after another (row-major), or nested lists whose first axis counts examples. Kept, not copied. */
  readonly input: GivenArray;
  /** Class labels or numbers, one entry (or one row) per example. Give this or `targets`. */
  readonly target?: GivenArray;
  /**
   * Several targets by name, for a model with an output of each name: their numbers, or these with their shape and classes,
   * `{ values, shape, classes, classNames }`.
   */
  readonly targets?: Readonly<Record<string, GivenArray | TargetOptions>>;
  /** Shape of one input; by default that of the nested lists, or one axis for a typed array. */
  readonly inputShape?: Shape;
  /** Shape of one `target`; by default that of the nested lists, or a scalar for a typed array. */
  readonly targetShape?: Shape;
  /** Makes `target` class labels 0 … classes − 1. Follows from `classNames` where those are given. */
  readonly classes?: number;
  readonly classNames?: readonly string[];
  /** Default: 1/255 for bytes, nothing for other dtypes. */
  readonly normalization?: Normalization;
  readonly name?: string;
  readonly source?: string;
}

const ofOneTarget = ['target', 'targetShape', 'classes', 'classNames'] as const;
const OPTION_NAMES = [
  ...['input', 'inputShape', 'targets', 'normalization', 'name', 'source'],
  ...ofOneTarget,
] as const satisfies readonly string[];

const PLACE = 'fromArrays';

/** The targets of a set that has several, by name. */
function namedTargets(options: ArraysOptions): ReadonlyMap<string, TargetField> | undefined {
  const { targets } = options;
  const given = ofOneTarget.filter((name) => options[name] !== undefined);
  if (targets === undefined) {
    if (options.target !== undefined) return undefined;
    throw new OptionError('option/missing', 'target is missing', {
      place: PLACE,
      mend: 'Give `target`, or several by name as `targets`.',
    });
  }
  if (given.length > 0) {
    throw new OptionError('option/form', `both targets and ${given[0]} are given`, {
      place: PLACE,
      mend: 'Say what belongs to a target in its place: { targets: { digit: { values, classes: 10 } } }.',
    });
  }
  const entries = Object.entries(targets);
  if (entries.length === 0) {
    throw new OptionError('option/form', 'targets is {}', { place: PLACE, mend: 'Give at least one, by its name.' });
  }
  return new Map(
    entries.map(([name, target]) => {
      const place = `${PLACE}({ targets.${name} })`;
      const described = Array.isArray(target) || ArrayBuffer.isView(target) ? { values: target } : target;
      checkOptionNames(place, described, ['values', 'shape', 'classes', 'classNames']);
      return [name, targetField(place, place, described as TargetOptions)];
    }),
  );
}

/** The only target of a set that has one. */
function onlyTarget({ target, targetShape, classes, classNames }: ArraysOptions): TargetField {
  const options = {
    values: target!,
    ...(targetShape === undefined ? {} : { shape: targetShape }),
    ...(classes === undefined ? {} : { classes }),
    ...(classNames === undefined ? {} : { classNames }),
  };
  return targetField(`${PLACE}({ target })`, PLACE, options, 'targetShape');
}

/**
 * A data set of arrays in memory.
 *
 * @throws OptionError for unknown options; ShapeError for lengths that do not fit; DataError naming the row for a label
 * outside the classes, a ragged list, NaN or an infinity.
 * @example
 * fromArrays({ input: [[0, 0], [0, 1], [1, 0], [1, 1]], target: [0, 1, 1, 0], classes: 2 })
 * @example
 * fromArrays({ input: images, inputShape: [1, 28, 28], targets: { digit: { values: labels, classes: 10 }, thickness } })
 */
export function fromArrays(options: ArraysOptions): Dataset {
  checkOptionNames(PLACE, options, OPTION_NAMES);
  const several = namedTargets(options);
  const first = several?.values().next().value ?? onlyTarget(options);
  const { size } = first;
  for (const [name, { size: own }] of several ?? []) {
    if (own === size) continue;
    throw new ShapeError('data/length', `${own} targets for ${size} of the first`, {
      place: `${PLACE}({ targets.${name} })`,
      mend: 'Give one of each for every example.',
    });
  }

  const input = readField(`${PLACE}({ input })`, options.input, options.inputShape, 'inputShape');
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
  const inputs = storedValues(input.values, inputWidth, `${PLACE}({ input })`);
  const inputSpec: FieldSpec = Object.freeze({ shape: Object.freeze([...inputShape]), dtype: dtypeOf(inputs) });
  const { classNames, ...target } = first.spec;
  const normalization = options.normalization ?? { scale: inputSpec.dtype === 'uint8' ? 1 / 255 : 1 };
  const named = several && Object.fromEntries(Array.from(several, ([name, { spec }]) => [name, spec]));

  return Object.freeze({
    name: options.name ?? 'arrays',
    size,
    source: options.source ?? 'arrays in memory',
    input: inputSpec,
    target: Object.freeze(target),
    ...(named === undefined ? {} : { targets: Object.freeze(named) }),
    ...(classNames === undefined ? {} : { classNames }),
    normalization: checkNormalization(`${PLACE}({ normalization })`, normalization, inputShape),
    copy(indices: ArrayLike<number>, input: HostArray, targets: TargetArrays): void {
      checkStaging('input', input, indices.length * inputWidth, inputSpec.dtype);
      gatherRows(inputs, inputWidth, indices, input, size);
      if (ArrayBuffer.isView(targets)) first.copy(indices, targets as HostArray);
      else for (const [name, array] of Object.entries(targets)) fieldOf(several, name).copy(indices, array);
    },
  });
}

function fieldOf(several: ReadonlyMap<string, TargetField> | undefined, name: string): TargetField {
  const field = several?.get(name);
  if (field !== undefined) return field;
  throw new OptionError('option/choice', `there is no target ${JSON.stringify(name)}`, {
    place: 'copy',
    mend: several === undefined ? 'The set has one target, without a name.' : suggestion(name, [...several.keys()]),
  });
}
