/** Workers, and whose they are: an engine's worker is kept from one run to the next, with the programs that it compiled. */

import type { Engine } from '../../runtime/engine.ts';
import type { Order, Report } from './message.ts';

/** Who hears what a worker says. */
export interface WorkerListener {
  report(report: Report): void;
  /** It broke, or did not load: what it was asked for does not come. */
  failure(cause: Error): void;
}

/** A worker that the platform started, or is starting. */
export interface RunWorker {
  send(order: Order, transfer?: readonly ArrayBuffer[]): void;
  /** Takes the place of who listened before. */
  listen(listener: WorkerListener): void;
  /** Whether the program waits for it. */
  hold(held: boolean): void;
  terminate(): void;
}

/** How a platform starts one. Throws where it cannot. */
export type StartWorker = () => RunWorker;

/** They belong to their engines, and go with them. */
const idle = new WeakMap<Engine, RunWorker>();

/** The worker that an engine's last run left, or a new one. */
export function takeWorker(engine: Engine, start: StartWorker): RunWorker {
  const worker = idle.get(engine) ?? start();
  idle.delete(engine);
  worker.hold(true);
  return worker;
}

/** Keeps a worker for the engine's next run, until the engine is released or the program ends. */
export function keepWorker(engine: Engine, worker: RunWorker): void {
  if (idle.has(engine)) {
    worker.terminate();
    return;
  }
  idle.set(engine, worker);
  const forget = () => {
    if (idle.get(engine) !== worker) return;
    idle.delete(engine);
    worker.terminate();
  };
  worker.listen({ report: () => {}, failure: forget });
  worker.hold(false);
  engine.whenReleased(forget);
}
