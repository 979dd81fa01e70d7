/** How a search for a learning rate is followed: a live line, a line for each rate, or every event as JSON. */

import type { LearningRateMethod } from '../../train/find-learning-rate.ts';
import type { RateSearchEvent } from '../../train/find-learning-rate-event.ts';
import { keyValueLine } from '../present/key-value-line.ts';
import { formatNumber } from '../present/number-format.ts';
import { throttle } from '../present/throttle.ts';
import type { ProgressKind, Reporter } from './reporter.ts';

export interface RateSearchProgressOptions {
  readonly kind: Exclude<ProgressKind, 'auto'>;
  readonly method: LearningRateMethod;
  readonly reporter: Reporter;
  readonly write: (text: string) => void;
  /** Milliseconds on a steady clock. */
  readonly now: () => number;
}

/** A subscriber of the search. */
export function rateSearchProgress(options: RateSearchProgressOptions): (event: RateSearchEvent) => void {
  switch (options.kind) {
    case 'bar':
      return bar(options);
    case 'lines':
      return lines(options);
    case 'json':
      return (event) => options.write(`${jsonLine(event)}\n`);
    case 'none':
      return () => {};
  }
}

/** One line of JSON, NaN and the infinities as strings. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value, (_key, part) =>
    typeof part === 'number' && !Number.isFinite(part) ? String(part) : part,
  );
}

function bar({ reporter, now }: RateSearchProgressOptions) {
  const due = throttle(now);
  let done = '';
  return (event: RateSearchEvent) => {
    if (event.type === 'rate') done = `${event.tried} of ${event.planned} rates done  `;
    if (event.type === 'rate' || !due()) return;
    const { learningRate, loss, step, steps } = event;
    const rate = `learning rate ${formatNumber(learningRate)}`;
    reporter.waiting(`${done}${rate}  step ${step}/${steps}  loss ${formatNumber(loss, { steady: true })}`);
  };
}

/** A line for each rate that is done; of a range test, for each tenth of its steps. */
function lines({ reporter, method }: RateSearchProgressOptions) {
  return (event: RateSearchEvent) => {
    if (event.type === 'rate') {
      const { learningRate, loss, steps, diverged, tried, planned } = event;
      reporter.say(keyValueLine({ learningRate, loss, steps, diverged, tried, planned }));
    } else if (method === 'range-test' && event.step % Math.ceil(event.steps / 10) === 0) {
      const { learningRate, loss, step, steps } = event;
      reporter.say(keyValueLine({ learningRate, loss, step, steps }));
    }
  };
}
