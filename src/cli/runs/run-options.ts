/** Options that the commands on runs share, and the runs that they mean. */

import { OptionError } from '../../base/errors.ts';
import { checkOneOf } from '../../base/options.ts';
import { filterRuns, readFilters } from '../../train/runs/filter.ts';
import { runFinder } from '../../train/runs/find-run.node.ts';
import { readRuns } from '../../train/runs/read-run.node.ts';
import type { RecordedRun } from '../../train/runs/recorded-run.ts';
import type { MeasureMoment } from '../../train/runs/run-measures.ts';
import type { Arguments, OptionTable } from '../arguments.ts';

export const runsOption = { runs: { value: 'folder', help: 'where runs are kept (default: runs)' } } as const;
export const jsonOption = { json: { help: 'as one JSON document, with all digits' } } as const;

export const choiceOptions = {
  filter: {
    value: 'conditions',
    help: "which runs: 'optimizer=adam validation/error<0.1 status=done'",
    repeatable: true,
  },
  at: { value: 'moment', help: 'last or best: which value of a measure counts (default: last)' },
} as const satisfies OptionTable;

/** How runs, filters and keys are written; the end of the help of each command. */
export const referenceRemarks = [
  'A run is named by its path, its id, a part of the id that no other has (a1b2), "latest", "best" or',
  '"best:<measure>".',
].join('\n');

export const filterRemarks = [
  'A condition is key=value, key=one,other, key!=value, <, <=, >, >=, or key~part; several are separated by blanks, and all',
  'must hold. Keys are fields (id, experiment, status, seed, step, epoch, seconds, started, …), measures (validation/error)',
  'and paths of config.json (optimizer, optimizer.learningRate, model.layers.1.units). "none" means: not there.',
].join('\n');

export function rootOf(given: Arguments): string {
  return given.text('runs') ?? 'runs';
}

export function momentOf(command: string, given: Arguments): MeasureMoment {
  return checkOneOf(`dolina ${command}`, '--at', given.text('at') ?? 'last', ['last', 'best'] as const);
}

/** Those of `runs` that satisfy `--filter`. */
export function filteredRuns(command: string, given: Arguments, runs: readonly RecordedRun[]): RecordedRun[] {
  return filterRuns(runs, given.texts('filter').flatMap(readFilters), momentOf(command, given));
}

/** The runs that operands and `--filter` name, each once; `otherwise` names one where there is neither. */
export function chosenRuns(command: string, given: Arguments, otherwise?: string): RecordedRun[] {
  const filtering = given.texts('filter').length > 0;
  const references = given.positionals.length > 0 || filtering ? given.positionals : [otherwise ?? []].flat();
  const filtered = filtering ? filteredRuns(command, given, readRuns(rootOf(given))) : [];
  const all = [...references.map(runFinder(rootOf(given))), ...filtered];
  if (all.length === 0 && filtering) {
    throw new OptionError('runs/none', `no run satisfies ${given.texts('filter').join(' ')}`, {
      place: `dolina ${command}`,
      mend: '"dolina runs ls" shows what there is.',
    });
  }
  const first = new Map(all.map((run) => [run.id, run] as const).reverse());
  return [...first.values()].reverse();
}

/** Refuses operands of a command that takes none. */
export function noOperands(command: string, { positionals }: Arguments, mend: string): void {
  if (positionals.length === 0) return;
  throw new OptionError('usage', `"dolina ${command}" takes no "${positionals[0]}"`, { mend });
}

/** Texts with commas between them, of an option that may be repeated. */
export function listOf(given: Arguments, option: string): string[] {
  return given
    .texts(option)
    .flatMap((text) => text.split(','))
    .map((text) => text.trim())
    .filter((text) => text !== '');
}

/** Sentences on what is damaged in runs. */
export function problemLines(runs: readonly RecordedRun[]): string {
  return runs.flatMap(({ path, problems }) => problems.map((problem) => `note: ${path}: ${problem}\n`)).join('');
}
