import type { Dataset } from '../../data/dataset.ts';
import type { Experiment } from '../experiment.ts';
import type { ParameterGroup } from '../parameter-groups.ts';
import { isGivenData } from './data.ts';

/**
 * The experiment as JSON can hold it. What was given in code is named in its place, and `readExperiment` then asks for
 * the module that has it.
 */
export function experimentToJson(experiment: Experiment): Readonly<Record<string, unknown>> {
  const { model, data, groups } = experiment;
  const told = (set: Dataset | undefined) =>
    set === undefined ? undefined : { name: set.name, size: set.size, source: set.source };
  return {
    ...experiment,
    model: typeof model === 'function' ? { function: model.name } : model,
    ...(groups === undefined ? {} : { groups: groups.map(groupToJson) }),
    data: isGivenData(data)
      ? { training: told(data.training), validation: told(data.validation), test: told(data.test) }
      : data,
  };
}

function groupToJson({ match, ...group }: ParameterGroup) {
  return { match: typeof match === 'function' ? { function: match.name } : match, ...group };
}
