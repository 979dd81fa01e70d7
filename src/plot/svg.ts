/** A chart as one SVG file: no script, no font, nothing to load; readable on a light and on a dark page. */

import { type Axis, axis, place } from './axis.ts';
import type { Chart, Marker, Panel, Series } from './chart.ts';
import { labelUnder, sharedAxis } from './horizontal.ts';
import { type Legend, legendOf } from './legend.ts';
import { formatNumber } from './number-format.ts';
import { type Position, runs, thin } from './polyline.ts';
import { spread } from './spread.ts';
import { markup, minus, point, round } from './svg-text.ts';

export interface SvgOptions {
  readonly width?: number;
  readonly panelHeight?: number;
}

/** Blue and orange first: told apart with any kind of colour vision, and legible on white and on black. */
const colours = ['#2f7ae5', '#e8710a', '#1a9e77', '#b5489a', '#8c6d31', '#64748b'] as const;

/** Of faint series: they stand behind, and take no colour from the others. */
const faintColour = '#8c959f';

export const style = `
  text { font: 12px system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif; fill: #57606a; }
  .page { fill: #ffffff; } .title { font-size: 15px; font-weight: 600; fill: #1f2328; }
  .panel { font-size: 13px; font-weight: 600; fill: #1f2328; } .end { font-weight: 600; }
  .grid { stroke: #e6e8eb; } .axis { stroke: #8c959f; } .halo { fill: #ffffff; }
  .marker { stroke: #57606a; stroke-dasharray: 4 4; }
  .line { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
  .faint { stroke-width: 1; stroke-opacity: 0.35; } .band { stroke: none; fill-opacity: 0.18; }
  @media (prefers-color-scheme: dark) {
    text { fill: #9198a1; } .page, .halo { fill: #0d1117; } .title, .panel { fill: #f0f6fc; }
    .grid { stroke: #262c36; } .axis { stroke: #59636e; } .marker { stroke: #9198a1; }
  }`;

const margin = { top: 46, left: 62, right: 74, bottom: 48 } as const;
const panelHead = 26;
/** Between the head and the plot, where there are markers: their names. */
const markerRow = 20;
const panelGap = 34;
/** What a horizontal axis between two panels is named by. */
const labelRow = 22;
const remarkHeight = 17;

/** Draws `chart`; the panels stand one below the other, and those without a horizontal axis of their own share one. */
export function svg(chart: Chart, { width = 760, panelHeight = 210 }: SvgOptions = {}): string {
  const plotWidth = width - margin.left - margin.right;
  const { markers = [], remarks = [] } = chart;
  const shared = sharedAxis(chart, (log) => Math.max(2, Math.round(plotWidth / (log ? 90 : 70))));
  const remarkLines = remarks.flatMap((remark) => wrapped(remark, (width - margin.left - 24) / 6.2));
  let top = margin.top + remarkLines.length * remarkHeight;
  const panels = chart.panels.map((panel, index) => {
    const own = panel.x === undefined ? markers : [];
    const legend = legendOf(panel, plotWidth, coloursOf(panel));
    top += panelHead + legend.height + (own.length > 0 ? markerRow : 0);
    const place = top;
    const label = labelUnder(chart, index);
    top += panelHeight + panelGap + (label === undefined || index === chart.panels.length - 1 ? 0 : labelRow);
    const drawn = drawPanel(panel, { x: shared(panel), markers: own, legend, width: plotWidth, height: panelHeight });
    const name =
      label === undefined
        ? ''
        : `<text x="${plotWidth / 2}" y="${panelHeight + 36}" text-anchor="middle">${markup(label)}</text>`;
    return `<g transform="translate(${margin.left} ${place})">${drawn}${name}</g>`;
  });
  const height = top - panelGap + margin.bottom;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">`,
    `<title id="title">${markup(chart.title)}</title>`,
    `<desc id="description">${markup(chart.description ?? describe(chart))}</desc>`,
    `<style>${style}\n</style>`,
    `<rect class="page" width="${width}" height="${height}"/>`,
    `<text class="title" x="${margin.left}" y="27">${markup(chart.title)}</text>`,
    ...remarkLines.map((line, i) => `<text x="${margin.left}" y="${47 + i * remarkHeight}">${markup(line)}</text>`),
    ...panels,
    '</svg>\n',
  ].join('\n');
}

