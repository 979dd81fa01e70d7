import { nested, type OptionSpec, type OptionSpecs, oneOf, text, withDefault } from '../../base/option-spec.ts';
import type { Metric } from '../../nn/metric/metric.ts';
import { betterOf } from '../../nn/metric/table.ts';
import type { EvaluationEvent } from '../event.ts';

export const modes = ['auto', 'min', 'max'] as const;
/** `'min'` where less is better, `'max'` where more is; `'auto'`: as the metric has it, and less of everything else. */
export type Mode = (typeof modes)[number];

/** A measure that is watched, and which way it gets better. */
export interface Monitor {
  /** A measure of evaluations, by its tag. */
  readonly monitor: string;
  readonly mode: Mode;
}

const tag = text('the tag of a measure, such as "validation/error"');
const mode = withDefault(oneOf(modes), 'auto');

/** The two options of a monitor; without a default, its measure must be named. */
export function monitorOptions(byDefault: string) {
  return { monitor: withDefault(tag, byDefault), mode } satisfies OptionSpecs;
}

/** An option that is a monitor. */
export const monitorSpec: OptionSpec<Monitor> = nested({ monitor: tag, mode });

/** With `'auto'` settled: by the metric that the tag names after the set, `error` or `digit/error`. */
export function settled<M extends Monitor>(monitor: M, metrics: Readonly<Record<string, Metric>>): M {
  if (monitor.mode !== 'auto') return monitor;
  const metric = metrics[monitor.monitor.replace(/^[^/]*\//, '')];
  return { ...monitor, mode: metric !== undefined && betterOf(metric) === 'higher' ? 'max' : 'min' };
}

/** The measure at an evaluation so that less is better; NaN where it was not measured. */
export function watched({ monitor, mode }: Monitor, { measures }: EvaluationEvent): number {
  const value = measures[monitor] ?? Number.NaN;
  return mode === 'max' ? -value : value;
}

/** The index of the best evaluation by more than `minDelta`, the earliest of equals; −1 where none has a number. */
export function bestOf(monitor: Monitor, history: readonly EvaluationEvent[], minDelta = 0): number {
  let best = Number.POSITIVE_INFINITY;
  let index = -1;
  history.forEach((evaluation, i) => {
    const value = watched(monitor, evaluation);
    if (value < best - minDelta || (index < 0 && value <= best)) {
      best = value;
      index = i;
    }
  });
  return index;
}
