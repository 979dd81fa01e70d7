/** `optimizer=adam optimizer.learningRate<0.01 status=done`: which runs are meant. */

import { OptionError } from '../../base/errors.ts';
import type { RecordedRun } from './recorded-run.ts';
import type { MeasureMoment } from './run-measures.ts';
import { checkRunKey, runValue } from './run-value.ts';

const operators = ['=', '!=', '<', '<=', '>', '>=', '~'] as const;

/** One condition on a key of a run. */
export interface RunFilter {
  readonly key: string;
  readonly operator: (typeof operators)[number];
  /** Any of them, for `=`; none of them, for `!=`. */
  readonly values: readonly string[];
}

/**
 * Reads conditions, separated by blanks: `key=value`, `key=one,other`, `key!=value`, `<`, `<=`, `>`, `>=`, and `key~part`
 * for a part of a text. `none` means that a run has nothing there. A value with blanks stands in double quotes.
 */
export function readFilters(text: string): RunFilter[] {
  const condition = /\s*([^\s=<>!~"]+)\s*(!=|<=|>=|==?|<|>|~)\s*("[^"]*"|[^\s"]+)(?=\s|$)/y;
  const found: RunFilter[] = [];
  const end = text.trimEnd().length;
  for (let at = 0; at < end; at = condition.lastIndex) {
    condition.lastIndex = at;
    const [, key, operator, value] = condition.exec(text) ?? [];
    if (key === undefined) {
      throw new OptionError('runs/filter', `"${text.slice(at).trim()}" is no condition`, {
        place: '--filter',
        mend: 'Write key=value, such as optimizer=adam, validation/error<0.1, status!=done or id~mlp.',
      });
    }
    const quoted = value!.startsWith('"');
    const values = quoted ? [value!.slice(1, -1)] : value!.split(',');
    found.push({ key, operator: (operator === '==' ? '=' : operator) as RunFilter['operator'], values });
  }
  return found;
}

/** The runs that satisfy all conditions. Throws an OptionError for a key that none of them has. */
export function filterRuns(
  runs: readonly RecordedRun[],
  filters: readonly RunFilter[],
  moment: MeasureMoment = 'last',
): RecordedRun[] {
  for (const { key } of filters) checkRunKey('--filter', key, runs);
  return runs.filter((run) => filters.every((filter) => satisfies(run, filter, moment)));
}

function satisfies(run: RecordedRun, { key, operator, values }: RunFilter, moment: MeasureMoment): boolean {
  const found = runValue(run, key, moment);
  const [first = ''] = values;
  switch (operator) {
    case '=':
      return values.some((value) => equals(found, value));
    case '!=':
      return !values.some((value) => equals(found, value));
    case '~':
      return found !== undefined && String(found).toLowerCase().includes(first.toLowerCase());
    default: {
      if (found === undefined) return false;
      const order = typeof found === 'number' ? found - Number(first) : compareTexts(String(found), first);
      if (Number.isNaN(order)) return false;
      return operator.startsWith('<')
        ? order < 0 || (operator === '<=' && order === 0)
        : order > 0 || (operator === '>=' && order === 0);
    }
  }
}

function equals(found: string | number | boolean | null | undefined, value: string): boolean {
  if (found === undefined || found === null) return value === 'none';
  return typeof found === 'number'
    ? Object.is(found, Number(value)) || found === Number(value)
    : String(found) === value;
}

const compareTexts = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** Sorts runs by keys, the first one counting most; `-key` from high to low. Those without a value come last. */
export function sortRuns(
  runs: readonly RecordedRun[],
  keys: readonly string[],
  moment: MeasureMoment = 'last',
): RecordedRun[] {
  const orders = keys.map((key) => (key.startsWith('-') ? ([key.slice(1), -1] as const) : ([key, 1] as const)));
  for (const [key] of orders) checkRunKey('--sort', key, runs);
  const values = new Map(runs.map((run) => [run, orders.map(([key]) => runValue(run, key, moment))]));
  return [...runs].sort((a, b) => {
    for (const [index, [, sign]] of orders.entries()) {
      const order = compareValues(values.get(a)![index], values.get(b)![index], sign);
      if (order !== 0) return order;
    }
    return 0;
  });
}

function compareValues(a: unknown, b: unknown, sign: number): number {
  const nothing = (value: unknown) => value === undefined || value === null || Number.isNaN(value);
  if (nothing(a) || nothing(b)) return Number(nothing(a)) - Number(nothing(b));
  if (typeof a === 'number' && typeof b === 'number') return a === b ? 0 : sign * (a < b ? -1 : 1);
  return sign * compareTexts(String(a), String(b));
}
