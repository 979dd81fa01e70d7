/** `--set path=value`: one part of an experiment replaced, found by its path and typed by what may stand there. */

import { OptionError } from '../base/errors.ts';
import type { JsonSchema } from '../base/json-schema.ts';
import { nearest } from '../base/nearest.ts';
import { shown } from '../base/shown.ts';
import { experimentSchema } from '../train/experiment/schema.ts';
import { alternatives, constantsOf, freeKeys, isPlain, keysBelow, meant, pathsBelow } from './schema-walk.ts';
import { parseSetValue } from './set-value.ts';

function refuse(message: string, mend: string): OptionError {
  return new OptionError('option/set', message, { place: '--set', mend });
}

/** The mend for a name that is not there: the same name elsewhere, or one like it here. */
function whatWasMeant(root: unknown, schema: JsonSchema, path: readonly string[], known: readonly string[]): string {
  const name = path.at(-1)!;
  const here = path.slice(0, -1);
  const near = nearest(name, known);
  if (here.length === 0) {
    const below = pathsBelow([schema], root, schema).map(({ path }) => path);
    const elsewhere = below.find((candidate) => candidate.length > 1 && candidate.at(-1) === name);
    if (elsewhere !== undefined) return `Did you mean "${elsewhere.join('.')}"?`;
    if (near === undefined) {
      const close = nearest(name, [...new Set(below.map((candidate) => candidate.at(-1)!))]);
      const meant = below.find((candidate) => candidate.at(-1) === close);
      if (meant !== undefined) return `Did you mean "${meant.join('.')}"?`;
    }
  }
  if (here.length === 0 && near === undefined) return '"dolina keys" lists every path.';
  const list = known.length === 0 ? '' : ` Known: ${known.map((key) => [...here, key].join('.')).join(', ')}.`;
  return near === undefined ? list.trim() : `Did you mean "${[...here, near].join('.')}"?${list}`;
}

/** What is put where nothing is yet, so that a key below it can be set: an empty object, if it tells no kinds apart. */
function begun(schemas: readonly JsonSchema[], name: string): object | undefined {
  const objects = schemas.filter(({ type }) => type === 'object');
  const possible = objects.filter(
    (one) => name in ((one.properties ?? {}) as object) || freeKeys([one], {}) !== undefined,
  );
  const kinds = possible.map(constantsOf);
  return possible.length > 0 && kinds.every((constants) => Object.keys(constants).every((key) => key === name))
    ? {}
    : undefined;
}

/** An example of the whole for a key that is below something that is not set. */
function whole(schemas: readonly JsonSchema[], path: string, name: string): string {
  const kind = schemas.find((one) => name in ((one.properties ?? {}) as object));
  const constants = kind === undefined ? '' : JSON.stringify(constantsOf(kind)).slice(1, -1);
  return `Give it whole, as JSON: --set '${path}={${constants === '' ? '' : `${constants}, `}"${name}": …}'.`;
}

interface Assignment {
  readonly root: unknown;
  readonly schema: JsonSchema;
  readonly text: string;
}

function replace(
  to: Assignment,
  at: unknown,
  schemas: readonly JsonSchema[],
  done: readonly string[],
  rest: readonly string[],
): unknown {
  const [name = '', ...deeper] = rest;
  const path = done.join('.');
  const whatIs = at ?? begun(schemas, name);
  if (at === undefined && whatIs === undefined) {
    const possible = [...keysBelow(schemas, {}, to.schema).keys()];
    if (possible.length > 0 && !possible.includes(name) && freeKeys(schemas, to.schema) === undefined) {
      const full = [...done, name];
      throw refuse(
        `there is no "${full.join('.')}" in an experiment`,
        whatWasMeant(to.root, to.schema, full, possible),
      );
    }
  }
  if (!isPlain(whatIs)) {
    throw refuse(
      `"${path}" is ${at === undefined ? 'not set' : shown(at)}, and has no "${name}"`,
      schemas.some(({ type }) => type === 'object') ? whole(schemas, path, name) : 'Leave the rest of the path out.',
    );
  }
  const known = keysBelow(schemas, whatIs, to.schema);
  const below = known.get(name) ?? (Array.isArray(whatIs) ? undefined : freeKeys(meant(schemas, whatIs), to.schema));
  const full = [...done, name];
  // A key of the user's own is added whole.
  if (below === undefined || (deeper.length > 0 && !known.has(name))) {
    throw refuse(
      `there is no "${full.join('.')}" in this experiment`,
      whatWasMeant(to.root, to.schema, full, [...known.keys()]),
    );
  }
  const old = Object.hasOwn(whatIs, name) ? whatIs[name] : undefined;
  const part =
    deeper.length === 0 ? parseSetValue(to.text, below, full.join('.')) : replace(to, old, below, full, deeper);
  if (Array.isArray(whatIs)) {
    return whatIs.flatMap((one, index) => (String(index) !== name ? [one] : part === null ? [] : [part]));
  }
  const { [name]: _, ...others } = whatIs;
  return part === null ? others : { ...whatIs, [name]: part };
}

/**
 * `value` with one assignment carried out; what the path does not touch is kept as it is. `null` takes a key or an element
 * away.
 *
 * @example assign({ optimizer: { optimizer: 'adam', learningRate: 1e-3 } }, 'optimizer.learningRate=3e-4')
 *
 * Throws an OptionError with the nearest path where there is no such one, and with what is allowed where the value's type
 * or range is wrong.
 */
export function assign(value: object, assignment: string, schema: JsonSchema = experimentSchema()): object {
  const equals = assignment.indexOf('=');
  if (equals <= 0) {
    throw refuse(`"${assignment}" is no assignment`, 'Give path=value, such as --set optimizer.learningRate=3e-4.');
  }
  const path = assignment.slice(0, equals).trim().split('.');
  const text = assignment.slice(equals + 1).trim();
  return replace({ root: value, schema, text }, value, alternatives(schema, schema), [], path) as object;
}
