/** The curves of a run, as charts: gathered from its events, bounded in memory however long it is. */

import type { TrainingEvent } from '../train/event.ts';
import type { Chart, Panel, Series } from './plot/chart.ts';

type Point = readonly [x: number, y: number];

/** Steps that are kept; beyond, every second one is dropped. */
const most = 4096;

interface StepCurve {
  readonly tag: string;
  points: Point[];
}

export interface Curves {
  on(event: TrainingEvent): void;
  /** Loss, metrics, learning rate and gradient norm: the picture that a run leaves. */
  whole(title: string): Chart;
  /** Loss and metrics alone: what fits into a terminal. */
  brief(title: string): Chart;
}

/**
 * Leaves out the few values of single steps that would flatten all else, as those of the very first steps do: beyond
 * nineteen of twenty steps, and well beyond the means of the epochs.
 */
function withoutSpikes(points: readonly Point[] | undefined, means: readonly Point[]): Point[] | undefined {
  if (points === undefined) return undefined;
  const sorted = points.map(([, y]) => y).sort((a, b) => a - b);
  const usual = sorted[Math.floor(0.95 * (sorted.length - 1))] ?? Number.POSITIVE_INFINITY;
  const highest = Math.max(...means.map(([, y]) => y).filter(Number.isFinite), 0);
  const limit = Math.max(usual, 1.25 * highest);
  return points.map(([x, y]) => [x, y <= limit ? y : Number.NaN]);
}

export function createCurves(): Curves {
  const evaluations = new Map<string, Point[]>();
  const steps = new Map<string, StepCurve>();
  let stride = 1;

  const record = (tag: string, x: number, y: number) => {
    const curve = steps.get(tag) ?? { tag, points: [] };
    steps.set(tag, curve);
    curve.points.push([x, y]);
    return curve.points.length;
  };
  const halve = () => {
    stride *= 2;
    for (const curve of steps.values()) curve.points = curve.points.filter((_, index) => index % 2 === 1);
  };

  const series = (name: string, points: readonly Point[] | undefined, faint = false): Series[] =>
    points === undefined || points.length === 0 ? [] : [{ name, points, ...(faint ? { faint } : {}) }];

  const measure = (name: string): Panel => {
    const means = ['train', 'validation'].map((set) => evaluations.get(`${set}/${name}`));
    return {
      title: name,
      series: [
        ...series(
          'minibatch',
          withoutSpikes(
            steps.get(name)?.points,
            means.flatMap((points) => points ?? []),
          ),
          true,
        ),
        ...series('training', means[0]),
        ...series('validation', means[1]),
      ],
    };
  };
  const measures = () => {
    const names = [...evaluations.keys()].filter((tag) => tag.startsWith('train/')).map((tag) => tag.slice(6));
    return (names.length === 0 ? ['loss'] : names).map(measure);
  };
  const chart = (title: string, panels: readonly Panel[]): Chart => ({
    title,
    xLabel: 'epoch',
    panels: panels.filter((panel) => panel.series.length > 0),
  });

  return {
    on(event) {
      if (event.type === 'evaluation') {
        for (const [tag, value] of Object.entries(event.measures)) {
          const points = evaluations.get(tag) ?? [];
          evaluations.set(tag, points);
          points.push([event.epoch, value]);
        }
      }
      if (event.type !== 'step' || event.step % stride !== 0) return;
      const kept = record('loss', event.epoch, event.loss);
      for (const [name, value] of Object.entries(event.measures)) record(name, event.epoch, value);
      if (event.hyper.learningRate !== undefined) record('learning rate', event.epoch, event.hyper.learningRate);
      record('gradient norm', event.epoch, event.gradientNorm);
      if (kept >= most) halve();
    },
    whole: (title) =>
      chart(title, [
        ...measures(),
        { title: 'learning rate', series: series('learning rate', steps.get('learning rate')?.points) },
        {
          title: 'gradient norm before clipping',
          scale: 'log',
          series: [
            ...series('minibatch', steps.get('gradient norm')?.points, true),
            ...series('mean of the epoch', evaluations.get('gradient/norm')),
          ],
        },
      ]),
    brief: (title) => chart(title, measures()),
  };
}
