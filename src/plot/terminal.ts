/** A chart for a terminal: curves in braille dots (two by four to a character), axes, legend; colour only if asked. */

import { type Axis, axis, place } from './axis.ts';
import type { Chart, Marker, Panel, Series } from './chart.ts';
import { labelUnder, sharedAxis } from './horizontal.ts';
import { type Position, runs, thin } from './polyline.ts';

export interface TerminalOptions {
  /** Characters in a line; no line is longer. */
  readonly width?: number;
  /** Lines of each panel, its title and axis included. */
  readonly height?: number;
  readonly colour?: boolean;
}

/** Of the 256 colours that terminals share; the first two as in the SVG, legible on black and on white. */
const colours = [33, 208, 36, 169, 136, 102] as const;

/** Of faint series: they stand behind, and take no colour from the others. */
const faintColour = 245;

/** What tells the curves apart where there is no colour, or no further one: marks upon their points, for all but the first. */
const marks = ['', '●', '×', '▲', '◆', '+', '○', '■', '▼', '◇', '△', '□'] as const;

/** Draws `chart` as lines of text, without a line end after the last. */
export function terminal(chart: Chart, { width = 80, height = 14, colour = false }: TerminalOptions = {}): string {
  const rows = Math.max(2, height - 3);
  const panels = chart.panels.map((panel) => ({
    panel,
    y: axis(
      panel.series.flatMap((series) => series.points.map(([, y]) => y)),
      { log: panel.scale === 'log', ticks: Math.max(2, Math.round(rows / 3)), nice: true },
    ),
  }));
  // One margin for all panels, so that their horizontal axes lie under one another.
  const gutter = Math.max(...panels.map(({ y }) => Math.max(...y.ticks.map(({ label }) => label.length))));
  const columns = Math.max(8, width - gutter - 2);
  const shared = sharedAxis(chart, (log) => Math.max(2, Math.round(columns / (log ? 12 : 8))));
  const markersOf = (panel: Panel) => (panel.x === undefined ? (chart.markers ?? []) : []);
  const firstShared = chart.panels.findIndex(({ x }) => x === undefined);
  const lines = panels.flatMap(({ panel, y }, index) => {
    const [x, markers] = [shared(panel), markersOf(panel)];
    const shown = index === firstShared ? markers : [];
    const head = heading(panel, shown, { gutter, width, colour, most: Math.max(1, height - 4) });
    return [
      ...(index === 0 ? [] : ['']),
      ...head,
      ...plot(panel, x, y, { gutter, columns, rows: Math.max(2, rows + 1 - head.length), colour, markers }),
      ...horizontalAxis(x, gutter, columns, labelUnder(chart, index) ?? ''),
    ];
  });
  return lines.map((line) => line.trimEnd()).join('\n');
}

interface Pen {
  readonly series: Series;
  readonly ink: number;
  readonly mark: string;
}

/** How each series of a panel is drawn. */
function pensOf(panel: Panel, colour: boolean): Pen[] {
  const plain = panel.series.filter((series) => !series.faint);
  const unmarked = plain.length < panel.series.length ? 1 : 0;
  return panel.series.map((series) => {
    const index = plain.findIndex(({ name }) => name === (series.of ?? series.name));
    if (series.faint || index < 0) return { series, ink: faintColour, mark: '' };
    const marked = colour ? Math.floor(index / colours.length) : index + unmarked;
    return { series, ink: colours[index % colours.length]!, mark: marks[marked % marks.length]! };
  });
}

interface Frame {
  readonly gutter: number;
  readonly columns: number;
  readonly rows: number;
  readonly colour: boolean;
  readonly markers: readonly Marker[];
}

interface Entry {
  readonly text: string;
  /** Of the text as it is seen. */
  readonly length: number;
}

interface HeadingFrame {
  readonly gutter: number;
  readonly width: number;
  readonly colour: boolean;
  /** So many lines; what they do not hold of the legend is left out. */
  readonly most: number;
}

