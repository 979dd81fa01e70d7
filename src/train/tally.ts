/** Adds up, in double precision, what batches say of the loss and the metrics, and makes the measures of them. */

import { size } from '../base/shape.ts';
import type { Graph } from '../graph/graph.ts';
import { lossOfSums } from '../nn/loss/table.ts';
import { metricAddends, metricOfTotals } from '../nn/metric/table.ts';
import { lossName, measureName, type Task } from './task.ts';
import { measuredOutputs } from './task-outputs.ts';

/** What programs say of a batch: their outputs by name. */
export type Said = ReadonlyMap<string, ArrayLike<number>>;

/** One measure in the making. */
export interface Tally {
  /** What a batch of so many examples said. */
  add(said: Said, examples: number): void;
  /** All that another tally of the same measure took in. */
  merge(other: Pick<Tally, 'totals' | 'examples'>): void;
  /** The measure of all examples since the last `clear`; NaN without any. */
  value(): number;
  clear(): void;
  readonly totals: ArrayLike<number>;
  readonly examples: number;
}

/**
 * Tallies of the loss, under `loss`, and of each metric, under its name; of several outputs, also the loss of each, under
 * `digit/loss`, and its metrics.
 */
export function createTallies(task: Pick<Task, 'loss' | 'metrics'>): ReadonlyMap<string, Tally> {
  const outputs = measuredOutputs(task);
  const parts = outputs.flatMap(({ loss, metrics, prefix }) => [
    [
      `${prefix}loss`,
      tally(
        // Where a training program gives no sums, its loss is a plain mean over the examples.
        (said, examples) => said.get(measureName(`${prefix}loss`)) ?? [said.get(lossName)![0]! * examples],
        (totals, examples) => lossOfSums(loss, totals, examples),
      ),
    ] as const,
    ...Object.entries(metrics).map(([name, metric]) => {
      const measure = measureName(`${prefix}${name}`);
      return [
        `${prefix}${name}`,
        tally(
          (said, examples) => metricAddends(metric, said.get(measure)!, examples),
          (totals, examples) => metricOfTotals(metric, totals, examples),
        ),
      ] as const;
    }),
  ]);
  const tallies = new Map<string, Tally>(parts);
  if (tallies.has('loss')) return tallies;
  const terms = outputs.map(({ prefix, weight }) => ({ weight, loss: tallies.get(`${prefix}loss`)! }));
  return new Map([['loss', weightedSum(terms)], ...tallies]);
}

/** Arrays for those outputs of a graph that tallies take in, added to `room` where it lacks them. */
export function reserve(graph: Graph, room: Map<string, Float32Array>): void {
  const isMeasure = (name: string) => name.startsWith(measureName(''));
  for (const { name, id } of graph.outputs) {
    if (isMeasure(name) && !room.has(name)) room.set(name, new Float32Array(size(graph.nodes[id]!.shape)));
  }
}

function tally(
  addendsOf: (said: Said, examples: number) => ArrayLike<number>,
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

/** Σ weight · loss of other tallies, which take everything in themselves. */
function weightedSum(terms: readonly { readonly weight: number; readonly loss: Tally }[]): Tally {
  return {
    add() {},
    merge() {},
    clear() {},
    value: () => terms.reduce((sum, { weight, loss }) => sum + weight * loss.value(), 0),
    totals: [],
    get examples() {
      return terms[0]!.loss.examples;
    },
  };
}
