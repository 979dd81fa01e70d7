/**
 * A run while it trains: awaited it gives its result, iterated over it gives its events, and it can be held and stopped.
 * Where it is carried out, on the caller's thread or on another, makes no difference to this handle.
 */

import type { Checkpoint } from './checkpoint/checkpoint.ts';
import type { CheckpointEvent, EndEvent, EvaluationEvent, StepEvent, Subscriber, TrainingEvent } from './event.ts';
import { createEventStream } from './event-stream.ts';
import { createRunControl, type RunSteering } from './run-control.ts';
import type { FailedTraining, RunResult, TrainingResult } from './training-result.ts';

/**
 * A training under way.
 *
 * @example
 * const run = train({ … });
 * for await (const event of run) if (event.type === 'evaluation') draw(event.measures);
 * const { model } = await run;
 *
 * Awaited, it gives the model or throws the error that broke it off. Where that is to be told apart, `run.result` never
 * throws: `switch ((await run.result).status)` knows `done`, `stopped`, `diverged` and `failed`. An async function that
 * returns a run awaits it: return it inside an object.
 */
export interface Run extends PromiseLike<TrainingResult>, AsyncIterable<TrainingEvent> {
  /** How it ended; never rejects. */
  readonly result: Promise<RunResult>;
  readonly paused: boolean;
  /** Holds after the step that runs. Resolves once it holds, or has ended. Pauses do not count in the times of events. */
  pause(): Promise<void>;
  resume(): void;
  /** Ends the run as `stopped` after the step that runs, also where it is paused; the first reason is kept. */
  stop(reason?: string): void;
  /**
   * Each event as an object that may be kept, whoever else listens and however slow this one is: training does not wait.
   * Starts, warnings, evaluations, checkpoints and ends all come, also those from before the iteration began. Steps come from then on;
   * of those not yet taken, the last 1024 are kept. It throws what broke the run off. Leaving the iteration leaves the run
   * as it is: `stop` ends it.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<TrainingEvent>;
}

/** What a run is told from outside. */
export interface Steered {
  readonly on?: Subscriber | readonly Subscriber[];
  readonly signal?: AbortSignal;
  /** Where it goes on from. */
  readonly resume?: Checkpoint;
}

/** Starts a run that `carryOut` carries out: it obeys the control, and emits the events. */
export function startRun(
  steered: Steered,
  carryOut: (control: RunSteering, emit: Subscriber) => Promise<TrainingResult>,
): Run {
  const control = createRunControl();
  const stream = createEventStream();
  const record = createRecord(steered.resume);

  const work = async (): Promise<TrainingResult> => {
    const { on, signal } = steered;
    const subscribers = on === undefined ? [] : [on].flat();
    const emit: Subscriber = (event, values) => {
      record.note(event);
      for (const subscriber of subscribers) subscriber(event, values);
      stream.tell(event);
    };
    const abort = () => {
      const reason: unknown = signal?.reason;
      if (typeof reason === 'string') control.stop(reason);
      else control.stop();
    };
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort);
    try {
      return await carryOut(control, emit);
    } catch (error) {
      const end = record.failedEnd(error);
      if (end !== undefined) {
        try {
          emit(end);
        } catch {
          // The subscriber that broke the run off may do so again: the first error is the one to tell.
        }
      }
      throw error;
    } finally {
      signal?.removeEventListener('abort', abort);
      control.ended();
    }
  };

  // A failure that nobody looks at is an unhandled rejection of this promise, as it should be.
  const awaited = work();
  const seen = () => void awaited.catch(() => {});
  const result = new Promise<RunResult>((resolve) => {
    awaited.then(
      (trained) => {
        stream.end();
        resolve(trained);
      },
      (error) => {
        stream.end(error);
        resolve(record.failed(error));
      },
    );
  });
  return {
    // biome-ignore lint/suspicious/noThenProperty: a run is awaited for its result
    then: (fulfilled, rejected) => awaited.then(fulfilled, rejected),
    get result() {
      seen();
      return result;
    },
    get paused() {
      return control.paused;
    },
    pause: control.pause,
    resume: control.resume,
    stop: control.stop,
    [Symbol.asyncIterator]() {
      seen();
      return stream.iterate();
    },
  };
}

/** What the events told of a run, so that one that breaks off can say how far it came. */
function createRecord(resume: Checkpoint | undefined) {
  const history: EvaluationEvent[] = [...(resume?.state?.history ?? [])];
  const { step = 0, epoch = 0, examples = 0, seconds = 0 } = resume?.state ?? {};
  const last = { step, epoch, examples, time: seconds };
  let state: 'new' | 'training' | 'ended' = 'new';
  return {
    note(event: TrainingEvent) {
      if (event.type === 'start') state = 'training';
      if (event.type === 'end') state = 'ended';
      if (event.type === 'evaluation') history.push(event);
      if ('step' in event) copyPosition(event, last);
    },
    /** Told only where training had begun, and once. */
    failedEnd(error: unknown): EndEvent | undefined {
      if (state !== 'training') return undefined;
      return { type: 'end', status: 'failed', reason: messageOf(error), ...last };
    },
    failed(error: unknown): FailedTraining {
      const { step, epoch, time: seconds } = last;
      const measures = history.at(-1)?.measures ?? {};
      const cause = error instanceof Error ? error : new Error(String(error), { cause: error });
      return { status: 'failed', reason: messageOf(error), error: cause, step, epoch, seconds, history, measures };
    },
  };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function copyPosition(
  from: StepEvent | EvaluationEvent | CheckpointEvent | EndEvent,
  to: Mutable<Pick<StepEvent, 'step' | 'epoch' | 'examples' | 'time'>>,
): void {
  to.step = from.step;
  to.epoch = from.epoch;
  to.examples = from.examples;
  to.time = from.time;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
