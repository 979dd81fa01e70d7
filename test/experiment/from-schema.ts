/** Random values that a JSON Schema allows, for properties of what reads them. */

import fc from 'fast-check';
import { type JsonSchema, resolved } from '../../src/base/json-schema.ts';

type Arbitrary = fc.Arbitrary<unknown>;

const large = 1e6;

function numbers({ minimum, maximum, exclusiveMinimum, exclusiveMaximum, not }: Readonly<Record<string, number>>) {
  const [min, max] = [minimum ?? exclusiveMinimum ?? -large, maximum ?? exclusiveMaximum ?? large];
  const all = fc.double({
    min,
    max: Math.max(min, max),
    noNaN: true,
    noDefaultInfinity: true,
    minExcluded: exclusiveMinimum !== undefined,
    maxExcluded: exclusiveMaximum !== undefined,
  });
  const small = fc
    .constantFrom(0, 0.01, 0.25, 0.5, 1, 2, 10)
    .filter((x) => x >= min && x <= max && x !== exclusiveMinimum && x !== exclusiveMaximum);
  return (min <= 10 && max >= 0.01 ? fc.oneof(all, small) : all).filter((x) => not === undefined || x !== 0);
}

function texts({ pattern }: JsonSchema): Arbitrary {
  if (pattern !== undefined) return fc.constantFrom('a', 'iris-1', 'features');
  return fc.oneof(fc.constantFrom('a', 'b', '*weight', 'validation/loss'), fc.string({ minLength: 1, maxLength: 4 }));
}

/** A sort of description refers to itself, through a layer's body or a schedule's parts: `depth` ends that. */
export function arbitraryOf(schema: JsonSchema, root: JsonSchema, depth: number): Arbitrary {
  if (typeof schema.$ref === 'string') {
    return fc.constant(null).chain(() => arbitraryOf(shallow(resolved(schema, root), depth), root, depth - 1));
  }
  if (Array.isArray(schema.anyOf)) {
    return fc.oneof(...(schema.anyOf as JsonSchema[]).map((one) => arbitraryOf(one, root, depth)));
  }
  if ('const' in schema) return fc.constant(schema.const);
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  switch (schema.type) {
    case 'number':
      return numbers(schema as never);
    case 'integer':
      return fc.oneof(fc.integer(bounds(schema)), fc.integer({ ...bounds(schema), max: smallest(schema) + 4 }));
    case 'boolean':
      return fc.boolean();
    case 'string':
      return schema.maxLength === 1 ? fc.constantFrom('a', 'b', '\u{1f600}', ' ') : texts(schema);
    case 'array': {
      const { minItems = 0, maxItems, items, uniqueItems } = schema as Readonly<Record<string, never>>;
      const size = { minLength: minItems, maxLength: maxItems ?? minItems + 2 };
      const item = arbitraryOf(items, root, depth);
      return uniqueItems ? fc.uniqueArray(item, size) : fc.array(item, size);
    }
    default:
      return objects(schema, root, depth);
  }
}

function smallest({ minimum = -4 }: JsonSchema): number {
  return minimum as number;
}

function bounds({ minimum = -4, maximum = large }: JsonSchema) {
  return { min: minimum as number, max: Math.min(maximum as number, large) };
}

function objects(schema: JsonSchema, root: JsonSchema, depth: number): Arbitrary {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>);
  if (typeof schema.additionalProperties === 'object') {
    const value = arbitraryOf(schema.additionalProperties as JsonSchema, root, depth);
    const least = (schema.minProperties ?? 0) as number;
    return fc.dictionary(fc.constantFrom('a', 'error', 'loss 2'), value, { minKeys: least, maxKeys: 2 });
  }
  const one = schema.oneOf as readonly { required: readonly string[]; properties?: object }[] | undefined;
  const record = (required: readonly string[], without: readonly string[] = []) =>
    fc.record(
      Object.fromEntries(
        properties
          .filter(([key]) => !without.includes(key))
          .map(([key, part]) => [key, arbitraryOf(part, root, depth)]),
      ),
      { requiredKeys: required as never[], noNullPrototype: true },
    );
  const required = (schema.required ?? []) as readonly string[];
  if (one === undefined) return record(required);
  const choices = one.flatMap((choice) => choice.required);
  return fc.oneof(
    ...choices.map((key) =>
      record(
        [...required, key],
        [
          ...choices.filter((other) => other !== key),
          ...Object.keys(one.find((each) => each.required.includes(key))?.properties ?? {}),
        ],
      ),
    ),
  );
}

/** At the end of the depth, only kinds that need no further description. */
function shallow(schema: JsonSchema, depth: number): JsonSchema {
  if (depth > 0 || !Array.isArray(schema.anyOf)) return schema;
  const simple = (schema.anyOf as JsonSchema[]).flatMap((one) => {
    const { properties, required } = one as { properties: Record<string, JsonSchema>; required?: readonly string[] };
    const deep = Object.keys(properties).filter((key) => JSON.stringify(properties[key]).includes('"$ref"'));
    if (deep.some((key) => required?.includes(key) && !isDuration(properties[key]!))) return [];
    const kept = Object.entries(properties).filter(([key, part]) => !deep.includes(key) || isDuration(part));
    return [{ ...one, properties: Object.fromEntries(kept) }];
  });
  return { anyOf: simple };
}

/** A duration refers to nothing. */
function isDuration(schema: JsonSchema): boolean {
  return !JSON.stringify(schema).replaceAll('#/$defs/duration', '').includes('#/$defs/');
}
