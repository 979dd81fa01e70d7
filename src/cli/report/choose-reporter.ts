/** The reporter for `--progress`: a redrawn line where a terminal shows it, else lines. */

import { checkOneOf } from '../../base/options.ts';
import type { Surroundings } from '../surroundings.ts';
import { barReporter } from './bar-reporter.ts';
import { jsonReporter } from './json-reporter.ts';
import { linesReporter } from './lines-reporter.ts';
import { type ProgressKind, progressKinds, type Reporter, silentReporter } from './reporter.ts';

/** The value of `--progress`. */
export function readProgress(command: string, kind: string | undefined): ProgressKind {
  return checkOneOf(`dolina ${command}`, '--progress', kind ?? 'auto', progressKinds);
}

/** What `auto` means here. */
export function resolveProgress(kind: ProgressKind, around: Surroundings): Exclude<ProgressKind, 'auto'> {
  if (kind !== 'auto') return kind;
  return around.terminal ? 'bar' : 'lines';
}

export function chooseReporter(kind: ProgressKind, around: Surroundings, errorMetric?: string): Reporter {
  switch (resolveProgress(kind, around)) {
    case 'bar': {
      const common = { write: around.err, width: around.width, now: () => performance.now() };
      return barReporter({ ...common, ...(errorMetric === undefined ? {} : { errorMetric }) });
    }
    case 'lines':
      return linesReporter(around.err);
    case 'json':
      return jsonReporter(around.err);
    case 'none':
      return silentReporter;
  }
}
