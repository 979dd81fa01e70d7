/**
 * Several contestants in one figure: a mean curve with a band for each, its name at its end, and above the panels a
 * table in the order of the ranking that is the legend too. One SVG file, nothing to load.
 */

import { type Axis, axis, place } from './axis.ts';
import { type Position, runs, thin } from './polyline.ts';
import { spread } from './spread.ts';
import { dot, drawAxes, drawBand, style } from './svg.ts';
import { markup, point, round } from './svg-text.ts';

/** A mean with what it spreads over, at each place of the horizontal axis. */
export interface BandedCurve {
  readonly name: string;
  readonly points: readonly (readonly [x: number, mean: number, low: number, high: number])[];
}

/** One pair of axes with the contestants' curves. */
export interface ComparisonPanel {
  /** What the vertical axis measures, with its unit. */
  readonly title: string;
  readonly scale: 'linear' | 'log';
  readonly curves: readonly BandedCurve[];
}

/** Contestants, ranked: a table and the panels of their curves, as plain data. */
export interface Comparison {
  readonly title: string;
  /** Sentences under the title: what is shown, so that nobody has to be told. */
  readonly remarks: readonly string[];
  readonly xLabel: string;
  /** The head of the table; the first column is the name. */
  readonly head: readonly string[];
  /** A row for each contestant, from the best; the first cell is the rank, the second the name of its curve. */
  readonly rows: readonly (readonly string[])[];
  readonly panels: readonly ComparisonPanel[];
}

/**
 * Told apart with any kind of colour vision (after Okabe and Ito, without the yellow and the black that a white or a
 * dark page would swallow); from the eighth curve on the strokes differ.
 */
const palette = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#8c6d5a'] as const;
const dashes = ['', '7 4', '2 4'] as const;

const size = { width: 960, panelHeight: 260, panelHead: 30, panelGap: 40 } as const;
const margin = { top: 30, left: 66, right: 176, bottom: 50 } as const;
const rowHeight = 19;
const fewPoints = 30;

interface Pen {
  readonly colour: string;
  readonly dash: string;
}

