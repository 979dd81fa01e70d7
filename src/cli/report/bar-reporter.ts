/** For a terminal: one live line, redrawn in place, and a line that stays for each evaluation. */

import { progressLine } from '../present/progress-line.ts';
import { throttle } from '../present/throttle.ts';
import { evaluationLine } from './evaluation-line.ts';
import type { Reporter } from './reporter.ts';
import { createRunningState } from './running-state.ts';

export interface BarOptions {
  readonly write: (text: string) => void;
  readonly width: () => number;
  /** Milliseconds on a steady clock. */
  readonly now: () => number;
  /** The metric that the live line shows as the error. */
  readonly errorMetric?: string;
}

const clear = '\r\x1b[K';

export function barReporter({ write, width, now, errorMetric }: BarOptions): Reporter {
  const due = throttle(now);
  const state = createRunningState(errorMetric);
  let live = false;
  // A line as wide as the terminal would move the cursor to the next one: a column is left free.
  const draw = (text: string) => {
    write(`${clear}${text.slice(0, Math.max(0, width() - 1))}`);
    live = true;
  };
  const close = () => {
    if (live) write(clear);
    live = false;
  };
  return {
    close,
    waiting: draw,
    say(text) {
      close();
      write(`${text}\n`);
    },
    on(event) {
      state.on(event);
      if (event.type === 'warning') {
        close();
        write(`warning: ${event.message}\n`);
      }
      if (event.type === 'step' && due()) draw(progressLine(state.now(), width() - 1));
      if (event.type === 'evaluation') {
        close();
        write(`${evaluationLine(event, state.now().epochs)}\n`);
      }
      if (event.type === 'end') close();
    },
  };
}
