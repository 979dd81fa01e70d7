/** What an initializer is: frozen data that says how a parameter starts. Its row knows how to draw it. */

import type { OptionSpecs } from '../../base/option-spec.ts';
import type { RandomStream } from '../../base/random.ts';
import type { Shape } from '../../base/shape.ts';

/** A description such as `{ initializer: 'normal', mean: 0, deviation: 0.05 }`; the builders of `init/` make them. */
export interface Initializer {
  readonly initializer: string;
}

/**
 * How many values a unit sums (`fanIn`), and how many units one of its inputs feeds (`fanOut`). The variance of a signal
 * is multiplied by fanIn · Var(w) forward, that of a gradient by fanOut · Var(w) backward.
 */
export interface Fan {
  readonly fanIn: number;
  readonly fanOut: number;
}

/** One row of the table of initializers. */
export interface InitializerRow<D extends Initializer = Initializer> {
  /** Whether the draw depends on the fan of the parameter. */
  readonly usesFan: boolean;
  /** What its options may be, for the schema of an experiment. */
  readonly options: OptionSpecs;
  /** Builds the description from plain options, with every check of its builder. */
  read(options: Readonly<Record<string, unknown>>): D;
  /** Fills `values`, the elements of a parameter of `shape` in row-major order. */
  fill(initializer: D, values: Float32Array, shape: Shape, fan: Fan, stream: RandomStream): void;
}
