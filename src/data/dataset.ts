/** What the rest of Dolina knows of a data set: how many examples, what each looks like, and how to copy some out. */

import type { Dtype, HostArray } from '../base/dtype.ts';
import type { Normalization } from '../base/normalization.ts';
import type { Shape } from '../base/shape.ts';

/** Element types that a data set may store. */
export type DataDtype = Exclude<Dtype, 'bool'>;

/** Shape and dtype of one example, without the batch axis. */
export interface FieldSpec {
  readonly shape: Shape;
  readonly dtype: DataDtype;
}

/** Shape and dtype of the target of one example. */
export interface TargetSpec extends FieldSpec {
  /**
   * Present where the target is a class label, or a row of them as in text: int32 in 0 … classes − 1, checked when the set
   * was made.
   */
  readonly classes?: number;
}

/** A target beside others. */
export interface NamedTargetSpec extends TargetSpec {
  readonly classNames?: readonly string[];
}

/** Where targets are copied to: one array, or one for each target that is wanted, by its name. */
export type TargetArrays = HostArray | Readonly<Record<string, HostArray>>;

/** Examples that can be copied out by index, and what they look like. */
export interface Dataset {
  readonly name: string;
  /** Number of examples. */
  readonly size: number;
  /** Where the bytes came from, as a sentence. */
  readonly source: string;
  /** As stored: images stay bytes on the host. */
  readonly input: FieldSpec;
  /** Of several targets, the first. */
  readonly target: TargetSpec;
  /** Every target by its name, where an example has several: what several outputs are compared with. */
  readonly targets?: Readonly<Record<string, NamedTargetSpec>>;
  /** Of `target`. */
  readonly classNames?: readonly string[];
  /** How the stored input becomes the float32 input of a model, inside the graph. */
  readonly normalization: Normalization;
  /** How much each example counts in the loss, ≥ 0, example after example; 1 each where it is absent. */
  readonly weights?: Float32Array;
  /**
   * Copies the examples at `indices`, in that order, to the front of the caller's arrays: row i of `input` is example
   * `indices[i]`. One array of targets gets `target`; a record of them gets the targets of its names. Nothing is allocated per example of more than a few numbers. Throws a `DataError` for an index
   * outside 0 … size − 1 and a `ShapeError` for an array that is too short or of another dtype.
   */
  copy(indices: ArrayLike<number>, input: HostArray, target: TargetArrays): void;
}

/** Everything about a data set but its examples. */
export function description(dataset: Dataset): Omit<Dataset, 'size' | 'weights' | 'copy'> {
  const { name, source, input, target, targets, classNames, normalization } = dataset;
  return {
    ...{ name, source, input, target, normalization },
    ...(targets === undefined ? {} : { targets }),
    ...(classNames === undefined ? {} : { classNames }),
  };
}

/** The same examples under a changed description. */
export function describedAs(dataset: Dataset, changes: Partial<Omit<Dataset, 'size'>>): Dataset {
  return Object.freeze({
    ...description(dataset),
    size: dataset.size,
    ...(dataset.weights === undefined ? {} : { weights: dataset.weights }),
    copy: (rows: ArrayLike<number>, input: HostArray, target: TargetArrays) => dataset.copy(rows, input, target),
    ...changes,
  });
}