/** Draws `comparison`. */
export function comparisonSvg(comparison: Comparison): string {
  const { title, remarks, rows, panels, xLabel } = comparison;
  const { width, panelHeight, panelHead, panelGap } = size;
  const plotWidth = width - margin.left - margin.right;
  const tableTop = margin.top + 8 + remarks.length * 17 + 22;
  const plotsTop = tableTop + (rows.length + 1) * rowHeight + 12;
  const step = panelHead + panelHeight + panelGap;
  const height = plotsTop + step * panels.length - panelGap + margin.bottom;
  const xs = panels.flatMap(({ curves }) => curves.flatMap(({ points }) => points.map(([x]) => x)));
  const integers = xs.every(Number.isInteger);
  const x = axis([0, ...xs], { ticks: Math.max(2, Math.round(plotWidth / 80)), integers });
  const penOf = pens(rows.map((row) => row[1]!));
  const drawn = panels.map((panel, index) => {
    const top = plotsTop + index * step + panelHead;
    return `<g transform="translate(${margin.left} ${top})">${drawPanel(panel, x, plotWidth, panelHeight, penOf)}</g>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">`,
    `<title id="title">${markup(title)}</title>`,
    `<desc id="description">${markup(describe(comparison))}</desc>`,
    `<style>${style}
  .title { font-size: 17px; } .head { font-size: 11px; } .strong { font-weight: 600; }
  @media (prefers-color-scheme: light) { .strong { fill: #1f2328; } }
  .leader { stroke-width: 1; stroke-opacity: 0.55; stroke-dasharray: 1 3; fill: none; }\n</style>`,
    `<rect class="page" width="${width}" height="${height}"/>`,
    `<text class="title" x="${margin.left}" y="${margin.top}">${markup(title)}</text>`,
    ...remarks.map((remark, i) => `<text x="${margin.left}" y="${margin.top + 21 + i * 17}">${markup(remark)}</text>`),
    drawTable(comparison, tableTop, penOf),
    ...drawn,
    `<text x="${margin.left + plotWidth / 2}" y="${height - 12}" text-anchor="middle">${markup(xLabel)}</text>`,
    '</svg>\n',
  ].join('\n');
}

function pens(names: readonly string[]): (name: string) => Pen {
  return (name) => {
    const index = Math.max(0, names.indexOf(name));
    return {
      colour: palette[index % palette.length]!,
      dash: dashes[Math.floor(index / palette.length) % dashes.length]!,
    };
  };
}

function mark(x: number, y: number, { colour }: Pen): string {
  return `<circle fill="${colour}" cx="${round(x)}" cy="${round(y)}" r="2.2"/>`;
}

function stroke({ colour, dash }: Pen): string {
  return `stroke="${colour}"${dash === '' ? '' : ` stroke-dasharray="${dash}"`}`;
}

/** Rank, stroke, name and numbers; widths of words are estimated, as an SVG cannot measure. */
function drawTable({ head, rows }: Comparison, top: number, penOf: (name: string) => Pen): string {
  // Names are bold.
  const perLetter = (column: number) => (column === 1 ? 8.8 : 7.2);
  const columns = head.map(
    (title, i) => Math.max(title.length * 6.2, ...rows.map((row) => row[i]!.length * perLetter(i))) + 24,
  );
  const strokeWidth = 40;
  const lefts = columns.map((_, i) => {
    const before = columns.slice(0, i).reduce((sum, column) => sum + column, 0);
    return margin.left + before + (i > 0 ? strokeWidth : 0);
  });
  const cells = (row: readonly string[], y: number, kind: (column: number) => string) =>
    row.map((text, i) => `<text class="${kind(i)}" x="${round(lefts[i]!)}" y="${y}">${markup(text)}</text>`).join('');
  const lines = rows.map((row, i) => {
    const y = top + (i + 1) * rowHeight;
    const right = lefts[1]! - 10;
    const line = `<line class="line" ${stroke(penOf(row[1]!))} x1="${round(right - 30)}" x2="${round(right)}" y1="${y - 4}" y2="${y - 4}"/>`;
    return `${line}${cells(row, y, (column) => (column === 1 ? 'strong' : ''))}`;
  });
  return [cells(head, top, () => 'head'), ...lines].join('\n');
}

interface End {
  readonly at: Position;
  readonly name: string;
  readonly pen: Pen;
}

function drawPanel(
  panel: ComparisonPanel,
  x: Axis,
  width: number,
  height: number,
  penOf: (name: string) => Pen,
): string {
  const { curves, scale, title } = panel;
  const ys = curves.flatMap(({ points }) => points.flatMap(([, mean, low, high]) => [mean, low, high]));
  const y = axis(ys, { log: scale === 'log', ticks: Math.max(2, Math.round(height / 40)), nice: true });
  const at = (px: number, py: number): Position | undefined => {
    const [across, up] = [place(x, px), place(y, py)];
    return across === undefined || up === undefined ? undefined : [across * width, (1 - up) * height];
  };
  const ends: End[] = [];
  // The best is drawn last, above the others.
  const drawn = curves.toReversed().map(({ name, points }) => {
    const pen = penOf(name);
    const found = runs(points.map(([px, mean]) => at(px, mean)));
    const last = found.at(-1)?.at(-1);
    if (last !== undefined) ends.push({ at: last, name, pen });
    const lines = found.map((run) => thin(run, 1)).filter((run) => run.length > 1);
    const path = lines.map((run) => `M${run.map(point).join('L')}`).join('');
    // Where the points are few, each is shown: between them nothing was measured.
    const marks = points.length > fewPoints ? [] : found.flat().map(([px, py]) => mark(px, py, pen));
    return `${path === '' ? '' : `<path class="line" ${stroke(pen)} d="${path}"/>`}${marks.join('')}`;
  });
  const bands = curves.toReversed().map(({ name, points }) => {
    const sides = points.map(([px, , low, high]) => [px, low, high] as const);
    return drawBand(sides, at, penOf(name).colour);
  });
  return [
    ...drawAxes(x, y, width, height),
    ...bands,
    ...drawn,
    ...drawNames(ends, width, height),
    ...ends.map((end) => dot(end.at, end.pen.colour, 3)),
    `<text class="panel" x="0" y="-14">${markup(title)}</text>`,
  ].join('\n');
}

/** The name of each curve at the right, moved apart from its neighbours, with a thread to the curve's end. */
function drawNames(ends: readonly End[], width: number, height: number): string[] {
  const sorted = [...ends].sort((a, b) => a.at[1] - b.at[1]);
  const tops = spread(
    sorted.map(({ at }) => at[1]),
    height,
  );
  return sorted.map(({ at, name, pen }, i) => {
    const top = round(tops[i]!);
    const [x, y] = [round(at[0]), round(at[1])];
    const thread = `<path class="leader" stroke="${pen.colour}" d="M${x} ${y}L${width + 8} ${top}"/>`;
    return `${thread}<text class="end" x="${width + 13}" y="${top + 4}" style="fill:${pen.colour}">${markup(name)}</text>`;
  });
}

function describe({ remarks, head, rows }: Comparison): string {
  const lines = rows.map((row) => row.map((cell, i) => `${head[i]} ${cell}`).join(', '));
  return [...remarks, ...lines.map((line) => `${line}.`)].join(' ');
}
