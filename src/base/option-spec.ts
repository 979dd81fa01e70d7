/**
 * What the options of a builder may be, said once: builders check by it, and the JSON Schema of an experiment, `--set`
 * and its suggestions are made of it.
 */

import { OptionError, under } from './errors.ts';
import { describeSchema, type JsonSchema, rangeSchema } from './json-schema.ts';
import { checkBoolean, checkNumber, checkOneOf, checkOptionNames, type NumberRange } from './options.ts';
import { shown } from './shown.ts';

/** One option. */
export interface OptionSpec<T> {
  /** Checks a value and gives it as a description holds it. */
  read(place: string, name: string, value: unknown): T;
  /** What JSON may hold in its place. */
  readonly schema: JsonSchema;
}

/** An option that stands for `fallback` where it is left out. */
export interface DefaultedSpec<T> extends OptionSpec<T> {
  readonly fallback: unknown;
}

/** An option that a description does not have where it is left out. */
export interface OptionalSpec<T> extends OptionSpec<T> {
  readonly optional: true;
}

/** The options of a builder by name, in the order in which a description has them. */
export type OptionSpecs = Readonly<Record<string, OptionSpec<unknown>>>;

type ValueOf<S> = S extends OptionSpec<infer T> ? T : never;
type OptionalNames<S> = { [K in keyof S]: S[K] extends OptionalSpec<unknown> ? K : never }[keyof S];

/** What `readOptions` gives. */
export type OptionsOf<S> = { readonly [K in Exclude<keyof S, OptionalNames<S>>]: ValueOf<S[K]> } & {
  readonly [K in OptionalNames<S>]?: ValueOf<S[K]>;
};

export function number(range: NumberRange = {}): OptionSpec<number> {
  return { read: (place, name, value) => checkNumber(place, name, value, range), schema: rangeSchema(range) };
}

/** An integer of at least 1. */
export const count = number({ integer: true, min: 1 });

/** A number from 0 to 1. */
export const share = number({ min: 0, max: 1 });

/** A number above 0. */
export const positive = number({ min: 0, exclusiveMin: true });

export const flag: OptionSpec<boolean> = { read: checkBoolean, schema: { type: 'boolean' } };

export function oneOf<const T extends string>(known: readonly T[]): OptionSpec<T> {
  return { read: (place, name, value) => checkOneOf(place, name, value, known), schema: { enum: known } };
}

/** A text that is not empty; `what` is the object of "Give …". */
export function text(what = 'a text'): OptionSpec<string> {
  return {
    read: (place, name, value) => {
      if (typeof value === 'string' && value !== '') return value;
      throw new OptionError('option/form', `${name} is ${shown(value)}`, { place, mend: `Give ${what}.` });
    },
    schema: { type: 'string', minLength: 1, $comment: what },
  };
}

/** A list of values that each fit `item`, of at least `least` (default 1) and at most `most`; `such` shows one. */
export function list<T>(
  item: OptionSpec<T>,
  such: string,
  { least = 1, most = Number.POSITIVE_INFINITY }: { readonly least?: number; readonly most?: number } = {},
): OptionSpec<readonly T[]> {
  return {
    read: (place, name, value) => {
      if (!Array.isArray(value) || value.length < least || value.length > most) {
        throw new OptionError('option/form', `${name} is ${shown(value)}`, { place, mend: `Give ${such}.` });
      }
      return value.map((each, i) => item.read(place, `${name}[${i}]`, each));
    },
    schema: {
      type: 'array',
      items: item.schema,
      ...(least === 0 ? {} : { minItems: least }),
      ...(most === Number.POSITIVE_INFINITY ? {} : { maxItems: most }),
      $comment: such,
    },
  };
}

/** An object with options of its own. */
export function nested<S extends OptionSpecs>(specs: S): OptionSpec<OptionsOf<S>> {
  return {
    read: (place, name, value) =>
      under(name.replaceAll(/\[(\d+)\]/g, '.$1'), () => readOptions(place, specs, value as object)),
    schema: optionsSchema(specs),
  };
}

/** The same option, with a value where it is left out. */
export function withDefault<T>(spec: OptionSpec<T>, fallback: unknown): DefaultedSpec<T> {
  return { ...spec, fallback };
}

/** The same option, absent where it is left out. */
export function optional<T>(spec: OptionSpec<T>): OptionalSpec<T> {
  return { ...spec, optional: true };
}

function isOptional(spec: OptionSpec<unknown>): boolean {
  return 'optional' in spec || 'fallback' in spec;
}

/**
 * The options, each checked, with defaults filled in. `positional` are those that the builder takes as arguments of their
 * own, and not among `options`.
 */
export function readOptions<S extends OptionSpecs>(
  place: string,
  specs: S,
  options: object,
  positional: Readonly<Record<string, unknown>> = {},
): OptionsOf<S> {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new OptionError('option/form', `the options are ${shown(options)}`, { place, mend: 'Give an object.' });
  }
  const names = Object.keys(specs);
  checkOptionNames(
    place,
    options,
    names.filter((name) => !Object.hasOwn(positional, name)),
  );
  const given: Readonly<Record<string, unknown>> = { ...options, ...positional };
  const read: Record<string, unknown> = {};
  for (const name of names) {
    const spec = specs[name]!;
    const value = given[name] ?? (given[name] === null ? null : (spec as Partial<DefaultedSpec<unknown>>).fallback);
    if (value !== undefined) read[name] = spec.read(place, name, value);
    else if (!isOptional(spec)) {
      throw new OptionError('option/missing', `${name} is missing`, {
        place,
        mend: `Give ${describeSchema(spec.schema)}: it has no default.`,
      });
    }
  }
  return read as OptionsOf<S>;
}

/** The JSON Schema of an object with these options and no others, beside `constants`. */
export function optionsSchema(specs: OptionSpecs, constants: Readonly<Record<string, string>> = {}): JsonSchema {
  const required = Object.keys(specs).filter((name) => !isOptional(specs[name]!));
  return {
    type: 'object',
    properties: {
      ...Object.fromEntries(Object.entries(constants).map(([name, value]) => [name, { const: value }])),
      ...Object.fromEntries(
        Object.entries(specs).map(([name, spec]) => [
          name,
          'fallback' in spec ? { ...spec.schema, default: spec.fallback } : spec.schema,
        ]),
      ),
    },
    required: [...Object.keys(constants), ...required],
    additionalProperties: false,
  };
}
