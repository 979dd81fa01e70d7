/** Which horizontal axis each panel of a chart has, and where its name stands. */

import { type Axis, axis } from './axis.ts';
import type { Chart, Panel } from './chart.ts';

/**
 * The axis of each panel: its own, or the one that fits all panels that share. `ticks` says how many it may have, which on a
 * logarithmic axis are long numbers.
 */
export function sharedAxis(chart: Chart, ticks: (log: boolean) => number): (panel: Panel) => Axis {
  const fitting = (panels: readonly Panel[], scale: 'linear' | 'log' | undefined, more: readonly number[]) => {
    const xs = [...panels.flatMap(valuesOf), ...more];
    const log = scale === 'log';
    const integers = !log && panels.flatMap(valuesOf).every((x) => !Number.isFinite(x) || Number.isInteger(x));
    return axis(xs, { log, ticks: ticks(log), integers });
  };
  const marked = (chart.markers ?? []).map(({ x }) => x);
  const common = fitting(
    chart.panels.filter(({ x }) => x === undefined),
    chart.xScale,
    marked,
  );
  return (panel) => (panel.x === undefined ? common : fitting([panel], panel.x.scale, []));
}

/** The name of the horizontal axis under a panel: its own, or the shared one under the last that shares it. */
export function labelUnder({ panels, xLabel }: Chart, index: number): string | undefined {
  const own = panels[index]!.x;
  if (own !== undefined) return own.label;
  return index === panels.findLastIndex(({ x }) => x === undefined) ? xLabel : undefined;
}

function valuesOf({ series, bands = [] }: Panel): number[] {
  return [
    ...series.flatMap(({ points }) => points.map(([at]) => at)),
    ...bands.flatMap(({ points }) => points.map(([at]) => at)),
  ];
}
