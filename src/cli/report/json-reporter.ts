/** For programs: every event as one line of JSON, NaN and the infinities as strings. */

import type { Reporter } from './reporter.ts';

function line(value: unknown): string {
  return `${JSON.stringify(value, (_key, part) =>
    typeof part === 'number' && !Number.isFinite(part) ? String(part) : part,
  )}\n`;
}

export function jsonReporter(write: (text: string) => void): Reporter {
  return {
    waiting() {},
    close() {},
    say: (text) => write(line({ type: 'message', text })),
    on: (event) => write(line(event)),
  };
}
