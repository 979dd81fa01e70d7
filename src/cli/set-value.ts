/** What the text after `--set path=` means, by what may stand at the path. */

import { OptionError } from '../base/errors.ts';
import { describeSchema, type JsonSchema } from '../base/json-schema.ts';
import { nearest } from '../base/nearest.ts';
import { constantsOf } from './schema-walk.ts';

const words: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};

/** JSON has no leading "+" or "." or trailing ".", and people write ".5". */
function numberOf(text: string): number | undefined {
  if (Object.hasOwn(words, text)) return words[text];
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined;
}

function inRange(value: number, schema: JsonSchema): boolean {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema as Readonly<Record<string, number>>;
  return (
    Number.isFinite(value) &&
    (schema.type === 'number' || Number.isInteger(value)) &&
    (minimum === undefined || value >= minimum) &&
    (maximum === undefined || value <= maximum) &&
    (exclusiveMinimum === undefined || value > exclusiveMinimum) &&
    (exclusiveMaximum === undefined || value < exclusiveMaximum)
  );
}

/** The texts that are allowed, where not any is. */
function namesOf(schemas: readonly JsonSchema[]): readonly string[] {
  const listed = schemas.flatMap((schema) => ('const' in schema ? [schema.const] : ((schema.enum ?? []) as unknown[])));
  return listed.filter((name) => typeof name === 'string');
}

/** The kinds of description that are allowed, each by the object that names no more than it. */
export function kindsOf(schemas: readonly JsonSchema[]): ReadonlyMap<string, object> {
  const kinds = schemas.map(constantsOf).filter((constants) => Object.keys(constants).length === 1);
  return new Map(kinds.map((constants) => [String(Object.values(constants)[0]), constants]));
}

function parse(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new OptionError('option/set', `${text} is no JSON`, { place, mend: `${(cause as Error).message}.`, cause });
  }
}

/** What may be given, as the object of "Give …". */
export function describeAlternatives(schemas: readonly JsonSchema[]): string {
  const kinds = kindsOf(schemas);
  const others = schemas.filter((schema) => Object.keys(constantsOf(schema)).length !== 1);
  const [sort] = Object.keys([...kinds.values()][0] ?? {});
  if (sort === undefined) return describeSchema(others.length === 1 ? others[0]! : { anyOf: others });
  const list = `one of ${[...kinds.keys()].join(', ')}, or JSON: {"${sort}": …}`;
  return others.length === 0 ? list : `${describeSchema({ anyOf: others })}, or JSON: {"${sort}": …}`;
}

/**
 * The value of `text`. A number, true, false, a text, or the name of a kind (`adam` for `{"optimizer": "adam"}`) stands
 * bare; a list and an object stand as JSON. What is inside those, the reader of the experiment checks.
 */
export function parseSetValue(text: string, schemas: readonly JsonSchema[], path: string): unknown {
  const place = '--set';
  const types = new Set(schemas.map(({ type }) => type));
  if (text === 'null') return null;
  const json = /^[[{]/.test(text);
  if (json && (schemas.length === 0 || types.has('object') || types.has('array'))) return parse(text, place);
  const quoted = text.startsWith('"') ? parse(text, place) : text;
  const number = numberOf(text);
  if (schemas.length === 0) {
    if (number !== undefined) return number;
    return text === 'true' || text === 'false' ? text === 'true' : quoted;
  }
  if (
    number !== undefined &&
    schemas.some((schema) => /^(number|integer)$/.test(String(schema.type)) && inRange(number, schema))
  )
    return number;
  if (types.has('boolean') && (text === 'true' || text === 'false')) return text === 'true';
  const names = namesOf(schemas);
  if (names.includes(quoted as string)) return quoted;
  const kinds = kindsOf(schemas);
  if (kinds.has(text)) return kinds.get(text);
  const numbers = types.has('number') || types.has('integer');
  if (types.has('string') && !json && !(numbers && number !== undefined)) return quoted;
  const known = [...names, ...kinds.keys()];
  const near = number === undefined && !json ? nearest(text, known) : undefined;
  const hint = near === undefined ? '' : `Did you mean "${near}"? `;
  throw new OptionError('option/set', `${path} is ${text === '' ? 'empty' : text}`, {
    place,
    mend: `${hint}Give ${describeAlternatives(schemas)}.`,
  });
}
