/** Runs side by side: where their configurations and their results differ. */

import { compare } from '../../train/race/measure.ts';
import { differences } from '../../train/runs/differences.ts';
import type { RecordedRun } from '../../train/runs/recorded-run.ts';
import { directionOf, type MeasureMoment, measuredValue, tagsOf } from '../../train/runs/run-measures.ts';

/** A line of the comparison: a path or a key, and what each run says to it. */
export interface ComparisonLine {
  readonly key: string;
  readonly values: readonly unknown[];
  /** The indices of the best, where one is better. */
  readonly best?: readonly number[];
}

export interface RunComparison {
  readonly config: readonly ComparisonLine[];
  readonly results: readonly ComparisonLine[];
}

const outcomes = [
  'experiment',
  'status',
  'reason',
  'exitCode',
  'step',
  'epoch',
  'seconds',
  'parameters',
  'data',
] as const;

/** What differs between runs, formulations of convolutions aside: they are measured, and change no result's meaning. */
export function compareRuns(runs: readonly RecordedRun[], moment: MeasureMoment): RunComparison {
  const config = differences(runs.map((run) => run.config))
    .filter(({ path }) => !path.startsWith('engine.formulations'))
    .map(({ path, values }) => ({ key: path, values }));
  const line = (key: string, of: (run: RecordedRun) => unknown): ComparisonLine[] => {
    const values = runs.map(of);
    return values.every((value) => Object.is(value, values[0])) ? [] : [{ key, values }];
  };
  // Hyper-parameters stand in the configuration, and single minibatches say little.
  const tags = [...new Set(runs.flatMap(tagsOf))].filter((tag) => !/^optim\/|^train\/batch-/.test(tag));
  return {
    config,
    results: [
      ...outcomes.flatMap((key) => line(key, (run) => run[key])),
      ...line('engine', (run) => run.engine?.name),
      ...tags.flatMap((tag) =>
        line(tag, (run) => measuredValue(run, tag, moment)).map((found) => ({
          ...found,
          ...bestOf(tag, found.values, runs),
        })),
      ),
    ],
  };
}

function bestOf(tag: string, values: readonly unknown[], runs: readonly RecordedRun[]): { best?: number[] } {
  const better = directionOf(runs[0]!, tag);
  const numbers = values.map((value) => (typeof value === 'number' ? value : Number.NaN));
  if (better === undefined || numbers.every(Number.isNaN)) return {};
  const top = numbers.reduce((a, b) => (compare({ better }, b, a) < 0 ? b : a));
  return { best: numbers.flatMap((value, index) => (value === top ? [index] : [])) };
}
