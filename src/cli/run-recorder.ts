/**
 * Keeps the run directory of one training. It is made when training begins, after everything has been checked and
 * compiled: a mistake leaves no directory behind. It says `done` only once the weights lie in it.
 */

import type { StoredCheckpoint } from '../train/checkpoint/folder.node.ts';
import type { CheckpointStore } from '../train/checkpoint/store.ts';
import type { EndEvent, LiveValues, StartEvent, TrainingEvent } from '../train/event.ts';
import { experimentToJson } from '../train/experiment/to-json.ts';
import type { Experiment } from '../train/experiment.ts';
import { hyperParametersOf } from '../train/record/hyper-parameters.ts';
import { createRunDirectory, type RunDirectory, reopenRunDirectory } from '../train/run-directory.node.ts';
import type { TrainedModel } from '../train/trained-model.ts';

export interface RunRecorderOptions {
  readonly experiment: Experiment;
  /** Folder of all runs. */
  readonly root: string;
  readonly versions: Readonly<Record<string, string>>;
  /** Where the data came from. */
  readonly data: string;
  /** The module that defines the experiment, where one does. */
  readonly module?: string;
  /** How many of the last checkpoints stay. */
  readonly keepLast?: number;
  /** The run that goes on, and where. */
  readonly resumed?: { readonly path: string; readonly from: StoredCheckpoint };
}

export interface RunRecorder {
  on(event: TrainingEvent, values?: LiveValues): void;
  /** Where the loop keeps its checkpoints. */
  readonly store: CheckpointStore;
  /** `undefined` until training has begun. */
  directory(): RunDirectory | undefined;
  /** Writes weights and model, then how the run ended. */
  save(model: TrainedModel, exitCode: number): void;
  /** Adds measures to those of run.json. */
  measured(measures: Readonly<Record<string, number>>): void;
  /** Notes why the run broke. */
  fail(reason: string, exitCode: number): void;
  close(): void;
}

export function createRunRecorder(options: RunRecorderOptions): RunRecorder {
  let directory: RunDirectory | undefined;
  let end: EndEvent | undefined;
  return {
    directory: () => directory,
    store: { save: (checkpoint, best) => directory?.checkpoints.save(checkpoint, best) },
    on(event, values) {
      if (event.type === 'start') {
        directory = open(options, event);
        directory.update({ data: options.data, ...(options.module === undefined ? {} : { module: options.module }) });
      }
      if (event.type === 'end') end = event;
      else directory?.on(event, values);
    },
    save(model, exitCode) {
      directory?.saveParameters(model.parameters);
      directory?.write('model.onnx', model.toOnnx());
      if (end !== undefined) directory?.on(end);
      directory?.update({ exitCode });
    },
    measured: (measures) => directory?.measured(measures),
    fail(reason, exitCode) {
      const at = end === undefined ? {} : { step: end.step, epoch: end.epoch, seconds: end.time };
      directory?.update({ status: 'failed', reason, exitCode, ...at, ended: new Date().toISOString() });
      if (end !== undefined) directory?.logs.on({ ...end, status: 'failed', reason });
    },
    close: () => directory?.close(),
  };
}

/** The run directory of a training that begins or goes on. */
function open({ experiment, root, versions, keepLast, resumed }: RunRecorderOptions, start: StartEvent): RunDirectory {
  const { threads, formulations, batchSize } = start;
  const engine = { ...experiment.engine, threads, formulations };
  const config = experimentToJson({ ...experiment, batchSize: experiment.batchSize ?? batchSize, engine });
  const kept = {
    versions,
    logs: { hyperParameters: hyperParametersOf(config), histograms: experiment.histograms ?? false },
    ...(keepLast === undefined ? {} : { keepLast }),
  };
  if (resumed !== undefined) return reopenRunDirectory({ ...resumed, config, ...kept });
  return createRunDirectory({ root, experiment: experiment.name, seed: experiment.seed, config, ...kept });
}
