/** Bytes of both logs of a run: what a checkpoint notes, and what they are cut to when the run goes on from it. */
export interface LogLengths {
  readonly metrics: number;
  readonly events: number;
}
