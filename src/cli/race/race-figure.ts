/** A race as two figures: against steps, which no machine can blur, and against seconds, which is what people wait for. */

import type { Chart } from '../../plot/chart.ts';
import type { BandedCurve, Comparison, ComparisonPanel } from '../../plot/comparison.ts';
import type { LaneResult } from '../../train/race/lane-result.ts';
import {
  type BandKind,
  type CurvePoint,
  lossCurve,
  meanCurve,
  measureCurve,
  type RaceAxis,
} from '../../train/race/mean-curve.ts';
import type { RaceResult } from '../../train/race/result.ts';
import { formatNumber } from '../present/number-format.ts';
import { laneWords, measureName } from './race-table.ts';

/** `auto`: logarithmic where no value is zero, and where they span more than a factor of three. */
export type Scale = 'auto' | 'linear' | 'log';
export const scales: readonly Scale[] = ['auto', 'linear', 'log'];

export interface FigureOptions {
  readonly experiment: string;
  readonly scale?: Scale;
  readonly band?: BandKind;
}

/** With more evaluations than these, that before the first step is left out. */
const manyEvaluations = 4;

/** The figure of a race over steps or seconds. */
export function raceFigure(
  result: RaceResult,
  over: RaceAxis,
  { experiment, scale = 'auto', band = 'range' }: FigureOptions,
): Comparison {
  const { plan, ranking } = result;
  const { measure, stepsPerEpoch } = plan;
  const words = laneWords(result);
  const curves = (of: (run: LaneResult['runs'][number]) => CurvePoint[]) =>
    words.map(({ lane }) => curveOf(result.lanes.find((one) => one.lane.name === lane)!, of, over, band));
  const whole = curves((run) => measureCurve(run.curve, measure.tag));
  // The untrained model is so much worse that nothing else could be told apart beside it.
  const late = whole.some(({ points }) => points.length > manyEvaluations);
  const quality = late ? whole.map(({ name, points }) => ({ name, points: points.slice(1) })) : whole;
  const loss = curves((run) => lossCurve(run.curve));
  const name = measureName(plan);
  const sense = measure.better === 'lower' ? 'lower is better' : 'higher is better';
  const target = ranking.target === undefined ? 'time to target' : `time to ${formatNumber(ranking.target)}`;
  return {
    title: `${experiment}: optimizers raced ${over === 'steps' ? 'step by step' : 'against the clock'}`,
    remarks: remarksOf(result, band),
    xLabel:
      over === 'steps'
        ? `training step (${stepsPerEpoch} steps of ${plan.batchSize} examples are one epoch)`
        : 'seconds of training (evaluation is not counted)',
    head: ['rank', 'optimizer', 'learning rate', `${name} at the end`, target],
    rows: words.map(({ rank, lane, rate, final, toTarget }) => [rank, lane, rate, final, toTarget]),
    panels: [
      panel(`${name} (${sense})${late ? ', from the first evaluation on' : ''}`, quality, scale),
      panel('training loss of the batches, smoothed (lower is better)', loss, scale),
    ],
  };
}

/** The measure over the epochs alone, without bands: what fits into a terminal. */
export function raceChart(result: RaceResult, experiment: string): Chart {
  const { panels, rows } = raceFigure(result, 'steps', { experiment });
  const { stepsPerEpoch } = result.plan;
  const [quality] = panels;
  const series = rows.map(([, name]) => {
    const { points } = quality!.curves.find((curve) => curve.name === name)!;
    return { name: name!, points: points.map(([x, mean]) => [x / stepsPerEpoch, mean] as const) };
  });
  const drawn = series.filter(({ points }) => points.length > 0);
  return {
    title: experiment,
    xLabel: 'epoch',
    panels: [{ title: measureName(result.plan), scale: quality!.scale, series: drawn }],
  };
}

function curveOf(
  { lane, runs }: LaneResult,
  of: (run: LaneResult['runs'][number]) => CurvePoint[],
  over: RaceAxis,
  band: BandKind,
): BandedCurve {
  const whole = runs.filter(({ status }) => status !== 'stopped');
  const points = meanCurve(whole.map(of), over, band);
  return { name: lane.name, points: points.map(({ x, mean, low, high }) => [x, mean, low, high]) };
}

function remarksOf({ plan, lanes, status }: RaceResult, band: BandKind): string[] {
  const { seeds, tuning } = plan;
  const spans = band === 'range' ? 'from the lowest to the highest of them' : 'one standard deviation to either side';
  const tuned = lanes.filter(({ lane }) => lane.rate === 'tuned').length;
  const rates =
    tuned === 0 || tuning === undefined
      ? 'No learning rate was tuned.'
      : `Learning rates${tuned === lanes.length ? '' : ', where tuned,'} were chosen on logarithmic grids, by runs of ${tuning.steps} steps with another seed.`;
  return [
    `Curve: the mean of ${seeds.length} runs (seeds ${seeds[0]} to ${seeds.at(-1)}). Shade: ${spans}.`,
    'For each seed all optimizers start from the same parameters and see the same batches in the same order.',
    rates,
    ...(lanes.length > 1 ? ['Equal ranks (=) share what the spreads of the seeds cannot tell apart.'] : []),
    ...(status === 'stopped'
      ? ['The race was stopped before its end: seeds that not every lane finished do not count.']
      : []),
  ];
}

function panel(title: string, curves: readonly BandedCurve[], scale: Scale): ComparisonPanel {
  const values = curves.flatMap(({ points }) => points.flatMap(([, ...rest]) => rest)).filter(Number.isFinite);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const chosen = scale !== 'auto' ? scale : low > 0 && high > 3 * low ? 'log' : 'linear';
  return { title: chosen === 'log' ? `${title}, logarithmic` : title, scale: chosen, curves };
}
