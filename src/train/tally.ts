/** Adds up, in double precision, what batches say of the loss and the metrics, and makes the measures of them. */

import { size } from '../base/shape.ts';
import type { Graph } from '../graph/graph.ts';
import { lossOfSums } from '../nn/loss/table.ts';
import { metricAddends, metricOfTotals } from '../nn/metric/table.ts';
import { lossSumsName, metricName, type Task } from './task.ts';

/** One measure in the making. */
export interface Tally {
  /** What a batch of so many examples said: the output of a program. */
  add(said: ArrayLike<number>, examples: number): void;
  /** All that another tally of the same measure took in. */
  merge(other: Pick<Tally, 'totals' | 'examples'>): void;
  /** The measure of all examples since the last `clear`; NaN without any. */
  value(): number;
  clear(): void;
  readonly totals: ArrayLike<number>;
  readonly examples: number;
}

/** Tallies of the loss, under `loss`, and of each metric, under its name. */
export function createTallies({ loss, metrics }: Pick<Task, 'loss' | 'metrics'>): ReadonlyMap<string, Tally> {
  return new Map([
    [
      'loss',
      tally(
        (said) => said,
        (totals, examples) => lossOfSums(loss, totals, examples),
      ),
    ],
    ...Object.entries(metrics).map(
      ([name, metric]) =>
        [
          name,
          tally(
            (said, examples) => metricAddends(metric, said, examples),
            (totals, examples) => metricOfTotals(metric, totals, examples),
          ),
        ] as const,
    ),
  ]);
}

/** The output of a graph that a tally takes in. */
export const saidName = (measure: string) => (measure === 'loss' ? lossSumsName : metricName(measure));

/** Arrays for those outputs of a graph that tallies take in, added to `room` where it lacks them. */
export function reserve(graph: Graph, tallies: ReadonlyMap<string, Tally>, room: Map<string, Float32Array>): void {
  const names = new Set([...tallies.keys()].map(saidName));
  for (const { name, id } of graph.outputs) {
    if (names.has(name) && !room.has(name)) room.set(name, new Float32Array(size(graph.nodes[id]!.shape)));
  }
}

function tally(
  addendsOf: (said: ArrayLike<number>, examples: number) => ArrayLike<number>,
  ofTotals: (totals: ArrayLike<number>, examples: number) => number,
): Tally {
  let totals = new Float64Array(0);
  let examples = 0;
  const take = (addends: ArrayLike<number>, n: number): void => {
    if (totals.length !== addends.length) totals = new Float64Array(addends.length);
    for (let i = 0; i < addends.length; i++) totals[i]! += addends[i]!;
    examples += n;
  };
  return {
    add: (said, n) => take(addendsOf(said, n), n),
    merge: (other) => take(other.totals, other.examples),
    value: () => (examples === 0 ? Number.NaN : ofTotals(totals, examples)),
    clear() {
      totals.fill(0);
      examples = 0;
    },
    get totals() {
      return totals;
    },
    get examples() {
      return examples;
    },
  };
}