/** The title with the legend at its right; a legend that has no room there stands below. */
function heading(panel: Panel, markers: readonly Marker[], { gutter, width, colour, most }: HeadingFrame): string[] {
  const indent = ' '.repeat(gutter + 2);
  const title = `${indent}${panel.title}`.slice(0, width);
  const entry = (sign: string, shown: string, name: string): Entry => {
    const whole = name.slice(0, Math.max(0, width - indent.length - sign.length - 1));
    return { length: sign.length + 1 + whole.length, text: `${shown} ${whole}` };
  };
  const named = pensOf(panel, colour).filter(({ series }) => series.of === undefined);
  const curves = named.map(({ series, ink, mark }) => {
    const sign = mark === '' ? '━━' : mark;
    return entry(sign, colour ? `${start(ink)}${sign}${stop}` : sign, series.name);
  });
  const entries = [...curves, ...markers.map(({ name }) => entry(markerSign, markerSign, name))];
  const gap = '   ';
  const line = (some: readonly Entry[]) => some.map(({ text }) => text).join(gap);
  const lengthOf = (some: readonly Entry[]) => some.reduce((sum, { length }) => sum + gap.length + length, -gap.length);
  const beside = (some: readonly Entry[]) =>
    `${title}${' '.repeat(Math.max(0, width - title.length - lengthOf(some)))}${line(some)}`;
  const fits = (some: readonly Entry[]) => lengthOf(some) + gap.length <= width - title.length;
  if (entries.length === 0) return [title];
  if (fits(entries)) return [beside(entries)];
  if (most === 1) {
    const some = entries.filter((_, index) => fits(entries.slice(0, index + 1)));
    return [some.length === 0 ? title : beside(some)];
  }
  const lines: Entry[][] = [];
  for (const one of entries) {
    const last = lines.at(-1);
    if (last === undefined || lengthOf([...last, one]) > width - indent.length) lines.push([one]);
    else last.push(one);
  }
  return [title, ...lines.slice(0, most - 1).map((some) => `${indent}${line(some)}`)];
}

/** Which of a cell's eight dots is which bit of the braille block, by column and row. */
const dotBits = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const;

interface Cell {
  bits: number;
  ink: number;
  mark: string;
}

/** The line of a marker, where no curve is. */
const markerSign = '┊';

function plot(panel: Panel, x: Axis, y: Axis, { gutter, columns, rows, colour, markers }: Frame): string[] {
  const cells = Array.from({ length: rows * columns }, (): Cell => ({ bits: 0, ink: 0, mark: '' }));
  const [across, down] = [columns * 2 - 1, rows * 4 - 1];
  const cellAt = ([dotX, dotY]: Position) => cells[Math.floor(dotY / 4) * columns + Math.floor(dotX / 2)]!;
  const draw = ({ series, ink, mark }: Pen) => {
    const places = series.points.map(([px, py]): Position | undefined => {
      const [right, up] = [place(x, px), place(y, py)];
      return right === undefined || up === undefined ? undefined : [right * across, (1 - up) * down];
    });
    for (const run of runs(places)) {
      const kept = thin(run, 1).map(([dotX, dotY]): Position => [Math.round(dotX), Math.round(dotY)]);
      for (const [i, to] of kept.entries()) {
        for (const dot of segment(kept[i - 1] ?? to, to)) {
          const cell = cellAt(dot);
          // A curve is seen before the noise behind it, not merged with it.
          if (cell.ink === faintColour && ink !== faintColour) cell.bits = 0;
          cell.bits |= dotBits[dot[0] % 2]![dot[1] % 4]!;
          cell.ink = ink;
        }
      }
      placeMarks(kept, mark, cellAt);
    }
  };
  const pens = pensOf(panel, colour);
  for (const pen of pens.filter(({ series }) => series.faint)) draw(pen);
  for (const pen of pens.filter(({ series }) => !series.faint)) draw(pen);
  for (const marker of markers) {
    const right = place(x, marker.x);
    if (right === undefined) continue;
    const column = Math.floor(Math.round(right * across) / 2);
    for (let row = 0; row < rows; row++) {
      const cell = cells[row * columns + column]!;
      if (cell.bits === 0) cell.mark = markerSign;
    }
  }
  const rowOf = (value: number) => Math.floor(Math.round((1 - place(y, value)!) * down) / 4);
  // The outermost come last: where two meet in one row, they win.
  const ticks = [...y.ticks.slice(1, -1), ...y.ticks.slice(0, 1), ...y.ticks.slice(-1)];
  const labels = new Map(ticks.map(({ value, label }) => [rowOf(value), label]));
  return Array.from({ length: rows }, (_, row) => {
    const label = labels.get(row);
    const line = cells.slice(row * columns, (row + 1) * columns);
    return `${(label ?? '').padStart(gutter)} ${label === undefined ? '│' : '┤'}${showCells(line, colour)}`;
  });
}

