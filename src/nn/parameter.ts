/** A parameter that a model declares, and its first values. */

import { fold, type Key, RandomStream } from '../base/random.ts';
import type { Shape } from '../base/shape.ts';
import type { Fan, Initializer } from './init/initializer.ts';
import { draw } from './init/table.ts';

/** A parameter as its layer declared it. */
export interface ParameterSpec {
  /** The path of its layer and its own name: `conv1/weight`. Unique in a model. */
  readonly name: string;
  readonly shape: Shape;
  /** Number of elements. */
  readonly count: number;
  readonly initializer: Initializer;
  /** Absent where the initializer has no use for it. */
  readonly fan?: Fan;
}

/**
 * The first values of one parameter under the key of a run's start. Each parameter has a stream of its own, derived from
 * its name: adding, removing or reordering layers changes no other parameter's draw.
 */
export function initialValue(parameter: ParameterSpec, key: Key): Float32Array {
  const fan = parameter.fan ?? { fanIn: 1, fanOut: 1 };
  return draw(parameter.initializer, parameter.shape, fan, new RandomStream(fold(key, parameter.name)));
}

/** The first values of every parameter, by name. */
export function initialValues(parameters: readonly ParameterSpec[], key: Key): Map<string, Float32Array> {
  return new Map(parameters.map((parameter) => [parameter.name, initialValue(parameter, key)]));
}
