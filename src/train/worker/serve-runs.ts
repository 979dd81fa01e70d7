/** The worker's side: carries out the runs that are sent to it, one after the other, on one engine. */

import { packError, unpackError } from '../../base/packed-error.ts';
import type { Engine, EngineDescription } from '../../runtime/engine.ts';
import type { MeasurementCache } from '../../runtime/measurement.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { CheckpointStore } from '../checkpoint/store.ts';
import type { Subscriber } from '../event.ts';
import type { Run } from '../run.ts';
import { train } from '../train.ts';
import type { TrainingResult } from '../training-result.ts';
import type { Order, Report } from './message.ts';
import { optionsOf, type RunPlan } from './run-plan.ts';
import { createStepRows } from './step-rows.ts';

/** Opens the engine that is described, with what is known already. */
export type OpenEngine = (description: EngineDescription, cache: MeasurementCache) => Promise<Engine>;

/** The worker's end of the line. */
export interface CallerLine {
  send(report: Report, transfer?: readonly ArrayBuffer[]): void;
  onOrder(listener: (order: Order) => void): void;
}

/** Seconds of training between two messages with steps. */
const sendEvery = 0.05;

export function serveRuns(line: CallerLine, open: OpenEngine): void {
  const known = new Map<string, string>();
  const measured: Record<string, string> = {};
  const cache: MeasurementCache = {
    get: (key) => known.get(key),
    set(key, value) {
      known.set(key, value);
      measured[key] = value;
    },
  };
  let engine: Engine | undefined;
  const { tell, flush } = createTeller(line);
  let steer: (order: Order) => void = () => {};
  let saved: (order: Extract<Order, { type: 'saved' }>) => void = () => {};
  /** The caller's, at the other end of the line. */
  const store: CheckpointStore = {
    save(checkpoint, best) {
      flush();
      line.send({ type: 'checkpoint', checkpoint, best }, ownMemoryOf(checkpoint));
      return new Promise((resolve, reject) => {
        saved = ({ refused }) => (refused === undefined ? resolve() : reject(unpackError(refused)));
      });
    },
  };

  const carryOut = async (plan: RunPlan): Promise<void> => {
    const early: Order[] = [];
    steer = (order) => void early.push(order);
    for (const [key, value] of Object.entries(plan.engine.measurements)) known.set(key, value);
    try {
      engine ??= await open(plan.engine, cache);
    } catch (error) {
      line.send({ type: 'unavailable', error: packError(error) });
      return;
    }
    line.send({ type: 'opened' });
    const run = train({ ...optionsOf(plan, engine, store), on: tell });
    steer = (order) =>
      obey(run, order, (number) => {
        flush();
        line.send({ type: 'holds', number });
      });
    for (const order of early) steer(order);
    try {
      const result = await run;
      flush();
      sendResult(line, result, measured);
    } catch (error) {
      flush();
      line.send({ type: 'failed', error: packError(error), measurements: measured });
    }
    steer = () => {};
  };

  line.onOrder((order) => {
    if (order.type === 'run') void carryOut(order.plan);
    else if (order.type === 'saved') saved(order);
    else steer(order);
  });
}

function obey(run: Run, order: Order, holds: (number: number) => void): void {
  if (order.type === 'pause') void run.pause().then(() => holds(order.number));
  if (order.type === 'resume') run.resume();
  if (order.type === 'stop') run.stop(order.reason);
}

/** Sends events: steps gathered for a while, all else at once and in order. */
function createTeller(line: CallerLine): { readonly tell: Subscriber; readonly flush: () => void } {
  const rows = createStepRows();
  let sent = 0;
  const flush = () => {
    const taken = rows.take();
    if (taken !== undefined) line.send({ type: 'steps', rows: taken }, [taken.values.buffer]);
  };
  return {
    flush,
    tell(event) {
      if (event.type !== 'step') {
        flush();
        sent = 'time' in event ? event.time : 0;
        line.send({ type: 'event', event });
        return;
      }
      if (!rows.add(event)) {
        flush();
        rows.add(event);
      }
      if (event.time - sent < sendEvery) return;
      sent = event.time;
      flush();
    },
  };
}

/** A checkpoint is made of copies, which are handed over; the best parameters so far are needed again. */
function ownMemoryOf({ tensors }: Checkpoint): ArrayBuffer[] {
  return [...tensors].flatMap(([name, { values }]) => (name.startsWith('best/') ? [] : [values.buffer as ArrayBuffer]));
}

/** Parameters leave as copies of their own: in the loop they are views of the memory that training works on. */
function sendResult(
  line: CallerLine,
  { model, ...result }: TrainingResult,
  measurements: Readonly<Record<string, string>>,
): void {
  const parameters = new Map(
    [...model.parameters].map(([name, { shape, values }]) => [name, { shape, values: values.slice() }]),
  );
  const transfer = [...parameters.values()].map(({ values }) => values.buffer as ArrayBuffer);
  line.send({ type: 'result', result: { ...result, parameters }, measurements }, transfer);
}
