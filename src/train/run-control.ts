/** What a run is told from outside while it trains: hold, go on, stop. The loop asks between two steps. */

/** The loop's side: it obeys. */
export interface RunControl {
  /** Why the run is to stop, once it is told to. */
  readonly stopReason: string | undefined;
  /**
   * Between two steps: hands the thread back now and then, so that signals and timers are heard, and waits while the run
   * is paused. Gives the milliseconds of the pause.
   */
  between(): Promise<number>;
}

/** The other side: a run's handle and its abort signal steer, and whoever carries the run out answers. */
export interface RunSteering extends RunControl {
  readonly paused: boolean;
  /** Resolves once no step runs: the run holds, was resumed meanwhile, or has ended. */
  pause(): Promise<void>;
  resume(): void;
  /** The first reason stands. */
  stop(reason?: string): void;
  /** Is told whenever the run is paused, resumed or stopped. */
  onChange(listener: () => void): void;
  /** The run holds. */
  holds(): void;
  /** The run has ended: nobody waits for a pause any longer. */
  ended(): void;
}

/** The thread is handed back this often, so that signals, timers and messages are heard. */
const breathEveryMs = 20;

export function createRunControl(): RunSteering {
  let [paused, ended] = [false, false];
  let stopReason: string | undefined;
  let lastBreath = performance.now();
  let wake = () => {};
  let pausing: (() => void)[] = [];
  const listeners: (() => void)[] = [];
  const changed = () => {
    wake();
    for (const listener of listeners) listener();
  };
  const holds = () => {
    const told = pausing;
    pausing = [];
    for (const tell of told) tell();
  };
  return {
    get stopReason() {
      return stopReason;
    },
    get paused() {
      return paused;
    },
    async between() {
      if (performance.now() - lastBreath > breathEveryMs) {
        await handBack();
        lastBreath = performance.now();
      }
      if (!paused || stopReason !== undefined) return 0;
      const began = performance.now();
      while (paused && stopReason === undefined) {
        const change = new Promise<void>((resolve) => {
          wake = resolve;
        });
        holds();
        await change;
      }
      lastBreath = performance.now();
      return lastBreath - began;
    },
    pause() {
      if (ended) return Promise.resolve();
      const holding = new Promise<void>((resolve) => pausing.push(resolve));
      paused = true;
      changed();
      return holding;
    },
    resume() {
      if (!paused || ended) return;
      paused = false;
      changed();
      holds();
    },
    stop(reason = 'stopped by its caller') {
      if (stopReason !== undefined || ended) return;
      stopReason = reason;
      changed();
    },
    onChange(listener) {
      listeners.push(listener);
    },
    holds,
    ended() {
      ended = true;
      holds();
    },
  };
}

/** Lets all else that waits have a turn. A timer would, but not before a millisecond, or four. */
function handBack(): Promise<void> {
  if (typeof setImmediate === 'function') return new Promise((resolve) => void setImmediate(resolve));
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
