/**
 * Every error that Dolina throws on purpose. Each carries a stable `code`, one sentence with the offending values and
 * the place, and the mend. Anything else that escapes is a fault of ours and says "internal".
 */

export interface ErrorDetail {
  /** Where it happened: an operator, a layer, a file and row, an option's path. */
  readonly place?: string;
  /** What the reader can do about it, as a sentence. */
  readonly mend?: string;
  readonly cause?: unknown;
  /** The keys that lead to the value within what was given, as `--set` writes them: `model.layers.2`. */
  readonly path?: string;
  /** The file that it was given in. */
  readonly file?: string;
}

/** Where it is: the file, the path within what was given, and the place. */
function placeOf({ file, path, place }: ErrorDetail): string | undefined {
  const parts = [file, path, place].filter((part) => part !== undefined && part !== '');
  return parts.length === 0 ? undefined : parts.join(': ');
}

/** What follows the sentence in a message: the place, and the mend. */
export function messageTail(detail: ErrorDetail): string {
  const place = placeOf(detail);
  return `${place === undefined ? '' : ` (${place})`}.${detail.mend === undefined ? '' : ` ${detail.mend}`}`;
}

/** Every error that Dolina throws on purpose: a stable `code`, the place, and the mend. */
export abstract class DolinaError extends Error {
  readonly code: string;
  readonly place: string | undefined;
  readonly mend: string | undefined;
  readonly #made: readonly [code: string, message: string, detail: ErrorDetail];

  constructor(code: string, message: string, detail: ErrorDetail = {}) {
    super(`${message}${messageTail(detail)}`, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = new.target.name;
    this.code = code;
    this.place = placeOf(detail);
    this.mend = detail.mend;
    this.#made = [code, message, detail];
  }

  /** What it was made of. */
  protected made(): readonly [code: string, message: string, detail: ErrorDetail] {
    return this.#made;
  }
}

/** A value that a caller passed is not acceptable: unknown option, number out of range, unknown name. */
export class OptionError extends DolinaError {
  /** The same error, of a value that stands under `key` in what is read now. */
  under(key: string): OptionError {
    const [code, message, detail] = this.made();
    const path = detail.path === undefined ? key : `${key}.${detail.path}`;
    return new OptionError(code, message, { ...detail, path });
  }

  /** The same error, of a value that was given in a file. */
  inFile(file: string): OptionError {
    const [code, message, detail] = this.made();
    return new OptionError(code, message, { ...detail, file });
  }
}

/** What `read` gives; where it refuses, the error tells that the value stands under `key`, such as `layers[2]`. */
export function under<T>(key: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof OptionError ? error.under(key.replaceAll(/\[(\d+)\]/g, '.$1')) : error;
  }
}

/** Shapes or dtypes of tensors that do not fit an operator or a layer. */
export class ShapeError extends DolinaError {}

/** A graph that breaks an invariant, or a request that a graph cannot serve (a gradient of an integer, say). */
export class GraphError extends DolinaError {}

/** Data that is missing, truncated, corrupt or out of range. */
export class DataError extends DolinaError {}

/** Files that the system refuses to write: a full disk, say. */
export class StorageError extends DolinaError {}

/** An engine that is not installed, or that refused a program. */
export class EngineError extends DolinaError {}

/** Training that left the finite numbers. */
export class DivergenceError extends DolinaError {}

/** A state that should be impossible. The reader did nothing wrong. */
export class InternalError extends DolinaError {
  constructor(message: string, detail: ErrorDetail = {}) {
    super('internal', `internal: ${message}`, { mend: 'This is a fault in Dolina: please report it.', ...detail });
  }
}
