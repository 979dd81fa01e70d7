/** The `train` of a platform: in a worker where that can be, else on the thread that calls. */

import { EngineError, OptionError } from '../../base/errors.ts';
import { checkOneOf } from '../../base/options.ts';
import type { Subscriber } from '../event.ts';
import { type Run, startRun } from '../run.ts';
import { type TrainOptions, takeSteps } from '../train.ts';
import { runInWorker, unavailableCode } from './run-in-worker.ts';
import { obstacleOf } from './run-plan.ts';
import type { StartWorker } from './run-worker.ts';

/** Where a run is carried out. */
export interface ThreadOptions {
  /**
   * `'worker'`: on a thread of its own, so that the caller's goes on with other work. `'caller'`: on the thread that calls,
   * which every step blocks; results are the same to the bit. Default: a worker, where all that the run is made of can be
   * handed to one. Data can; code cannot (a model that is a function, a rule of your own). The start event says which it is.
   */
  readonly thread?: 'worker' | 'caller';
}

const place = 'train';

/** Trains as `train` does, in a worker that `start` starts. */
export function trainOnThread({ thread, ...options }: TrainOptions & ThreadOptions, start: StartWorker): Run {
  return startRun(options, async (control, emit) => {
    if (thread !== undefined) checkOneOf(place, 'thread', thread, ['worker', 'caller']);
    if (thread === 'caller' || !isComplete(options)) return takeSteps(options, control, emit);
    const found = obstacleOf(options);
    if (found !== undefined) {
      if (thread === undefined) return takeSteps(options, control, emit);
      throw new OptionError('worker/code', `thread is "worker", and ${found}`, {
        place,
        mend: 'Only data can be handed to a worker: leave thread out, or give "caller".',
      });
    }
    try {
      return await runInWorker(options, start, control, emit);
    } catch (error) {
      const unavailable = error instanceof EngineError && error.code === unavailableCode;
      if (thread === 'worker' || !unavailable) throw error;
      return takeSteps(options, control, warningAfterStart(error, emit));
    }
  });
}

/** What is missing altogether, the loop says. */
function isComplete({ training, engine, checkpoints }: Partial<TrainOptions>): boolean {
  const stored = checkpoints === undefined || typeof checkpoints.store?.save === 'function';
  return training !== undefined && engine !== undefined && stored;
}

/** Tells that training blocks the thread, which nobody asked for. */
function warningAfterStart({ cause }: EngineError, emit: Subscriber): Subscriber {
  const why = cause instanceof Error ? cause.message : String(cause);
  const message =
    `no worker can be started (${why}): training blocks the thread that called. ` +
    'Give thread "caller" where that is as it should be.';
  return (event, values) => {
    emit(event, values);
    if (event.type === 'start') emit({ type: 'warning', code: 'no-worker', message });
  };
}
