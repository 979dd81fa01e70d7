/** Curves as plain data, drawn as one SVG file or in a terminal. */

export type { Band, Chart, HorizontalAxis, Marker, Panel, Series } from './chart.ts';
export { type BandedCurve, type Comparison, type ComparisonPanel, comparisonSvg } from './comparison.ts';
export { formatNumber, type NumberFormat } from './number-format.ts';
export { type SvgOptions, svg } from './svg.ts';
export { type TerminalOptions, terminal } from './terminal.ts';
