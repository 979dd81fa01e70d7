import type { ArenaArray } from '../../rule/arena.ts';
import type { Updater } from '../../rule/updater.ts';

/** What clipping works on: an updater that holds a gradient, and which of its parameters. */
export interface ClipTarget {
  readonly updater: Updater<ArenaArray>;
  /** Indices into `updater.controls`. */
  readonly parameters: readonly number[];
  /** For each of `parameters`, the axis of its output units; undefined where every element is a unit by itself. */
  readonly unitAxes: readonly (number | undefined)[];
  /** Norm of the gradient of these parameters, unclipped. */
  readonly norm: number;
}

/** Has the gradients of all parameters multiplied by one factor on their way into the next step. */
export function scaleGradients({ updater, parameters }: ClipTarget, factor: number): void {
  for (const index of parameters) updater.controls[index]!.gradientScale = factor;
}