/** Words in lines of about so many letters. */
function wrapped(text: string, letters: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > letters) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

interface Frame {
  readonly x: Axis;
  readonly markers: readonly Marker[];
  readonly legend: Legend;
  readonly width: number;
  readonly height: number;
}

function drawPanel(panel: Panel, { x, markers, legend, width, height }: Frame): string {
  const bands = panel.bands ?? [];
  const ys = [
    ...panel.series.flatMap((series) => series.points.map((point) => point[1])),
    ...bands.flatMap((band) => band.points.flatMap(([, low, high]) => [low, high])),
  ];
  const y = axis(ys, { log: panel.scale === 'log', ticks: Math.max(2, Math.round(height / 42)), nice: true });
  const at = (px: number, py: number): Position | undefined => {
    const [across, up] = [place(x, px), place(y, py)];
    return across === undefined || up === undefined ? undefined : [across * width, (1 - up) * height];
  };
  const colour = coloursOf(panel);
  const faint = panel.series.filter((series) => series.faint);
  const plain = panel.series.filter((series) => !series.faint);
  const ends: End[] = [];
  const curves = [...faint, ...plain].map((series) => {
    const found = runs(series.points.map(([px, py]) => at(px, py)));
    const drawn = found.map((run) => thin(run, 1));
    const last = found.at(-1)?.at(-1);
    const value = series.points.findLast(([px, py]) => at(px, py) !== undefined)?.[1];
    const ink = colour(series);
    if (last !== undefined && value !== undefined && !series.faint && last[0] > 0.9 * width)
      ends.push({ at: last, value, colour: ink });
    const lines = drawn.filter((run) => run.length > 1).map((run) => `M${run.map(point).join('L')}`);
    const lone = drawn
      .filter((run) => run.length === 1)
      .map((run) => (series.faint ? speck(run[0]!, ink) : dot(run[0]!, ink, 2.5)));
    const path =
      lines.length === 0
        ? ''
        : `<path class="line${series.faint ? ' faint' : ''}" stroke="${ink}" d="${lines.join('')}"/>`;
    const dots = series.dots
      ? found.filter((run) => run.length > 1).flatMap((run) => run.map((at) => dot(at, ink, 2.5)))
      : [];
    return `${path}${lone.join('')}${dots.join('')}`;
  });
  return [
    ...drawAxes(x, y, width, height),
    ...drawMarkers(markers, x, width, height),
    ...bands.map((band) => drawBand(band.points, at, colour({ name: band.of }))),
    ...curves,
    ...ends.map((end) => dot(end.at, end.colour, 3.5)),
    ...drawEnds(ends, width, height),
    `<g transform="translate(0 ${markers.length > 0 ? -markerRow : 0})">`,
    `<text class="panel" x="0" y="${-12 - legend.height}">${markup(panel.title)}</text>`,
    legend.text,
    '</g>',
  ].join('\n');
}

/** The colour of each series, or of the one that it belongs to. */
function coloursOf(panel: Panel): (series: Pick<Series, 'name' | 'of'>) => string {
  const plain = panel.series.filter((series) => !series.faint).map((series) => series.name);
  return ({ name, of = name }) => colours[plain.indexOf(of) % colours.length] ?? faintColour;
}

export function drawAxes(x: Axis, y: Axis, width: number, height: number): string[] {
  const rows = y.ticks.map(({ value, label }) => {
    const top = round((1 - place(y, value)!) * height);
    const line = `<line class="grid" x1="0" x2="${width}" y1="${top}" y2="${top}"/>`;
    return `${line}<text x="-10" y="${top + 4}" text-anchor="end">${minus(label)}</text>`;
  });
  const columns = x.ticks.map(({ value, label }) => {
    const left = round(place(x, value)! * width);
    const mark = `<line class="axis" x1="${left}" x2="${left}" y1="${height}" y2="${height + 5}"/>`;
    return `${mark}<text x="${left}" y="${height + 19}" text-anchor="middle">${minus(label)}</text>`;
  });
  return [...rows, `<line class="axis" x1="0" x2="${width}" y1="${height}" y2="${height}"/>`, ...columns];
}

