/** The legend of a panel in an SVG: beside the title where it fits there, else in rows of its own. */

import type { Panel, Series } from './chart.ts';
import { markup, round } from './svg-text.ts';

/** Widths of words are estimated, as an SVG cannot measure. */
const perLetter = 6.8;
const perTitleLetter = 8.2;
const [strokeWidth, gap] = [24, 18];
const rowHeight = 18;

export interface Legend {
  /** What it needs between the title and the plot. */
  readonly height: number;
  /** As drawn over a plot whose upper edge is at 0. */
  readonly text: string;
}

/** The legend of `panel` over a plot of this width, with the colour of each series. */
export function legendOf(panel: Panel, width: number, colour: (series: Series) => string): Legend {
  const named = panel.series.filter((series) => series.of === undefined);
  const widthOf = ({ name }: Series) => strokeWidth + name.length * perLetter;
  const draw = (row: readonly Series[], from: number, y: number) => {
    let left = from;
    return row.map((series) => {
      const stroke = `class="line${series.faint ? ' faint' : ''}" stroke="${colour(series)}"`;
      const line = `<line ${stroke} x1="${round(left)}" x2="${round(left + strokeWidth - 8)}" y1="${y - 4}" y2="${y - 4}"/>`;
      const text = `<text x="${round(left + strokeWidth)}" y="${y}">${markup(series.name)}</text>`;
      left += widthOf(series) + gap;
      return `${line}${text}`;
    });
  };
  const total = named.reduce((sum, series) => sum + widthOf(series) + gap, -gap);
  if (panel.title.length * perTitleLetter + 2 * gap + total <= width) {
    return { height: 0, text: draw(named, width - total, -12).join('') };
  }
  const rows: Series[][] = [];
  let room = 0;
  for (const series of named) {
    if (rows.length === 0 || widthOf(series) > room) {
      rows.push([]);
      room = width;
    }
    rows.at(-1)!.push(series);
    room -= widthOf(series) + gap;
  }
  const drawn = rows.flatMap((row, i) => draw(row, 0, -12 - (rows.length - 1 - i) * rowHeight));
  return { height: rows.length * rowHeight, text: drawn.join('') };
}
