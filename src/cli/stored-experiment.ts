/** The experiment that a run was made from: its config.json, and the module again for what JSON cannot hold. */

import { existsSync } from 'node:fs';
import { OptionError } from '../base/errors.ts';
import { type Experiment, readExperiment } from '../train/experiment.ts';
import type { StoredRun } from '../train/run-directory.node.ts';
import { type DefinedExperiment, loadDefined } from './load-experiment.ts';

/** Keys whose values may be given in code, as a whole. */
const inCode = ['model', 'data'] as const;

/** `module` takes the place of the one that the run remembers. */
export async function storedExperiment(
  { record, config }: Pick<StoredRun, 'record' | 'config'>,
  module: string | undefined = record.module,
): Promise<DefinedExperiment> {
  if (module === undefined) return { experiment: readExperiment(config), definitions: {} };
  if (!existsSync(module)) {
    throw new OptionError('experiment/unknown', `the module of this run is not there any longer: ${module}`, {
      mend: 'Give it with --experiment, wherever it is now.',
    });
  }
  const defined = await loadDefined(module);
  const given = Object.fromEntries(
    inCode.filter((key) => wasInCode(config[key])).map((key) => [key, defined.experiment[key]]),
  );
  const groups = config.groups === undefined ? {} : { groups: groupsOf(config.groups, defined.experiment.groups) };
  return { ...defined, experiment: readExperiment({ ...config, ...given, ...groups }, defined.definitions) };
}

/** Of a group, the match alone may be a function: all else is as the run had it. */
function groupsOf(stored: unknown, defined: Experiment['groups']): unknown {
  if (!Array.isArray(stored)) return stored;
  return stored.map((group, i) => (wasInCode(group?.match) ? { ...group, match: defined?.[i]?.match } : group));
}

/** Whether JSON kept the name only: `{ function: … }` somewhere, or sets without examples. */
function wasInCode(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return 'function' in value || 'training' in value || Object.values(value).some(wasInCode);
}
