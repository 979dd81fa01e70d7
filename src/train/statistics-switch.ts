/** Carries `freezeStatistics` out: says what normalization goes by, and measures the population where that changes. */

import type { Dataset } from '../data/dataset.ts';
import type { Statistics } from '../nn/state.ts';
import type { Engine } from '../runtime/engine.ts';
import { areFrozen, type FreezeStatistics } from './freeze-statistics.ts';
import { populationStatistics } from './population-statistics.ts';
import type { Progress } from './progress.ts';
import type { TrainingStep } from './step.ts';
import type { Task } from './task.ts';

export interface StatisticsSwitchOptions {
  readonly freeze: FreezeStatistics | undefined;
  readonly progress: Progress;
  readonly minibatch: TrainingStep;
  readonly task: Task;
  readonly training: Dataset;
  readonly engine: Engine;
  readonly threads: number;
}

/** What normalization goes by in the step that follows the present position; freezes where it is time. */
export function statisticsSwitch(options: StatisticsSwitchOptions): () => Promise<Statistics> {
  const { freeze, progress, minibatch, task, training, engine, threads } = options;
  // A finished run that is to train longer than it was to: its statistics move again, until it is time.
  if (freeze === undefined || !areFrozen(freeze, progress.position)) progress.statistics = 'batch';
  return async () => {
    if (freeze === undefined || progress.statistics === 'frozen' || !areFrozen(freeze, progress.position)) {
      return progress.statistics;
    }
    progress.statistics = 'frozen';
    const { by = 'running' } = freeze;
    if (by === 'running') return progress.statistics;
    minibatch.settle();
    const parameters = new Map([...minibatch.evaluated, ...minibatch.states]);
    // Not measured: what a run was told to begin with does not name these programs, and it is to repeat.
    const compile = { threads, formulations: 'default' } as const;
    const found = await populationStatistics({ task, training, parameters, method: by, engine, compile });
    for (const [name, array] of found) minibatch.states.get(name)!.set(array);
    return progress.statistics;
  };
}
