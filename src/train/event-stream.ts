/**
 * The events of a run for those who iterate over it, each at a pace of its own. The run never waits for them: what is kept
 * for one that is slow is bounded.
 */

import type { StepEvent, TrainingEvent } from './event.ts';

/** Steps that are kept for one who iterates; beyond them the oldest is dropped, and its number is missing. */
export const stepsKept = 1024;

export interface EventStream {
  tell(event: TrainingEvent): void;
  /** Nothing follows; with an error, iteration throws it after what is kept. */
  end(error?: Error): void;
  /** From the start, as far as it is kept: steps only from here on, all else from the beginning of the run. */
  iterate(): AsyncIterableIterator<TrainingEvent>;
}

interface Listener {
  queue: TrainingEvent[];
  steps: number;
  wake: () => void;
}

export function createEventStream(): EventStream {
  /** All but the steps: a start, warnings, evaluations, checkpoints, an end. */
  const told: TrainingEvent[] = [];
  const listeners = new Set<Listener>();
  let ended = false;
  let failure: Error | undefined;
  const hear = (listener: Listener, event: TrainingEvent) => {
    if (event.type === 'step' && ++listener.steps > stepsKept) dropOldestStep(listener);
    listener.queue.push(event);
    listener.wake();
  };
  return {
    tell(event) {
      if (event.type !== 'step') told.push(event);
      if (listeners.size === 0) return;
      const kept = event.type === 'step' ? copyOf(event) : event;
      for (const listener of listeners) hear(listener, kept);
    },
    end(error) {
      ended = true;
      failure = error;
      for (const { wake } of listeners) wake();
    },
    iterate() {
      const listener: Listener = { queue: [...told], steps: 0, wake: () => {} };
      if (!ended) listeners.add(listener);
      return eventsOf(
        listener,
        () => ({ ended, failure }),
        () => listeners.delete(listener),
      );
    },
  };
}

async function* eventsOf(
  listener: Listener,
  state: () => { readonly ended: boolean; readonly failure: Error | undefined },
  leave: () => void,
): AsyncIterableIterator<TrainingEvent> {
  try {
    while (true) {
      const event = listener.queue.shift();
      if (event !== undefined) {
        if (event.type === 'step') listener.steps--;
        yield event;
        continue;
      }
      const { ended, failure } = state();
      if (failure !== undefined) throw failure;
      if (ended) return;
      await new Promise<void>((resolve) => {
        listener.wake = resolve;
      });
    }
  } finally {
    leave();
  }
}

function dropOldestStep(listener: Listener): void {
  const oldest = listener.queue.findIndex(({ type }) => type === 'step');
  listener.queue.splice(oldest, 1);
  listener.steps--;
}

/** The loop reuses the object from step to step. */
function copyOf(event: StepEvent): StepEvent {
  return { ...event, measures: { ...event.measures }, hyper: { ...event.hyper } };
}
