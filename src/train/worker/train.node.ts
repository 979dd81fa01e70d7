/** `train` in Node: in a worker thread where that can be. */

import { Worker } from 'node:worker_threads';
import { closeNativeGate, createNativeGate, type NativeGate } from '../../runtime/native-gate.node.ts';
import type { Run } from '../run.ts';
import type { TrainOptions } from '../train.ts';
import type { Report } from './message.ts';
import type { RunWorker, WorkerListener } from './run-worker.ts';
import { type ThreadOptions, trainOnThread } from './train-on-thread.ts';

/**
 * Trains a model, in Node: minimises the mean loss over the training set by minibatch steps.
 *
 * @example
 * const run = train({
 *   model: sequential(flatten(), dense(512), relu(), dense(10)), training, validation: test,
 *   loss: softmaxCrossEntropy(), metrics: { error: zeroOne() },
 *   optimizer: adam({ learningRate: 1e-3 }), batchSize: 128, epochs: 10, engine: await cpuEngine(),
 * });
 * for await (const event of run) if (event.type === 'evaluation') console.log(event.measures);
 * const { model } = await run;
 *
 * It trains in a worker thread, where all that the run is made of is data; `thread` decides otherwise. Repeatable to the
 * bit, on either thread, for the same seed, engine, threads and formulations. Where the loss or the gradient leaves the
 * finite numbers it stops before the update, with status `diverged` and the step and tensor in `reason`. Rejects with
 * OptionError or ShapeError for what does not fit, before the first step.
 */
export function train(options: TrainOptions & ThreadOptions): Run {
  return trainOnThread(options, startWorker);
}

function startWorker(): RunWorker {
  const gate = createNativeGate();
  const worker = new Worker(new URL('./train-worker.node.js', import.meta.url), { workerData: gate });
  closeAtExit(gate);
  let listener: WorkerListener | undefined;
  let told = false;
  const fail = (cause: Error) => {
    if (!told) listener?.failure(cause);
    told = true;
  };
  worker.on('message', (report: Report) => listener?.report(report));
  worker.on('messageerror', fail);
  worker.on('error', fail);
  worker.on('exit', (code) => {
    gates.delete(gate);
    fail(new Error(`it ended with code ${code}`));
  });
  return {
    send: (order, transfer = []) => worker.postMessage(order, transfer),
    listen(other) {
      listener = other;
    },
    hold(held) {
      if (held) worker.ref();
      else worker.unref();
    },
    terminate() {
      told = true;
      void worker.terminate();
    },
  };
}

/** Those of the workers that live. */
const gates = new Set<NativeGate>();

/** Milliseconds that the end of the program waits for a step under way. */
const patience = 10_000;

let closing = false;

/** For a program that ends while the worker trains: by process.exit, or by an error that nobody caught. */
function closeAtExit(gate: NativeGate): void {
  gates.add(gate);
  if (closing) return;
  closing = true;
  process.on('exit', () => {
    for (const other of gates) closeNativeGate(other, patience);
  });
}
