/** What to call runs beside one another: their shortest distinct names, and what differs between them. */

import { kindOf, partAt, valueWords } from './config-leaves.ts';
import { type Difference, differences } from './differences.ts';
import type { RecordedRun } from './recorded-run.ts';

/** The shortest ends of ids that tell all of `among` apart: `a1b2`, `s3-a1b2` where two runs end alike. */
export function shortNames(among: readonly RecordedRun[]): (run: RecordedRun) => string {
  const counts = new Map<string, number>();
  for (const id of new Set(among.map((run) => run.id)))
    for (const end of endsOf(id)) counts.set(end, (counts.get(end) ?? 0) + 1);
  return ({ id }) => endsOf(id).find((end) => (counts.get(end) ?? 0) <= 1) ?? id;
}

function endsOf(id: string): string[] {
  const parts = id.split('-');
  return parts.map((_, index) => parts.slice(parts.length - 1 - index).join('-'));
}

/** Differences that every list shows otherwise, or that follow from the machine. */
const elsewhere = /^(name|seed|engine\.formulations)\b/;

/** What people vary first, and what most often follows from something else. */
const weightOf = (path: string) => (/^optimizer\b/.test(path) ? 0 : /^(data|validation|engine)\b/.test(path) ? 2 : 1);

/**
 * What differs between the configurations of runs, in brief: names, seeds and measured choices aside, and optimizers
 * first. Runs of one experiment are held against one another; what differs between experiments alone goes without
 * saying, unless no two runs are of one.
 */
export function runDifferences(runs: readonly RecordedRun[]): Difference[] {
  const groups = new Map<string, RecordedRun[]>();
  for (const run of runs) groups.set(run.experiment, [...(groups.get(run.experiment) ?? []), run]);
  const several = [...groups.values()].filter((group) => group.length > 1);
  const paths = new Set<string>();
  for (const group of several.length > 0 ? several : [runs]) {
    const configs = group.map(({ config }) => config);
    for (const { path } of differences(configs, { brief: true })) if (!elsewhere.test(path)) paths.add(path);
  }
  return [...paths]
    .sort((a, b) => weightOf(a) - weightOf(b))
    .map((path) => ({ path, values: kindsWhereAll(runs.map(({ config }) => partAt(config, path))) }));
}

/** Objects of a kind by their kinds, where all of them are such. */
function kindsWhereAll(values: readonly unknown[]): readonly unknown[] {
  const present = values.filter((value) => value !== undefined);
  return present.every((value) => kindOf(value) !== undefined) ? values.map(kindOf) : values;
}

/** The shortest ends of paths that tell them apart: `learningRate`, `units`; two of a kind keep more of their paths. */
export function shortPaths(paths: readonly string[]): Map<string, string> {
  const ends = (path: string) => {
    const parts = path.split('.');
    return parts.map((_, index) => parts.slice(parts.length - 1 - index).join('.'));
  };
  const counts = new Map<string, number>();
  for (const path of paths) for (const end of ends(path)) counts.set(end, (counts.get(end) ?? 0) + 1);
  return new Map(
    paths.map((path) => [path, ends(path).find((end) => counts.get(end) === 1 && !/^\d+$/.test(end)) ?? path]),
  );
}

/**
 * A name for each run that says what differs: `adam learningRate=0.01`, `seed=3`; its short name is added where that
 * would not tell it from another.
 */
export function legendNames(runs: readonly RecordedRun[], short: (run: RecordedRun) => string): string[] {
  const found = runDifferences(runs).slice(0, 4);
  const labels = shortPaths(found.map(({ path }) => path));
  const experiments = new Set(runs.map(({ experiment }) => experiment)).size > 1;
  const seeds = new Set(runs.map(({ seed }) => seed)).size > 1;
  const names = runs.map((run, index) => {
    const settings = found.flatMap(({ path, values }) => {
      const value = values[index];
      if (value === undefined) return [];
      // A kind says what it is of: adam is an optimizer.
      const isKind = typeof value === 'string' && /^[a-z]/i.test(value);
      const words = Array.isArray(value) ? String(value.length) : valueWords(value);
      return isKind ? words : `${labels.get(path)}=${words}`;
    });
    return [
      ...(experiments ? [run.experiment] : []),
      ...settings,
      ...(seeds && run.seed !== undefined ? [`seed=${run.seed}`] : []),
    ].join(' ');
  });
  return names.map((name, index) => {
    const alone = name !== '' && names.indexOf(name) === names.lastIndexOf(name);
    return alone ? name : [name, short(runs[index]!)].filter((part) => part !== '').join(' ');
  });
}
