/** Ctrl-C and its like: the first asks the run to stop after its step, the second ends the process at once. */

import { constants } from 'node:os';

export interface StopSignals {
  /** Aborts at the first signal. */
  readonly signal: AbortSignal;
  /** 130 or 143 once a signal came. */
  exitCode(): number | undefined;
  /** From here on there is something to save; before, the first signal ends the process. */
  saving(): void;
  dispose(): void;
}

const names = ['SIGINT', 'SIGTERM'] as const;

/** Listens until it is disposed of; `onFirst` is told when the run is asked to stop. */
export function stopSignals(process: NodeJS.Process, onFirst: () => void): StopSignals {
  const controller = new AbortController();
  let code: number | undefined;
  let saves = false;
  const listener = (name: NodeJS.Signals) => {
    const again = code !== undefined;
    code = 128 + constants.signals[name];
    if (again || !saves) process.exit(code);
    onFirst();
    controller.abort(`stopped by ${name}`);
  };
  for (const name of names) process.on(name, listener);
  return {
    signal: controller.signal,
    exitCode: () => code,
    saving() {
      saves = true;
    },
    dispose() {
      for (const name of names) process.off(name, listener);
    },
  };
}
