/** What is allowed and most often a mistake: told before the first step, and training goes on. */

import type { Key } from '../base/random.ts';
import type { Dataset } from '../data/dataset.ts';
import { identicalUnitsMessage } from '../nn/identical-units.ts';
import { definitionOf, type Optimizer } from '../rule/rule.ts';
import type { Engine } from '../runtime/engine.ts';
import type { WarningEvent } from './event.ts';
import { findIdenticalUnits } from './find-identical-units.ts';
import type { Task } from './task.ts';

export interface Warned {
  readonly task: Task;
  readonly training: Dataset;
  /** First values of all parameters. */
  readonly parameters: ReadonlyMap<string, Float32Array>;
  readonly optimizer: Optimizer;
  readonly batchSize: number;
  readonly engine: Engine;
  readonly key: Key;
}

export async function warningsOf({ optimizer, batchSize, ...rest }: Warned): Promise<WarningEvent[]> {
  const warnings: WarningEvent[] = [];
  const examples = rest.training.size;
  if (definitionOf(optimizer).wholeSet && batchSize < examples) {
    const message =
      `${optimizer.optimizer} follows the signs of whole-set gradients, and gets batches of ${batchSize} of ${examples} ` +
      'examples, whose noise turns the signs. Give batchSize "all", or use rmsprop, its form for minibatches.';
    warnings.push({ type: 'warning', code: 'whole-set', message });
  }
  for (const units of await findIdenticalUnits(rest)) {
    warnings.push({ type: 'warning', code: 'identical-units', message: identicalUnitsMessage(units) });
  }
  return warnings;
}
