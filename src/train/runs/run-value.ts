/** Keys of a run, as filters, sorting and columns name them: its fields, its measures, and the paths of its configuration. */

import { OptionError } from '../../base/errors.ts';
import { nearest } from '../../base/nearest.ts';
import { configLeaves, type Leaf, leafAt } from './config-leaves.ts';
import type { RecordedRun } from './recorded-run.ts';
import { type MeasureMoment, measuredValue, tagsOf } from './run-measures.ts';

/** Fields that are no part of the configuration. */
export const runFields = [
  ...(['id', 'path', 'experiment', 'status', 'reason', 'exitCode', 'seed', 'started', 'ended', 'seconds'] as const),
  ...(['step', 'epoch', 'epochs', 'parameters'] as const),
] as const satisfies readonly (keyof RecordedRun)[];

/** What a run says to a key; `undefined` where it has no such. */
export function runValue(run: RecordedRun, key: string, moment: MeasureMoment = 'last'): Leaf | undefined {
  if ((runFields as readonly string[]).includes(key)) return run[key as (typeof runFields)[number]];
  return measuredValue(run, key, moment) ?? leafAt(run.config, key);
}

/** Refuses a key that none of the runs knows; the nearest is named. Without runs, nothing is refused. */
export function checkRunKey(place: string, key: string, runs: readonly RecordedRun[]): void {
  if (runs.length === 0 || runs.some((run) => runValue(run, key) !== undefined)) return;
  if ((runFields as readonly string[]).includes(key)) return;
  const known = [
    ...new Set([...runFields, ...runs.flatMap((run) => [...tagsOf(run), ...configLeaves(run.config).keys()])]),
  ];
  const near = nearestKey(key, known);
  const [first] = runs.map(primaryTags).filter((tags) => tags.length > 0);
  const examples = ['status', 'seed', 'optimizer', ...(first ?? []).slice(0, 2)];
  throw new OptionError('runs/key', `none of the runs has "${key}"`, {
    place,
    mend: `${near === undefined ? '' : `Did you mean "${near}"? `}Keys are fields, measures and paths of config.json: ${examples.join(', ')}, ….`,
  });
}

const primaryTags = (run: RecordedRun) => tagsOf(run).filter((tag) => tag.startsWith('validation/'));

/** The end of a path or a tag is what people remember of it: it counts as the whole does. */
function nearestKey(key: string, known: readonly string[]): string | undefined {
  const endOf = (candidate: string) => candidate.split(/[./]/).at(-1)!;
  const ending = (end: string) =>
    known.filter((candidate) => candidate.endsWith(`.${end}`) || candidate.endsWith(`/${end}`));
  const shortest = (texts: readonly string[]) => texts.reduce((a, b) => (b.length < a.length ? b : a));
  if (ending(key).length > 0) return shortest(ending(key));
  const whole = nearest(key, known);
  const end = whole === undefined ? nearest(key, known.map(endOf)) : undefined;
  return end === undefined ? whole : shortest(ending(end));
}
