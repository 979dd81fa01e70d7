/** The curves of a run, as charts: gathered from its events, bounded in memory however long it is. */

import type { Chart, Panel, Series } from '../plot/chart.ts';
import type { TrainingEvent } from '../train/event.ts';
import { type MetricsRow, minibatchTag, rowOf } from '../train/metrics-log.ts';

type Point = readonly [x: number, y: number];

/** The curves that steps draw beside those of loss and metrics, by tag. */
const otherCurves: Readonly<Record<string, string>> = {
  'optim/learning-rate': 'learning rate',
  'gradient/norm': 'gradient norm',
};

/** Steps that are kept; beyond, every second one is dropped. */
const most = 4096;

interface StepCurve {
  readonly tag: string;
  points: Point[];
}

export interface Curves {
  on(event: TrainingEvent): void;
  /** Takes in a row of the log: what a run told before it was resumed. */
  add(row: MetricsRow): void;
  /** Loss, metrics, learning rate and gradient norm: the picture that a run leaves. */
  whole(title: string): Chart;
  /** Loss and metrics alone: what fits into a terminal. */
  brief(title: string): Chart;
}

/** Means of runs of neighbouring points, at most `count` of them: what single minibatches hide by their noise. */
function windowMeans(points: readonly Point[], count: number): Point[] {
  const length = Math.max(1, Math.ceil(points.length / count));
  return Array.from({ length: Math.ceil(points.length / length) }, (_, window) => {
    const part = points.slice(window * length, (window + 1) * length);
    const mean = (axis: 0 | 1) => part.reduce((sum, point) => sum + point[axis], 0) / part.length;
    return [mean(0), mean(1)];
  });
}

/** Leaves out what would flatten all else, as the very first steps do: values well beyond all others and the means. */
function withoutSpikes(points: readonly Point[], means: readonly Point[]): Point[] {
  const sorted = points.map(([, y]) => y).sort((a, b) => a - b);
  const usual = sorted[Math.floor(0.95 * (sorted.length - 1))] ?? 0;
  const highest = Math.max(0, ...means.map(([, y]) => y).filter(Number.isFinite));
  const limit = 1.25 * Math.max(usual, highest);
  return points.map(([x, y]) => [x, y <= limit ? y : Number.NaN]);
}

/** How many windows a picture shows: about one for each three pixels, or for each two characters. */
const windows = { whole: 240, brief: 48 } as const;

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

  const series = (name: string, points: readonly Point[] = [], faint = false): Series[] =>
    points.length === 0 ? [] : [{ name, points, ...(faint ? { faint } : {}) }];

  const measure = (name: string, count: number): Panel => {
    const [training, validation] = ['train', 'validation'].map((set) => evaluations.get(`${set}/${name}`));
    const smooth = windowMeans(steps.get(name)?.points ?? [], count);
    return {
      title: name,
      series: [
        ...series('minibatches', withoutSpikes(smooth, [...(training ?? []), ...(validation ?? [])]), true),
        ...series('training', training),
        ...series('validation', validation),
      ],
    };
  };
  const measures = (count: number) => {
    const names = [...evaluations.keys()].filter((tag) => tag.startsWith('train/')).map((tag) => tag.slice(6));
    return (names.length === 0 ? ['loss'] : names).map((name) => measure(name, count));
  };
  const learningRate = (): Panel => {
    const { points = [] } = steps.get('learning rate') ?? {};
    const changes = points.some(([, y]) => y !== points[0]?.[1]);
    return { title: 'learning rate', series: changes ? series('learning rate', points) : [] };
  };
  const gradientNorm = (): Panel => ({
    title: 'gradient norm before clipping',
    scale: 'log',
    series: [
      ...series('minibatches', windowMeans(steps.get('gradient norm')?.points ?? [], windows.whole), true),
      ...series('means of epochs', evaluations.get('gradient/norm')),
    ],
  });
  const chart = (title: string, panels: readonly Panel[]): Chart => ({
    title,
    xLabel: 'epoch',
    panels: panels.filter((panel) => panel.series.length > 0),
  });

  const addEvaluation = ({ step: _, epoch, time: __, ...measures }: MetricsRow): void => {
    for (const [tag, value] of Object.entries(measures)) {
      const points = evaluations.get(tag) ?? [];
      evaluations.set(tag, points);
      points.push([epoch, value]);
    }
  };
  const addStep = ({ epoch, ...row }: MetricsRow): void => {
    let kept = 0;
    for (const [tag, value] of Object.entries(row)) {
      const name = tag.startsWith(minibatchTag) ? tag.slice(minibatchTag.length) : otherCurves[tag];
      if (name !== undefined) kept = record(name, epoch, value);
    }
    if (kept >= most) halve();
  };
  const add = (row: MetricsRow): void => {
    if (`${minibatchTag}loss` in row) addStep(row);
    else addEvaluation(row);
  };

  return {
    add,
    on(event) {
      const row = rowOf(event, stride);
      if (row !== undefined) add(row);
    },
    whole: (title) => chart(title, [...measures(windows.whole), learningRate(), gradientNorm()]),
    brief: (title) => chart(title, measures(windows.brief)),
  };
}
