/** The table of starts, and the first parameters that one or several of them make. */

import { OptionError } from '../../base/errors.ts';
import { suggestion } from '../../base/nearest.ts';
import { checkOptionNames } from '../../base/options.ts';
import { shown } from '../../base/shown.ts';
import { labelStatisticsRow } from './label-statistics.ts';
import { lsuvRow } from './lsuv.ts';
import type { ParameterStart, StartContext, StartRow } from './start.ts';

export const starts = {
  lsuv: lsuvRow,
  labelStatistics: labelStatisticsRow,
} as const satisfies Readonly<Record<string, StartRow>>;

/** The name of a built-in start. */
export type StartKind = keyof typeof starts;

function rowOf(value: unknown): StartRow {
  const kind = (value as Partial<ParameterStart> | null | undefined)?.start;
  if (typeof kind !== 'string' || !Object.hasOwn(starts, kind)) {
    throw new OptionError('option/choice', `${shown(value)} is no start`, {
      mend: suggestion(String(kind), Object.keys(starts)),
    });
  }
  return starts[kind as StartKind] as StartRow;
}

/** Checks a plain value (from JSON, say) and gives the start that it describes. */
export function readStart(value: unknown): ParameterStart {
  const row = rowOf(value);
  const { start: kind, ...options } = value as ParameterStart;
  checkOptionNames(kind, options, Object.keys(row.options));
  return row.read(options);
}

/** Changes the parameters of `context` as the start says. */
export function applyStart(start: ParameterStart, context: StartContext): Promise<void> {
  return rowOf(start).apply(start, context);
}
