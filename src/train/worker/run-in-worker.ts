/**
 * The caller's side of a run in a worker: sends the plan, hands on what it is told, and makes the trained model of the
 * parameters that come back.
 */

import { EngineError } from '../../base/errors.ts';
import { packError, unpackError } from '../../base/packed-error.ts';
import type { Subscriber } from '../event.ts';
import type { RunSteering } from '../run-control.ts';
import { type TrainOptions, taskOf } from '../train.ts';
import { createTrainedModel } from '../trained-model.ts';
import type { TrainingResult } from '../training-result.ts';
import type { Ended, Report, TravelledResult } from './message.ts';
import { planRun } from './run-plan.ts';
import { keepWorker, type RunWorker, type StartWorker, takeWorker } from './run-worker.ts';
import { tellStepRows } from './step-rows.ts';

/** Of the error where no worker could be started: nothing of the run was told yet. */
export const unavailableCode = 'worker/unavailable';

/** Carries a run out in a worker. */
export async function runInWorker(
  options: TrainOptions,
  start: StartWorker,
  control: RunSteering,
  emit: Subscriber,
): Promise<TrainingResult> {
  const planned = planRun(options);
  const worker = startOrRefuse(options, start);
  const ended = await ending(worker, planned, options, control, emit);
  options.engine.learn(ended.measurements);
  keepWorker(options.engine, worker);
  if (ended.type === 'failed') throw unpackError(ended.error);
  return resultOf(ended.result, options);
}

function startOrRefuse({ engine }: TrainOptions, start: StartWorker): RunWorker {
  try {
    return takeWorker(engine, start);
  } catch (cause) {
    throw unavailable(cause);
  }
}

function unavailable(cause: unknown): EngineError {
  const said = cause instanceof Error ? cause.message : String(cause);
  return new EngineError('worker/unavailable', `no worker can be started: ${said}`, {
    place: 'train',
    mend: 'Leave thread out, or give "caller".',
    cause,
  });
}

/** Sends the run, steers it, tells its events; gives the last report. */
function ending(
  worker: RunWorker,
  { plan, transfer }: ReturnType<typeof planRun>,
  options: TrainOptions,
  control: RunSteering,
  emit: Subscriber,
): Promise<Ended> {
  let [opened, over] = [false, false];
  let pauses = 0;
  const ended = new Promise<Ended>((resolve, reject) => {
    const broken = (cause: Error) => {
      worker.terminate();
      reject(opened ? crash(cause) : unavailable(cause));
    };
    const hear = (report: Report) => {
      switch (report.type) {
        case 'opened':
          opened = true;
          return;
        case 'unavailable':
          broken(unpackError(report.error));
          return;
        case 'event':
          emit(report.event.type === 'start' ? { ...report.event, thread: 'worker' } : report.event);
          return;
        case 'steps':
          tellStepRows(report.rows, emit);
          return;
        case 'checkpoint':
          void save(report).then((refused) => worker.send({ type: 'saved', ...(refused && { refused }) }));
          return;
        case 'holds':
          if (report.number === pauses) control.holds();
          return;
        case 'result':
        case 'failed':
          resolve(report);
      }
    };
    const save = async ({ checkpoint, best }: Extract<Report, { type: 'checkpoint' }>) => {
      try {
        await options.checkpoints?.store.save(checkpoint, best);
        return undefined;
      } catch (error) {
        return packError(error);
      }
    };
    worker.listen({
      report(report) {
        try {
          hear(report);
        } catch (error) {
          // A subscriber broke the run off. The worker ends it after the step that runs, and is of use again.
          reject(error);
          dismiss(worker, options);
        }
      },
      failure: broken,
    });
    const steer = () => {
      if (over) return;
      if (control.stopReason !== undefined) worker.send({ type: 'stop', reason: control.stopReason });
      else worker.send(control.paused ? { type: 'pause', number: ++pauses } : { type: 'resume' });
    };
    try {
      worker.send({ type: 'run', plan }, transfer);
    } catch (error) {
      worker.terminate();
      throw error;
    }
    if (control.paused || control.stopReason !== undefined) steer();
    control.onChange(steer);
  });
  return ended.finally(() => {
    over = true;
  });
}

/** Stops a run that nobody hears any longer. */
function dismiss(worker: RunWorker, { engine }: TrainOptions): void {
  worker.listen({
    report({ type }) {
      if (type === 'checkpoint') worker.send({ type: 'saved', refused: packError(new Error('nobody listens')) });
      if (type === 'result' || type === 'failed') keepWorker(engine, worker);
    },
    failure: () => worker.terminate(),
  });
  worker.send({ type: 'stop', reason: 'a subscriber failed' });
}

function crash(cause: Error): EngineError {
  return new EngineError('worker/crashed', `the worker that trains broke down: ${cause.message}`, {
    place: 'train',
    mend: 'Where it lacked memory, use a smaller batch or model; thread "caller" shows whether it is the worker.',
    cause,
  });
}

function resultOf({ parameters, ...result }: TravelledResult, options: TrainOptions): TrainingResult {
  const { engine, compile = {} } = options;
  const values = new Map([...parameters].map(([name, tensor]) => [name, tensor.values]));
  return { ...result, model: createTrainedModel({ task: taskOf(options), parameters: values, engine, compile }) };
}
