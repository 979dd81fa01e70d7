/** JSON Schema (draft 2020-12), as far as descriptions of a run need it, and how a sentence says the same. */

import type { NumberRange } from './number-range.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** The numbers of a range. */
export function rangeSchema({ min, max, exclusiveMin, exclusiveMax, integer }: NumberRange): JsonSchema {
  return {
    type: integer ? 'integer' : 'number',
    ...(min === undefined ? {} : { [exclusiveMin ? 'exclusiveMinimum' : 'minimum']: min }),
    ...(max === undefined ? {} : { [exclusiveMax ? 'exclusiveMaximum' : 'maximum']: max }),
  };
}

function describeNumber(schema: JsonSchema): string {
  const bounds = [
    ...(schema.minimum === undefined ? [] : [`at least ${schema.minimum}`]),
    ...(schema.exclusiveMinimum === undefined ? [] : [`above ${schema.exclusiveMinimum}`]),
    ...(schema.maximum === undefined ? [] : [`at most ${schema.maximum}`]),
    ...(schema.exclusiveMaximum === undefined ? [] : [`below ${schema.exclusiveMaximum}`]),
  ].join(' and ');
  const kind = schema.type === 'integer' ? 'an integer' : 'a finite number';
  return bounds === '' ? kind : `${kind} ${bounds}`;
}

function listed(parts: readonly string[]): string {
  const unique = [...new Set(parts)];
  return unique.length < 2 ? unique.join('') : `${unique.slice(0, -1).join(', ')} or ${unique.at(-1)}`;
}

const definition = '#/$defs/';

/** What a schema refers to within `root`; itself where it refers to nothing. */
export function resolved(schema: JsonSchema, root: JsonSchema): JsonSchema {
  const reference = schema.$ref;
  if (typeof reference !== 'string') return schema;
  const { [reference.slice(definition.length)]: target } = root.$defs as Record<string, JsonSchema>;
  return resolved(target!, root);
}

/** A reference to a definition of the root. */
export function refer(name: string): JsonSchema {
  return { $ref: `${definition}${name}` };
}

/** What a schema allows, as the object of "Give …": "an integer at least 1", "true or false", "a layer". */
export function describeSchema(schema: JsonSchema): string {
  if (typeof schema.$comment === 'string') return schema.$comment;
  if (typeof schema.$ref === 'string') {
    const name = schema.$ref.slice(definition.length);
    return `${/^[aeio]/.test(name) ? 'an' : 'a'} ${name}`;
  }
  if (Array.isArray(schema.anyOf)) return listed((schema.anyOf as JsonSchema[]).map(describeSchema));
  if (Array.isArray(schema.enum)) return listed(schema.enum.map((value) => JSON.stringify(value)));
  if ('const' in schema) return JSON.stringify(schema.const);
  switch (schema.type) {
    case 'number':
    case 'integer':
      return describeNumber(schema);
    case 'boolean':
      return 'true or false';
    case 'string':
      return 'a text';
    case 'array':
      return `a list${schema.items === undefined ? '' : `, of each ${describeSchema(schema.items as JsonSchema)}`}`;
    default:
      return 'an object';
  }
}
