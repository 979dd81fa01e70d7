/**
 * Keeps the run directory of one training. It is made when training begins, after everything has been checked and
 * compiled: a mistake leaves no directory behind. It says `done` only once the weights lie in it.
 */

import type { EndEvent, LiveValues, TrainingEvent } from '../train/event.ts';
import { experimentToJson } from '../train/experiment/to-json.ts';
import type { Experiment } from '../train/experiment.ts';
import { hyperParametersOf } from '../train/record/hyper-parameters.ts';
import { createRunDirectory, type RunDirectory } from '../train/run-directory.node.ts';
import type { TrainedModel } from '../train/trained-model.ts';

export interface RunRecorderOptions {
  readonly experiment: Experiment;
  /** Folder of all runs. */
  readonly root: string;
  readonly versions: Readonly<Record<string, string>>;
  /** Where the data came from. */
  readonly data: string;
}

export interface RunRecorder {
  on(event: TrainingEvent, values?: LiveValues): void;
  /** `undefined` until training has begun. */
  directory(): RunDirectory | undefined;
  /** Writes weights and model, then how the run ended. */
  save(model: TrainedModel, step: number, exitCode: number): void;
  /** Adds measures to those of run.json. */
  measured(measures: Readonly<Record<string, number>>): void;
  /** Notes why the run broke. */
  fail(reason: string, exitCode: number): void;
  close(): void;
}

export function createRunRecorder({ experiment, root, versions, data }: RunRecorderOptions): RunRecorder {
  let directory: RunDirectory | undefined;
  let end: EndEvent | undefined;
  let metrics: Record<string, number> = {};
  return {
    directory: () => directory,
    on(event, values) {
      if (event.type === 'start') {
        const { threads, formulations, batchSize } = event;
        const engine = { ...experiment.engine, threads, formulations };
        const config = experimentToJson({ ...experiment, batchSize: experiment.batchSize ?? batchSize, engine });
        directory = createRunDirectory({
          root,
          experiment: experiment.name,
          seed: experiment.seed,
          config,
          versions,
          logs: { hyperParameters: hyperParametersOf(config), histograms: experiment.histograms ?? false },
        });
        directory.update({ data });
      }
      if (event.type === 'evaluation') metrics = { ...metrics, ...event.measures };
      if (event.type === 'end') end = event;
      else directory?.on(event, values);
    },
    save(model, step, exitCode) {
      directory?.saveParameters(step, model.parameters);
      directory?.write('model.onnx', model.toOnnx());
      if (end !== undefined) directory?.on(end);
      directory?.update({ exitCode });
    },
    measured(measures) {
      metrics = { ...metrics, ...measures };
      directory?.update({ metrics });
    },
    fail(reason, exitCode) {
      directory?.update({ status: 'failed', reason, exitCode, ended: new Date().toISOString() });
    },
    close: () => directory?.close(),
  };
}
