/** Precision, recall and F1: how well classes are found, from how often each is meant, said, and both. */

import { frozen } from '../../base/frozen.ts';
import { number, type OptionSpecs, optional, readOptions } from '../../base/option-spec.ts';
import { checkNumber } from '../../base/options.ts';
import { mul } from '../../graph/elementwise.ts';
import { concat } from '../../graph/form.ts';
import { sum } from '../../graph/reduction.ts';
import { asRows, decisionsOf } from './decision.ts';
import { type LabelOptions, labelOptions } from './label-options.ts';
import type { Metric, TotalMetricRow } from './metric.ts';

export interface ClassAverageOptions extends LabelOptions {
  /** Of this class alone, such as 1 where there are two. Default: the mean over the classes ("macro"). */
  readonly ofClass?: number;
}

/** Description of one of the three. */
export interface ClassAverage extends Metric, ClassAverageOptions {
  readonly metric: 'precision' | 'recall' | 'f1';
}

/**
 * Of the examples that are said to be of a class, the share that is; the mean over all classes that occur as label or
 * prediction. A class that is never said has precision 0 (as in scikit-learn). From the counts over the whole data set: no
 * mean of batches.
 *
 * Predictions and targets as for `zeroOne`; a single logit stands for the classes 0 and 1.
 *
 * @example train({ model, metrics: { precision: precision() }, … })
 */
export function precision(options: ClassAverageOptions = {}): ClassAverage {
  return build('precision', options);
}

/**
 * Of the examples of a class, the share that is said to be; the mean over all classes that occur as label or prediction. A
 * class that no label has counts 0.
 *
 * @example train({ model, metrics: { recall: recall({ ofClass: 1 }) }, … })
 */
export function recall(options: ClassAverageOptions = {}): ClassAverage {
  return build('recall', options);
}

/**
 * The harmonic mean of a class's precision and recall, 2 · both / (said + meant); the mean over all classes that occur as
 * label or prediction ("macro F1": the mean of the classes' F1).
 *
 * @example train({ model, metrics: { f1: f1() }, … })
 */
export function f1(options: ClassAverageOptions = {}): ClassAverage {
  return build('f1', options);
}

const classAverageOptions = {
  ofClass: optional(number({ integer: true, min: 0 })),
  ...labelOptions,
} satisfies OptionSpecs;

function build(metric: ClassAverage['metric'], options: ClassAverageOptions): ClassAverage {
  return frozen({ metric, ...readOptions(metric, classAverageOptions, options) });
}

/** A class's measure from its counts: of decisions that mean and say it, that say it, that mean it. */
type OfCounts = (both: number, said: number, meant: number) => number;

const share = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);

function row(
  name: ClassAverage['metric'],
  builder: typeof precision,
  ofCounts: OfCounts,
): TotalMetricRow<ClassAverage> {
  return {
    better: 'higher',
    options: classAverageOptions,
    read: builder,
    ofBatch: (metric, predictions, targets) => {
      const decisions = decisionsOf(name, predictions, targets, metric);
      checkNumber(name, 'ofClass', metric.ofClass ?? 0, { max: decisions.classes - 1 });
      const { said, meant } = asRows(decisions);
      return concat([sum(mul(said, meant), 0), sum(said, 0), sum(meant, 0)], 0);
    },
    ofTotals: ({ ofClass }, totals) => {
      const classes = totals.length / 3;
      const of = (c: number) => ofCounts(totals[c]!, totals[classes + c]!, totals[2 * classes + c]!);
      if (ofClass !== undefined) return of(ofClass);
      let sum = 0;
      let present = 0;
      for (let c = 0; c < classes; c++) {
        if (totals[classes + c] === 0 && totals[2 * classes + c] === 0) continue;
        sum += of(c);
        present++;
      }
      return share(sum, present);
    },
  };
}

export const precisionRow = row('precision', precision, (both, said) => share(both, said));
export const recallRow = row('recall', recall, (both, _, meant) => share(both, meant));
export const f1Row = row('f1', f1, (both, said, meant) => share(2 * both, said + meant));