/** Dashed lines, each under its name: in a row of their own, moved apart where they would overlap. */
function drawMarkers(markers: readonly Marker[], x: Axis, width: number, height: number): string[] {
  const gap = 14;
  const placed = markers
    .flatMap(({ x: value, name }) => {
      const across = place(x, value);
      return across === undefined ? [] : [{ name, left: across * width, half: name.length * 3.4 }];
    })
    .sort((a, b) => a.left - b.left);
  let end = Number.NEGATIVE_INFINITY;
  const middles = placed.map(({ left, half }) => {
    const middle = Math.max(left, end + half);
    end = middle + half + gap;
    return middle;
  });
  let limit = width + margin.right;
  for (let i = placed.length - 1; i >= 0; i--) {
    middles[i] = Math.min(middles[i]!, limit - placed[i]!.half);
    limit = middles[i]! - placed[i]!.half - gap;
  }
  return placed.map(({ name, left }, i) => {
    const line = `<line class="marker" x1="${round(left)}" x2="${round(left)}" y1="0" y2="${height}"/>`;
    return `${line}<text x="${round(middles[i]!)}" y="-7" text-anchor="middle">${markup(name)}</text>`;
  });
}

export function drawBand(
  points: readonly (readonly [number, number, number])[],
  at: (x: number, y: number) => Position | undefined,
  colour: string,
): string {
  const sides = points.map(([x, low, high]) => {
    const [under, over] = [at(x, low), at(x, high)];
    return under === undefined || over === undefined ? undefined : { under, over };
  });
  const areas: string[] = [];
  for (let from = 0; from < sides.length; ) {
    let to = from;
    while (to < sides.length && sides[to] !== undefined) to++;
    const part = sides.slice(from, to).map((side) => side!);
    const outline = [...part.map((side) => side.over), ...part.map((side) => side.under).reverse()];
    if (part.length > 1) areas.push(`M${outline.map(point).join('L')}Z`);
    from = to + 1;
  }
  return areas.length === 0 ? '' : `<path class="band" fill="${colour}" d="${areas.join('')}"/>`;
}

interface End {
  readonly at: Position;
  readonly value: number;
  readonly colour: string;
}

/** The last value of each curve, beside its end; moved apart where they would overlap. */
function drawEnds(ends: readonly End[], width: number, height: number): string[] {
  const sorted = [...ends].sort((a, b) => a.at[1] - b.at[1]);
  const tops = spread(
    sorted.map(({ at }) => at[1]),
    height,
  );
  return sorted.map(({ value, colour }, i) => {
    const label = minus(formatNumber(value));
    return `<text class="end" x="${width + 10}" y="${round(tops[i]! + 4)}" style="fill:${colour}">${label}</text>`;
  });
}

export function dot([x, y]: Position, colour: string, radius: number): string {
  return `<circle class="halo" cx="${round(x)}" cy="${round(y)}" r="${radius + 1.5}"/><circle fill="${colour}" cx="${round(x)}" cy="${round(y)}" r="${radius}"/>`;
}

/** A faint point between two gaps: as thin and pale as a faint line. */
function speck([x, y]: Position, colour: string): string {
  return `<circle fill="${colour}" fill-opacity="0.35" cx="${round(x)}" cy="${round(y)}" r="0.7"/>`;
}

function describe(chart: Chart): string {
  const panels = chart.panels.map((panel) => {
    const series = panel.series.map(({ name, points }) => {
      const finite = points.filter(([, y]) => Number.isFinite(y)).map(([, y]) => formatNumber(y));
      return finite.length === 0 ? `${name}: no values` : `${name} from ${finite[0]} to ${finite.at(-1)}`;
    });
    const over = panel.x === undefined ? '' : ` over ${panel.x.label}`;
    return `${panel.title}${over}: ${series.join('; ')}.`;
  });
  return [...(chart.remarks ?? []), `Curves over ${chart.xLabel}.`, ...panels].join(' ');
}
