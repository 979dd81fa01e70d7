/** The first parameters of a run that are fitted to its data. */

import { checkNumber, checkOptionNames } from '../../base/options.ts';
import { fold, type Key, key, RandomStream } from '../../base/random.ts';
import type { Dataset } from '../../data/dataset.ts';
import type { Model } from '../../nn/forward.ts';
import type { Loss } from '../../nn/loss/loss.ts';
import { type LossPerOutput, readLosses } from '../../nn/loss/per-output.ts';
import { initialValues } from '../../nn/parameter.ts';
import type { CompileOptions, Engine } from '../../runtime/engine.ts';
import { describeTask, type Task } from '../task.ts';
import type { ParameterStart } from './start.ts';
import { applyStart, readStart } from './table.ts';

export interface FirstParametersOptions {
  readonly model: Model;
  readonly training: Dataset;
  readonly loss: Loss | LossPerOutput;
  /** One start, or several, each on what the one before it left: `[lsuv(), labelStatistics()]`. */
  readonly start: ParameterStart | readonly ParameterStart[];
  /** That of the run: what a start leaves alone is then what `train` would draw. Default 0. */
  readonly seed?: number;
  readonly engine: Engine;
  /** Default one thread and no measuring: a few batches are not worth it, and the result is the same every time. */
  readonly compile?: CompileOptions;
}

/**
 * First values of all parameters of a model: drawn by its initializers under the seed, and then fitted to the training
 * set by one or several starts. For `parameters` of `train`.
 *
 * @example
 * const start = [lsuv(), labelStatistics()];
 * const parameters = await firstParameters({ model, training, loss, start, engine, seed: 1 });
 * await train({ model, training, loss, optimizer, engine, seed: 1, parameters });
 *
 * Throws OptionError and DataError where the model or the data do not suit the start.
 */
export async function firstParameters(options: FirstParametersOptions): Promise<Map<string, Float32Array>> {
  const place = 'firstParameters';
  checkOptionNames(place, options, ['model', 'training', 'loss', 'start', 'seed', 'engine', 'compile']);
  const { model, training, start, engine, compile } = options;
  const seed = checkNumber(place, 'seed', options.seed ?? 0, { integer: true, min: 0 });
  const { input, target, targets, normalization } = training;
  const several = targets === undefined ? {} : { targets };
  const task = { model, input, target, ...several, normalization, loss: readLosses(options.loss), metrics: {} };
  const given = compile === undefined ? {} : { compile };
  return startParameters({ task, training, starts: [start].flat(), engine, key: key(seed), ...given });
}

export interface StartParametersOptions {
  readonly task: Task;
  readonly training: Dataset;
  readonly starts: readonly ParameterStart[];
  readonly engine: Engine;
  readonly compile?: CompileOptions;
  /** The key of the run. */
  readonly key: Key;
}

/** The same for a task, under the key of a run. */
export async function startParameters(options: StartParametersOptions): Promise<Map<string, Float32Array>> {
  const { task, training, engine, key, compile = { threads: 1, formulations: 'default' } } = options;
  const starts = options.starts.map(readStart);
  // Two examples: batch normalization has no variance over one.
  const specs = describeTask(task, 2).parameters;
  const own = fold(key, 'parameters');
  const parameters = initialValues(specs, own);
  for (const start of starts) {
    await applyStart(start, {
      ...{ task, training, parameters, specs, engine, compile },
      parameterStream: (name) => new RandomStream(fold(own, name)),
      stream: (purpose) => new RandomStream(fold(fold(key, 'start'), purpose)),
    });
  }
  return parameters;
}
