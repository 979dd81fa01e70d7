/** Curves of runs, drawn: for a terminal, and as SVG. */

import type { Chart, Series } from '../../plot/chart.ts';
import { type Comparison, comparisonSvg } from '../../plot/comparison.ts';
import { svg } from '../../plot/svg.ts';
import { terminal } from '../../plot/terminal.ts';
import { compare } from '../../train/race/measure.ts';
import type { CurveAxis } from '../../train/runs/run-curve.ts';
import { directionOf, measureOf } from '../../train/runs/run-measures.ts';
import { shortNames } from '../../train/runs/run-names.ts';
import { cut } from '../present/table.ts';
import type { CurvePanel, RunCurve } from './run-curves.ts';
import { valueText } from './run-list.ts';

export interface PictureOptions {
  readonly x: CurveAxis;
  readonly logY: boolean;
  readonly smoothing: number;
}

/** More curves than this cannot be told apart, whatever their colours and marks. */
export const mostRuns = 20;

const units = [
  { name: 'hours', seconds: 3600, from: 3 * 3600 },
  { name: 'minutes', seconds: 60, from: 600 },
  { name: 'seconds', seconds: 1, from: 0 },
] as const;

interface Across {
  readonly label: string;
  readonly scale: number;
}

/** What the horizontal axis counts; times in the unit that fits the longest. */
function acrossOf(panels: readonly CurvePanel[], x: CurveAxis): Across {
  if (x !== 'time') return { label: x, scale: 1 };
  const longest = Math.max(
    0,
    ...panels.flatMap(({ curves }) => curves.flatMap(({ points }) => points.at(-1)?.[0] ?? 0)),
  );
  const { name, seconds } = units.find(({ from }) => longest >= from)!;
  return { label: `${name} of training`, scale: 1 / seconds };
}

/** Where the points are few, each is shown: nothing was measured between them. */
const fewPoints = 30;

/** The panels as a chart; under a smoothed curve that stands alone lies what was measured. */
export function curveChart(
  panels: readonly CurvePanel[],
  title: string,
  { x, logY, smoothing }: PictureOptions,
): Chart {
  const { label, scale } = acrossOf(panels, x);
  const scaled = (points: RunCurve['points']) => points.map(([at, value]) => [at * scale, value] as const);
  return {
    title,
    xLabel: label,
    panels: panels.map((panel) => ({
      title: smoothing === 0 ? panel.title : `${panel.title}, smoothed by ${smoothing}`,
      scale: logY ? 'log' : 'linear',
      series: [
        ...panel.curves.flatMap(({ raw }): Series[] =>
          raw === undefined || panel.curves.length > 1 ? [] : [{ name: 'measured', points: scaled(raw), faint: true }],
        ),
        ...panel.curves.map(({ name, points }) => ({
          ...{ name, points: scaled(points) },
          ...(points.length <= fewPoints ? { dots: true } : {}),
        })),
      ],
    })),
  };
}

export interface TerminalPicture extends PictureOptions {
  readonly width: number;
  /** Lines for all panels together. */
  readonly height: number;
  readonly colour: boolean;
}

/** The panels for a terminal. */
export function curvesTerminal(panels: readonly CurvePanel[], options: TerminalPicture): string {
  const { width, height, colour } = options;
  const each = Math.floor((height - panels.length) / Math.max(1, panels.length));
  const size = { width: Math.min(width, 160), height: Math.min(20, Math.max(9, each)), colour };
  return terminal(curveChart(panels, '', options), size);
}

/** The panels as one SVG file: of several runs with a table from the best to the worst, which is the legend. */
export function curvesSvg(panels: readonly CurvePanel[], title: string, options: PictureOptions): string {
  const runs = [...new Set(panels.flatMap(({ curves }) => curves.map(({ run }) => run)))];
  if (runs.length < 2) return svg(curveChart(panels, title, options));
  return comparisonSvg(curvesComparison(panels, title, options));
}

function curvesComparison(
  panels: readonly CurvePanel[],
  title: string,
  { x, logY, smoothing }: PictureOptions,
): Comparison {
  const { label, scale } = acrossOf(panels, x);
  const short = shortNames(panels.flatMap(({ curves }) => curves.map(({ run }) => run)));
  const [first] = panels;
  const tag = first!.curves[0]!.tag;
  const scaleName = logY ? 'log' : 'linear';
  const rows = ranked(panels).map((curve, index) => {
    const { run } = curve;
    const measure = measureOf(run, tag);
    const step = measure?.best?.step;
    const rank = directionOf(run, tag) === undefined ? '–' : String(index + 1);
    const said = run.status === 'done' ? curve.name : `${curve.name} (${run.status})`;
    const numbers = [measure?.last.value, measure?.best?.value].map(valueText);
    return {
      ...{ run, name: short(run) },
      cells: [rank, short(run), cut(said, mostLetters), ...numbers, step === undefined ? '–' : String(step)],
    };
  });
  const formula = `Smoothed: each point is a mean of those up to it; a point before another weighs ${smoothing} of it.`;
  return {
    title,
    remarks: [`Ordered by the last ${tag}.`, ...(smoothing === 0 ? [] : [formula])],
    xLabel: label,
    head: ['rank', 'run', 'what differs', `last ${tag}`, 'best', 'at step'],
    rows: rows.map(({ cells }) => cells),
    panels: panels.map((panel) => ({
      title: logY ? `${panel.title}, logarithmic` : panel.title,
      scale: scaleName,
      curves: rows.flatMap(({ run, name }) => {
        const curve = panel.curves.find((one) => one.run === run);
        if (curve === undefined) return [];
        return { name, points: curve.points.map(([at, value]) => [at * scale, value, value, value] as const) };
      }),
    })),
  };
}

/** What differs has room for so many letters in the table of the figure. */
const mostLetters = 60;

/** The curves' runs from the best to the worst by the last value of the first panel's measure. */
function ranked(panels: readonly CurvePanel[]): RunCurve[] {
  const curves = panels.flatMap((panel) => panel.curves);
  const each = curves.filter((curve, index) => curves.findIndex(({ run }) => run === curve.run) === index);
  const { tag } = curves[0]!;
  const better = directionOf(each[0]!.run, tag);
  if (better === undefined) return each;
  const value = ({ run }: RunCurve) => measureOf(run, tag)?.last.value ?? Number.NaN;
  return [...each].sort((a, b) => compare({ better }, value(a), value(b)));
}
