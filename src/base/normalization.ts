/**
 * How stored values become a model's input: (value · scale − mean) / deviation, `mean` and `deviation` per channel
 * (axis 1), in units after scaling. A data set carries it, and the model applies it inside the graph, so that an
 * exported model takes the stored values.
 */
export interface Normalization {
  /** 1/255 takes bytes to [0, 1]. */
  readonly scale: number;
  /** One for each channel, or a single one for all. */
  readonly mean?: readonly number[];
  readonly deviation?: readonly number[];
}
