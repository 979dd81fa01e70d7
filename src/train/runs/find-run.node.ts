/**
 * One way to name a run, everywhere: a path, an id, a part of an id that no other has, `latest`, `best`, or
 * `best:<measure>`.
 */

import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { OptionError } from '../../base/errors.ts';
import { nearest } from '../../base/nearest.ts';
import { bestRun } from './best-run.ts';
import { isRunDirectory, readRun, readRuns } from './read-run.node.ts';
import type { RecordedRun } from './recorded-run.ts';

export interface FindRunOptions {
  /** Folder of all runs. Default `runs`. */
  readonly root?: string;
}

/** So many candidates are listed. */
const most = 8;

/**
 * The run that `reference` names. Throws an OptionError that lists the candidates where several are meant, and the
 * nearest where none is; a DataError where a path leads to something else.
 *
 * @example findRun('latest').path
 */
export function findRun(reference: string, { root = 'runs' }: FindRunOptions = {}): RecordedRun {
  return runFinder(root)(reference);
}

/** The same for several references: the folder is read once. */
export function runFinder(root: string): (reference: string) => RecordedRun {
  let found: readonly RecordedRun[] | undefined;
  const all = () => {
    found ??= readRuns(root);
    return found;
  };
  return (reference) => {
    const path = runAtPath(reference);
    if (path !== undefined) return readRun(path);
    const runs = all();
    if (runs.length === 0) {
      throw new OptionError('run/unknown', `"${reference}" names no run: there is none in ${root}`, {
        mend: 'Train one with "dolina train", or give --runs, the folder of the runs.',
      });
    }
    if (reference === 'latest') return runs[0]!;
    if (reference === 'best') return bestRun(runs).run;
    if (reference.startsWith('best:')) return bestRun(runs, { measure: reference.slice('best:'.length) }).run;
    return runByPart(reference, runs, root);
  };
}

/** The run directory at a path, or in which a named file lies. */
function runAtPath(reference: string): string | undefined {
  const isPath = /^[.~]|[/\\]/.test(reference) && !reference.startsWith('best:');
  if (existsSync(reference)) {
    if (isRunDirectory(reference)) return reference;
    if (statSync(reference).isFile() && isRunDirectory(dirname(reference))) return dirname(reference);
  }
  if (!isPath) return undefined;
  if (!existsSync(reference) || !statSync(reference).isDirectory()) return readRun(reference).path;
  const below = readRuns(reference);
  if (below.length === 1) return below[0]!.path;
  if (below.length > 1) throw ambiguous(reference, below, 'is a folder of');
  return readRun(reference).path;
}

function runByPart(reference: string, runs: readonly RecordedRun[], root: string): RecordedRun {
  const part = reference.toLowerCase();
  const ids = runs.map((run) => ({ run, id: run.id.toLowerCase() }));
  // The whole before its end, and the end before any other part: a1b2 is how lists name a run.
  for (const matches of [
    ids.filter(({ id }) => id === part),
    ids.filter(({ id }) => id.endsWith(`-${part}`)),
    ids.filter(({ id }) => id.includes(part)),
  ]) {
    if (matches.length === 1) return matches[0]!.run;
    if (matches.length > 1)
      throw ambiguous(
        reference,
        matches.map(({ run }) => run),
        'is a part of the id of',
      );
  }
  const ends = new Map(runs.map(({ id }) => [id.split('-').at(-1)!, id]));
  const words = [
    'latest',
    'best',
    ...ends.keys(),
    ...new Set(runs.map(({ experiment }) => experiment)),
    ...runs.map(({ id }) => id),
  ];
  const near = nearest(reference, words);
  const meant = near === undefined ? '' : `Did you mean "${near}"${ends.has(near) ? ` (${ends.get(near)})` : ''}? `;
  throw new OptionError('run/unknown', `no run in ${root} is named "${reference}"`, {
    mend: `${meant}Give a path, an id or a part of one, "latest" or "best"; "dolina runs ls" lists them.`,
  });
}

function ambiguous(reference: string, runs: readonly RecordedRun[], how: string): OptionError {
  const listed = runs.slice(0, most).map(({ id, status }) => `${id} (${status})`);
  const more = runs.length > most ? `, and ${runs.length - most} more` : '';
  return new OptionError('run/ambiguous', `"${reference}" ${how} ${runs.length} runs: ${listed.join(', ')}${more}`, {
    mend: 'Give more of one id, "latest" or "best".',
  });
}
