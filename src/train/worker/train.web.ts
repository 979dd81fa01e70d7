/** `train` in the browser: in a Web Worker where that can be. */

import type { Run } from '../run.ts';
import type { TrainOptions } from '../train.ts';
import type { Report } from './message.ts';
import type { RunWorker, WorkerListener } from './run-worker.ts';
import { type ThreadOptions, trainOnThread } from './train-on-thread.ts';

/**
 * Trains a model, in the browser: minimises the mean loss over the training set by minibatch steps. In Node, `dolina` has a
 * `train` of the same form, and its documentation.
 *
 * It trains in a Web Worker, so that the page stays responsive, where all that the run is made of is data; `thread` decides
 * otherwise. Bundlers that know `new Worker(new URL(…, import.meta.url))` find the worker's module; where it does not load,
 * training goes on in the page, and a warning says so.
 */
export function train(options: TrainOptions & ThreadOptions): Run {
  return trainOnThread(options, startWorker);
}

function startWorker(): RunWorker {
  const worker = new Worker(new URL('./train-worker.web.js', import.meta.url), { type: 'module' });
  let listener: WorkerListener | undefined;
  worker.addEventListener('message', ({ data }: MessageEvent<Report>) => listener?.report(data));
  worker.addEventListener('error', ({ message }) => {
    listener?.failure(new Error(message || 'its module does not load'));
  });
  worker.addEventListener('messageerror', () => listener?.failure(new Error('a message of its could not be read')));
  return {
    send: (order, transfer = []) => worker.postMessage(order, [...transfer]),
    listen(other) {
      listener = other;
    },
    hold: () => {},
    terminate: () => worker.terminate(),
  };
}
