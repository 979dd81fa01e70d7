import { frozen } from '../../base/frozen.ts';
import { number, type OptionSpecs, readOptions } from '../../base/option-spec.ts';
import { type Mode, monitorOptions, watched } from './monitor.ts';
import type { Situation, Verdict } from './situation.ts';

/** Options of `targetReached`. */
export interface TargetReachedOptions {
  readonly monitor?: string;
  readonly mode?: Mode;
  readonly value: number;
}

/** A target as data. */
export interface TargetReached {
  readonly stopping: 'targetReached';
  readonly monitor: string;
  readonly mode: Mode;
  readonly value: number;
}

export const targetReachedOptions = {
  ...monitorOptions('validation/error'),
  value: number(),
} satisfies OptionSpecs;

/**
 * Stops when a measure is as good as wanted: at most `value`, or at least where more is better (`mode`: `'auto'` by
 * default, `'min'` or `'max'`). `monitor` is `'validation/error'` by default.
 *
 * ```ts
 * targetReached({ monitor: 'validation/accuracy', value: 0.95 });
 * ```
 */
export function targetReached(options: TargetReachedOptions): TargetReached {
  return frozen({ stopping: 'targetReached', ...readOptions('targetReached', targetReachedOptions, options) });
}

export function decideTargetReached(policy: TargetReached, { history, evaluated }: Situation): Verdict | undefined {
  const last = history.at(-1);
  if (!evaluated || last === undefined) return undefined;
  const { monitor, mode, value } = policy;
  if (!(watched(policy, last) <= (mode === 'max' ? -value : value))) return undefined;
  return { status: 'done', reason: `${monitor} is ${last.measures[monitor]}, and ${value} was wanted` };
}
