/** What may stand at a path of an experiment: its schema, followed along the values that are there. */

import { type JsonSchema, resolved } from '../base/json-schema.ts';

/** The schemas of which one must hold, without references and unions. */
export function alternatives(schema: JsonSchema, root: JsonSchema): readonly JsonSchema[] {
  const target = resolved(schema, root);
  if (!Array.isArray(target.anyOf)) return [target];
  return (target.anyOf as JsonSchema[]).flatMap((one) => alternatives(one, root));
}

export function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function propertiesOf(schema: JsonSchema): Readonly<Record<string, JsonSchema>> {
  return (schema.properties ?? {}) as Readonly<Record<string, JsonSchema>>;
}

/** The constants that tell one kind of description from another: `{ layer: 'dense' }`. */
export function constantsOf(schema: JsonSchema): Readonly<Record<string, unknown>> {
  const constants = Object.entries(propertiesOf(schema)).filter(([, part]) => 'const' in part);
  return Object.fromEntries(constants.map(([key, part]) => [key, part.const]));
}

function required(schema: JsonSchema): readonly string[] {
  return (schema.required ?? []) as readonly string[];
}

/** Whether an object allows keys of the user's own. */
const isOpen = ({ additionalProperties }: JsonSchema) => isPlain(additionalProperties);

/** The objects among `schemas` that `value` may be meant as: by its kind, or by the first key that it must have. */
export function meant(schemas: readonly JsonSchema[], value: unknown): readonly JsonSchema[] {
  const objects = schemas.filter(({ type }) => type === 'object');
  if (!isPlain(value) || Object.keys(value).length === 0 || objects.length < 2) return objects;
  const byKind = objects.filter((one) => {
    const constants = Object.entries(constantsOf(one));
    return constants.length > 0 && constants.every(([key, constant]) => value[key] === constant);
  });
  if (byKind.length > 0) return byKind;
  return objects.filter((one) => {
    if (Object.keys(constantsOf(one)).length > 0) return false;
    const [first] = required(one);
    return first === undefined ? isOpen(one) : first in value;
  });
}

/** The keys that may stand below `value`, each with what it may be; `undefined` where the schema does not know it. */
export function keysBelow(
  schemas: readonly JsonSchema[],
  value: unknown,
  root: JsonSchema,
): ReadonlyMap<string, readonly JsonSchema[]> {
  const keys = new Map<string, readonly JsonSchema[]>();
  if (Array.isArray(value)) {
    const items = schemas.find(({ type }) => type === 'array')?.items as JsonSchema | undefined;
    for (const index of value.keys()) keys.set(String(index), items === undefined ? [] : alternatives(items, root));
    return keys;
  }
  const objects = meant(schemas, value);
  for (const schema of schemas.filter(({ type }) => type === 'object')) {
    for (const [key, part] of Object.entries(propertiesOf(schema))) {
      // The key that tells the kind may be given any other.
      if (!objects.includes(schema) && !('const' in part)) continue;
      keys.set(key, [...(keys.get(key) ?? []), ...alternatives(part, root)]);
    }
  }
  for (const key of isPlain(value) ? Object.keys(value) : []) {
    if (keys.has(key)) continue;
    keys.set(key, freeKeys(objects, root) ?? []);
  }
  return keys;
}

/** What every key that is not listed may be, where such keys may be: names of metrics, say. */
export function freeKeys(schemas: readonly JsonSchema[], root: JsonSchema): readonly JsonSchema[] | undefined {
  const open = schemas.filter(isOpen);
  if (open.length === 0) return undefined;
  return open.flatMap((one) => alternatives(one.additionalProperties as JsonSchema, root));
}

export interface ExperimentPath {
  readonly path: readonly string[];
  readonly schemas: readonly JsonSchema[];
  /** What stands there; `undefined` where nothing does. */
  readonly value: unknown;
}

/** Every path below `value`: what is there, and what may be. */
export function pathsBelow(
  schemas: readonly JsonSchema[],
  value: unknown,
  root: JsonSchema,
  path: readonly string[] = [],
): readonly ExperimentPath[] {
  return [...keysBelow(schemas, value, root)].flatMap(([key, below]) => {
    const part = isPlain(value) ? value[key] : undefined;
    const here = { path: [...path, key], schemas: below, value: part };
    return [here, ...(isPlain(part) ? pathsBelow(below, part, root, here.path) : [])];
  });
}
