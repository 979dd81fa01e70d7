/**
 * What the options of a builder may be, said once: builders check by it, and the JSON Schema of an experiment, `--set`
 * and its suggestions are made of it.
 */

import { OptionError, under } from './errors.ts';
import { describeSchema, type JsonSchema, rangeSchema } from './json-schema.ts';
import type { NumberRange } from './number-range.ts';
import { checkBoolean, checkNumber, checkOneOf, checkOptionNames } from './options.ts';
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

/** A seed: any integer from 0 that a number holds exactly. */
export const seed = number({ integer: true, min: 0, max: Number.MAX_SAFE_INTEGER });

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

/** The path of a file or a folder. */
export const path = text('a path');

interface ListForm {
  /** At least so many; default 1. */
  readonly least?: number;
  readonly most?: number;
  /** Each value once. */
  readonly distinct?: boolean;
}

/** A list of values that each fit `item`; `such` shows one, as the object of "Give …". */
export function list<T>(item: OptionSpec<T>, such: string, form: ListForm = {}): OptionSpec<readonly T[]> {
  const { least = 1, most = Number.POSITIVE_INFINITY, distinct = false } = form;
  return {
    read: (place, name, value) => {
      const refuse = (what: string) => new OptionError('option/form', what, { place, mend: `Give ${such}.` });
      if (!Array.isArray(value) || value.length < least || value.length > most) {
        throw refuse(`${name} is ${shown(value)}`);
      }
      const read = Array.from(value, (each, i) => item.read(place, `${name}[${i}]`, each));
      const twice = distinct ? read.find((each, i) => read.indexOf(each) < i) : undefined;
      if (twice !== undefined) throw refuse(`${shown(twice)} stands in ${name} twice`);
      return Object.freeze(read);
    },
    schema: {
      type: 'array',
      items: item.schema,
      ...(least === 0 ? {} : { minItems: least }),
      ...(most === Number.POSITIVE_INFINITY ? {} : { maxItems: most }),
      ...(distinct ? { uniqueItems: true } : {}),
      $comment: such,
    },
  };
}

/** Values under names of the user's own, each fitting `item`; at least `least` of them. */
export function named<T>(item: OptionSpec<T>, such: string, least = 0): OptionSpec<Readonly<Record<string, T>>> {
  return {
    read: (place, name, value) => {
      const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
      if (!isRecord || Object.keys(value).length < least) {
        throw new OptionError('option/form', `${name} is ${shown(value)}`, { place, mend: `Give ${such}.` });
      }
      const read = Object.entries(value).map(([key, each]) => [key, item.read(place, `${name}.${key}`, each)]);
      return Object.fromEntries(read);
    },
    schema: {
      type: 'object',
      additionalProperties: item.schema,
      ...(least === 0 ? {} : { minProperties: least }),
      $comment: such,
    },
  };
}

/** What a reader makes of a value; its errors tell the key that the value stands under. */
export function readBy<T>(read: (value: unknown) => T, schema: JsonSchema): OptionSpec<T> {
  return { read: (_place, name, value) => under(name, () => read(value)), schema };
}

/** An object with options of its own. `check` refuses those that do not go together; `schema` says more of them. */
export function nested<S extends OptionSpecs>(
  specs: S,
  {
    check = () => undefined,
    schema = {},
  }: { readonly check?: (options: OptionsOf<S>) => void; readonly schema?: JsonSchema } = {},
): OptionSpec<OptionsOf<S>> {
  const such = schema.$comment ?? `an object with ${Object.keys(specs).join(', ')}`;
  return {
    read: (place, name, value) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        throw new OptionError('option/form', `${name} is ${shown(value)}`, { place, mend: `Give ${such}.` });
      }
      return under(name, () => {
        const read = readOptions('', specs, value);
        check(read);
        return read;
      });
    },
    schema: { ...optionsSchema(specs), ...schema },
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
