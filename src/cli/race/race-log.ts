/** The log of one run of a race, in the form of a run directory's metrics.jsonl; `time` is training without evaluation. */

import { formatRow, type MetricsRow } from '../../train/metrics-log.ts';
import type { Lane } from '../../train/race/lane.ts';
import type { LaneRun } from '../../train/race/lane-result.ts';
import type { RacePlan } from '../../train/race/result.ts';

/** Where the log of a run lies in the directory: `lanes/2-momentum/seed-0.jsonl`. */
export function logPath({ lanes }: Pick<RacePlan, 'lanes'>, name: Lane['name'], seed: number): string {
  const number = lanes.findIndex((lane) => lane.name === name) + 1;
  return `lanes/${number}-${name.replaceAll(/[^\w.=+-]+/g, '-')}/seed-${seed}.jsonl`;
}

/** Rows by step: `train/mean-loss` over each window of steps, and the measures of each evaluation. */
export function raceLog({ curve }: LaneRun, { stepsPerEpoch }: Pick<RacePlan, 'stepsPerEpoch'>): string {
  const losses = curve.losses.map(
    ({ step, seconds, loss }): MetricsRow => ({
      ...{ step, epoch: step / stepsPerEpoch, time: seconds },
      'train/mean-loss': loss,
    }),
  );
  const evaluations = curve.evaluations.map(
    ({ step, epoch, seconds, measures }): MetricsRow => ({ step, epoch, time: seconds, ...measures }),
  );
  const rows = [...losses, ...evaluations].sort((a, b) => a.step - b.step);
  return rows.map(formatRow).join('');
}
