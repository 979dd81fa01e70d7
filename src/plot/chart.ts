/**
 * What a chart shows, as data: panels of series, over one horizontal axis or over axes of their own. `svg` and `terminal`
 * draw the same value.
 */

/** A curve. A point with a coordinate that is not finite leaves a gap, and so does y ≤ 0 on a logarithmic axis. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Drawn thin and pale, behind the others: the noise of single steps, say. */
  readonly faint?: boolean;
  /** The name of the series whose colour it takes; it then has no place of its own in the legend. */
  readonly of?: string;
  /** Each point is shown: they are few, and nothing was measured between them. */
  readonly dots?: boolean;
}

/** A region between two curves: a spread over seeds, a confidence interval. It takes the colour of its series. */
export interface Band {
  /** The name of the series that it belongs to. */
  readonly of: string;
  readonly points: readonly (readonly [x: number, low: number, high: number])[];
}

/** A vertical line with its name: the value that was chosen, say. */
export interface Marker {
  readonly x: number;
  readonly name: string;
}

/** A horizontal axis. */
export interface HorizontalAxis {
  /** What it counts or measures: `learning rate`. */
  readonly label: string;
  readonly scale?: 'linear' | 'log';
}

/** One pair of axes with its curves. */
export interface Panel {
  /** What the vertical axis measures: `loss`. */
  readonly title: string;
  readonly scale?: 'linear' | 'log';
  readonly series: readonly Series[];
  readonly bands?: readonly Band[];
  /** Where this panel goes over something else than the others: `{ label: 'learning rate', scale: 'log' }`. */
  readonly x?: HorizontalAxis;
}

/** Panels one below the other; plain data that `svg` and `terminal` draw. */
export interface Chart {
  readonly title: string;
  /** Sentences under the title: what is shown, so that nobody has to be told. */
  readonly remarks?: readonly string[];
  /** A sentence for readers who do not see the picture; one is made from the series where it is absent. */
  readonly description?: string;
  /** What the horizontal axis of the panels counts: `epoch`. */
  readonly xLabel: string;
  readonly xScale?: 'linear' | 'log';
  /** Through all panels over the chart's own horizontal axis. */
  readonly markers?: readonly Marker[];
  readonly panels: readonly Panel[];
}
