import type { RecordedRun } from './recorded-run.ts';

/** What the horizontal axis of a curve counts: updates, passes over the training set, seconds of training. */
export const curveAxes = ['step', 'epoch', 'time'] as const;

/** One of them. */
export type CurveAxis = (typeof curveAxes)[number];

/**
 * A measure of a run over training, a point for each row of its log that has it. Where single steps have it, as the norm
 * of the gradient, its means over epochs (in the rows of evaluations) are not mixed with them.
 */
export function runCurve(
  run: Pick<RecordedRun, 'rows'>,
  tag: string,
  x: CurveAxis,
): (readonly [x: number, y: number])[] {
  const having = run.rows.filter((row) => row[tag] !== undefined);
  const ofSteps = having.filter((row) => row['train/batch-loss'] !== undefined);
  return (ofSteps.length > 0 ? ofSteps : having).map((row) => [row[x], row[tag]!] as const);
}
