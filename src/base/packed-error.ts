/** Errors across threads: what a message can carry, and the same error again on the other side, class and all. */

import {
  DataError,
  DivergenceError,
  DolinaError,
  EngineError,
  GraphError,
  InternalError,
  messageTail,
  OptionError,
  ShapeError,
  StorageError,
} from './errors.ts';

export interface PackedError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  /** Of Dolina's errors. */
  readonly code?: string;
  readonly place?: string;
  readonly mend?: string;
  readonly cause?: PackedError;
  /** What else it says of itself, as the system's errors do: `code`, `path`, `syscall`. */
  readonly details?: Readonly<Record<string, string | number | boolean>>;
}

const ours = { DataError, DivergenceError, EngineError, GraphError, OptionError, ShapeError, StorageError };
const builtIn = { EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };

/** Plain data of an error, its causes included. Anything else that was thrown is told as text. */
export function packError(error: unknown): PackedError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { name, message, stack, cause } = error;
  const common = {
    ...{ name, message },
    ...(stack === undefined ? {} : { stack }),
    ...(cause === undefined ? {} : { cause: packError(cause) }),
  };
  if (!(error instanceof DolinaError)) return { ...common, details: detailsOf(error) };
  const { code, place, mend } = error;
  return { ...common, code, ...(place === undefined ? {} : { place }), ...(mend === undefined ? {} : { mend }) };
}

/** The error again. */
export function unpackError(packed: PackedError): Error {
  const error = revive(packed);
  if (packed.stack !== undefined) error.stack = packed.stack;
  return error;
}

function revive(packed: PackedError): Error {
  const { name, message, code, place, mend, details = {} } = packed;
  const cause = packed.cause === undefined ? {} : { cause: unpackError(packed.cause) };
  if (code === undefined) {
    const BuiltIn = Object.hasOwn(builtIn, name) ? builtIn[name as keyof typeof builtIn] : Error;
    return Object.assign(new BuiltIn(message, cause), details);
  }
  const detail = { ...(place === undefined ? {} : { place }), ...(mend === undefined ? {} : { mend }), ...cause };
  const sentence = message.slice(0, message.length - messageTail(detail).length);
  if (name === 'InternalError') return new InternalError(sentence.replace(/^internal: /, ''), detail);
  const Ours = Object.hasOwn(ours, name) ? ours[name as keyof typeof ours] : EngineError;
  return new Ours(code, sentence, detail);
}

function detailsOf(error: Error): Record<string, string | number | boolean> {
  return Object.fromEntries(
    Object.entries(error).filter((entry): entry is [string, string | number | boolean] =>
      ['string', 'number', 'boolean'].includes(typeof entry[1]),
    ),
  );
}
