/** The curve of a search for a learning rate, as a chart: loss against the logarithm of the rate. */

import type { Chart, Marker, Series } from '../../plot/chart.ts';
import type { FirstStepsSearch } from '../../train/find-learning-rate-by-first-steps.ts';
import type { RangeTest } from '../../train/find-learning-rate-by-range-test.ts';
import { formatNumber } from '../present/number-format.ts';

/** Draws what was found; the suggested rate is marked, and the least of the grid that diverged. */
export function rateCurve(found: FirstStepsSearch | RangeTest, title: string): Chart {
  const series = found.method === 'first-steps' ? firstSteps(found) : rangeTest(found);
  const losses = series.flatMap(({ points }) => points.map(([, loss]) => loss)).filter(Number.isFinite);
  const [least, most] = [Math.min(...losses), Math.max(...losses)];
  const suggested = { x: found.suggestion, name: `suggested ${formatNumber(found.suggestion)}` };
  return {
    title,
    xLabel: 'learning rate',
    xScale: 'log',
    markers: [suggested, ...(found.method === 'first-steps' ? divergence(found) : [])],
    panels: [{ title: 'loss', scale: least > 0 && most / least > 3 ? 'log' : 'linear', series }],
  };
}

/** A rate that diverged, or is far worse than no training, is a gap: it would flatten all else. */
function firstSteps({ curve, untrained, steps }: FirstStepsSearch): Series[] {
  const limit = untrained + 0.5 * Math.abs(untrained);
  return [
    {
      name: `after ${steps} steps`,
      points: curve.map(({ learningRate, loss }) => [learningRate, loss <= limit ? loss : Number.NaN]),
      dots: true,
    },
    { name: 'without training', points: curve.map(({ learningRate }) => [learningRate, untrained]) },
  ];
}

function divergence({ curve }: FirstStepsSearch): Marker[] {
  const first = curve.find(({ diverged }) => diverged)?.learningRate;
  return first === undefined ? [] : [{ x: first, name: `diverges at ${formatNumber(first)}` }];
}

/** What lies far above the losses before the least one is a gap: the explosion is seen to begin, not to end. */
function rangeTest({ curve, minimum }: RangeTest): Series[] {
  const falling = curve.filter(({ learningRate }) => learningRate <= minimum).map(({ smoothed }) => smoothed);
  const highest = Math.max(...falling);
  const limit = highest + 0.5 * Math.abs(highest);
  const shown = (loss: number) => (loss <= limit ? loss : Number.NaN);
  return [
    { name: 'minibatches', points: curve.map(({ learningRate, loss }) => [learningRate, shown(loss)]), faint: true },
    { name: 'smoothed', points: curve.map(({ learningRate, smoothed }) => [learningRate, shown(smoothed)]) },
  ];
}
