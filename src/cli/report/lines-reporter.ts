/** For logs and pipes: one `key=value` line for each evaluation, and nothing that moves. */

import type { EvaluationEvent } from '../../train/event.ts';
import { keyValueLine } from '../present/key-value-line.ts';
import type { Reporter } from './reporter.ts';

export function linesReporter(write: (text: string) => void): Reporter {
  return {
    waiting() {},
    close() {},
    say: (text) => write(`${text}\n`),
    on(event) {
      if (event.type === 'warning') write(`warning: ${event.message}\n`);
      if (event.type === 'evaluation') write(`${keyValueLine(row(event))}\n`);
    },
  };
}

function row({ epoch, step, time, measures }: EvaluationEvent): Record<string, number> {
  return { epoch, step, time, ...measures };
}