/** Marks at points of a run, at least four characters apart, the first and the last among them. */
function placeMarks(run: readonly Position[], mark: string, cellAt: (dot: Position) => Cell): void {
  if (mark === '') return;
  const end = run.at(-1)!;
  let next = Number.NEGATIVE_INFINITY;
  for (const dot of run) {
    if (dot !== end && (dot[0] < next || dot[0] > end[0] - 8)) continue;
    cellAt(dot).mark = mark;
    next = dot[0] + 8;
  }
}

/** The dots of a straight line between two (Bresenham 1965). */
function* segment([x0, y0]: Position, [x1, y1]: Position): Generator<Position> {
  const steps = Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0));
  for (let i = 0; i <= steps; i++) {
    const part = steps === 0 ? 0 : i / steps;
    yield [Math.round(x0 + (x1 - x0) * part), Math.round(y0 + (y1 - y0) * part)];
  }
}

function showCells(cells: readonly Cell[], colour: boolean): string {
  let text = '';
  let current: number | undefined;
  for (const { bits, ink, mark } of cells) {
    const wanted = bits === 0 || !colour ? undefined : ink;
    if (wanted !== current) text += wanted === undefined ? stop : start(wanted);
    current = wanted;
    text += mark !== '' ? mark : bits === 0 ? ' ' : String.fromCodePoint(0x2800 + bits);
  }
  return current === undefined ? text : `${text}${stop}`;
}

const start = (ink: number) => `\x1b[38;5;${ink}m`;
const stop = '\x1b[39m';

/** The axis with its marks, and below it the numbers, with `name` between two of them, as far right as it fits. */
function horizontalAxis(x: Axis, gutter: number, columns: number, name: string): string[] {
  const rule = Array.from({ length: columns }, () => '─');
  const numbers = Array.from({ length: columns + gutter + 2 }, () => ' ');
  const write = (text: string, left: number) => numbers.splice(left, text.length, ...text);
  const spans: (readonly [from: number, to: number])[] = [[0, gutter]];
  for (const { value, label } of x.ticks) {
    const column = Math.floor(Math.round(place(x, value)! * (columns * 2 - 1)) / 2);
    rule[column] = '┬';
    const left = Math.min(gutter + 2 + column - Math.floor((label.length - 1) / 2), numbers.length - label.length);
    if (left <= spans.at(-1)![1]) continue;
    write(label, left);
    spans.push([left, left + label.length]);
  }
  for (let i = spans.length - 1; i > 0 && name !== ''; i--) {
    const [from, to] = [spans[i - 1]![1], spans[i]![0]];
    if (to - from < name.length + 4) continue;
    write(name, Math.floor((from + to - name.length + 1) / 2));
    break;
  }
  return [`${' '.repeat(gutter + 1)}└${rule.join('')}`, numbers.join('')];
}
