/** Which parameters are clipped together: all that have the same clipping, those that are frozen left out. */

import type { Shape } from '../base/shape.ts';
import type { Clip } from '../optim/clip/clip.ts';
import type { ClipTarget } from '../optim/clip/clip-target.ts';
import type { Updater } from '../rule/updater.ts';
import type { Treatment } from './parameter-groups.ts';

export interface ClippedTogether extends ClipTarget {
  readonly clip: Clip | undefined;
  /** Norm of the gradient, as last measured. */
  norm: number;
  /** Σg² over those of the parameters that are not frozen. */
  sumOfSquares(): number;
}

export interface ClipTargetOptions {
  readonly updater: Updater;
  /** In the order of the updater's parameters. */
  readonly treatments: readonly Treatment[];
  /** The clipping of parameters that have none of their own. */
  readonly clip: Clip | undefined;
  readonly shapes: readonly Shape[];
}

export function clipTargets({ updater, treatments, clip, shapes }: ClipTargetOptions): ClippedTogether[] {
  const members = new Map<Clip | undefined, number[]>();
  treatments.forEach((treatment, i) => {
    const own = treatment.clip ?? clip;
    members.set(own, [...(members.get(own) ?? []), i]);
  });
  const { controls } = updater;
  const moving = (indices: readonly number[]) => indices.filter((i) => controls[i]!.trainable);
  return [...members].map(([own, indices]) => ({
    clip: own,
    updater,
    get parameters() {
      return moving(indices);
    },
    get unitAxes() {
      return moving(indices).map((i) => unitAxis(shapes[i]!));
    },
    norm: 0,
    sumOfSquares() {
      if (indices.length === controls.length && controls.every(({ trainable }) => trainable)) {
        return updater.sumOfSquares('gradient');
      }
      return moving(indices).reduce((sum, i) => sum + updater.sumOfSquares('gradient', controls[i]!.name), 0);
    },
  }));
}

/** The axis of a parameter along which its units lie: matrices are input × output, filters output first. */
export function unitAxis(shape: Shape): number | undefined {
  if (shape.length <= 1) return undefined;
  return shape.length === 2 ? 1 : 0;
}
