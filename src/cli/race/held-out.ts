/** What a race validates on. Rates are chosen by it, so it is never the test set. */

import { isGivenData } from '../../train/experiment/data.ts';
import type { Experiment } from '../../train/experiment.ts';

export interface RaceExperiment {
  readonly experiment: Experiment;
  /** What was changed and why, as a sentence. */
  readonly note?: string;
}

/** The experiment with a validation set of its own: a tenth of the training set where it has none, or the test set. */
export function withHeldOut(experiment: Experiment): RaceExperiment {
  const { data, validation } = experiment;
  const given = isGivenData(data) && data.validation !== undefined;
  const onTest = validation === 'test' || (isGivenData(data) && given && data.validation === data.test);
  if (!onTest && (given || validation !== undefined)) return { experiment };
  const { validation: _, ...sets } = data as { readonly validation?: unknown };
  const stratified = 'set' in data;
  return {
    experiment: {
      ...experiment,
      ...(onTest && given ? { data: sets as Experiment['data'] } : {}),
      validation: { fraction: 0.1, stratified, seed: 0 },
    },
    note: `${
      onTest ? 'the experiment validates on the test set' : 'the experiment has no validation set'
    }; a race chooses by what it validates on, so a tenth of the training set is held out for it`,
  };
}
