/** What the command line says when it cannot go on, and the exit code that scripts see. */

import {
  DataError,
  DivergenceError,
  DolinaError,
  EngineError,
  GraphError,
  InternalError,
  OptionError,
  ShapeError,
} from '../base/errors.ts';

export const exitCodes = {
  done: 0,
  failure: 1,
  usage: 2,
  data: 3,
  diverged: 4,
  interrupted: 130,
  terminated: 143,
} as const;

/** The exit code for an error: 2 where the mend is another command or configuration, 3 where it is other data. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof OptionError || error instanceof ShapeError || error instanceof GraphError)
    return exitCodes.usage;
  if (error instanceof EngineError && error.code === 'engine/not-installed') return exitCodes.usage;
  if (error instanceof DataError) return exitCodes.data;
  if (error instanceof DivergenceError) return exitCodes.diverged;
  return exitCodes.failure;
}

/** What the system refused (a folder that cannot be written, a full disk): the reader's business, not a fault of ours. */
function isSystemError(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error;
}

/** `error: … [code]` in one line; the stack follows for faults of ours, and where `verbose` asks for it. */
export function errorText(error: unknown, verbose: boolean): string {
  const expected = (error instanceof DolinaError && !(error instanceof InternalError)) || isSystemError(error);
  const message = error instanceof Error ? error.message : String(error);
  // What it is called in docs/errors.md; of the system's errors the message begins with it.
  const code = error instanceof DolinaError ? ` [${error.code}]` : '';
  const line = `error: ${message.replaceAll(/\s*\n\s*/g, ' ')}${code}\n`;
  if (expected && !verbose) return line;
  const stack = error instanceof Error ? (error.stack ?? '').split('\n').filter((part) => /^\s+at /.test(part)) : [];
  const cause = error instanceof Error && error.cause !== undefined ? `  caused by: ${String(error.cause)}\n` : '';
  return `${line}${cause}${stack.map((part) => `${part}\n`).join('')}`;
}
