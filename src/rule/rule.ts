/** `rule(…)`: an optimizer written once, as in its paper; what it returns builds plain, frozen descriptions of it. */

import { OptionError } from '../base/errors.ts';
import { checkBoolean, checkNumber, checkOneOf, checkOptionNames, type NumberRange } from '../base/options.ts';
import { attach, attachedTo } from './attach.ts';
import type { Expression } from './expression.ts';
import { boundsOf, isSchedule, type Position, type Schedule, valueAt } from './schedule.ts';

/** A hyper-parameter without a default: finite, at least 0. For another range: `{ required: true, min, max }`. */
export const required = Object.freeze({ required: true, min: 0 } as const);

/** A bare number is a default, for a hyper-parameter that is finite and at least 0. */
export type HyperSpec =
  | number
  | (NumberRange & { readonly required: true })
  | (NumberRange & { readonly default: number });

/** What a choice may be; the first is the default. `true` and `false` alone stand for both, that default first. */
export type ChoiceSpec = boolean | readonly string[];

type ChoiceOf<C> = C extends readonly (infer Name)[] ? Name : boolean;
export type Choices<O> = { readonly [K in keyof O]: ChoiceOf<O[K]> };

type RequiredNames<H> = { [K in keyof H]: H[K] extends { readonly required: true } ? K : never }[keyof H];

/** What a rule's builder takes: its hyper-parameters, as numbers or schedules, and its choices. */
export type RuleOptions<H, O> = { readonly [K in RequiredNames<H>]: number | Schedule } & {
  readonly [K in Exclude<keyof H, RequiredNames<H>>]?: number | Schedule;
} & { readonly [K in keyof O]?: ChoiceOf<O[K]> };

/** The values an update is written over, for one element. */
export type RuleValues<S, H> = { readonly [K in keyof S | keyof H]: Expression } & {
  /** The parameter θ. */
  readonly theta: Expression;
  /** The gradient, clipped. */
  readonly g: Expression;
  /** The number of this update, from 1. */
  readonly step: Expression;
};

/** What `rule` takes: an optimizer, written once. */
export interface RuleSpec<S, H, O> {
  /** Unique among the rules in use; JSON finds the rule by it. */
  readonly name: string;
  /** What is kept for each parameter, and the value it starts from. A slot that the update leaves out is not kept. */
  readonly slots: S;
  readonly hyper: H;
  /** Choices between formulas. */
  readonly choices?: O;
  /** Where the gradient is taken; at θ itself if absent. */
  readonly interim?: (values: RuleValues<S, H>, choices: Choices<O>) => Expression;
  /** The new θ and slots. */
  readonly update: (
    values: RuleValues<S, H>,
    choices: Choices<O>,
  ) => { readonly theta: Expression } & { readonly [K in keyof S]?: Expression };
}

/** A rule without its types, as updater and emitters see it. */
export interface RuleDefinition {
  readonly name: string;
  readonly slots: Readonly<Record<string, number>>;
  readonly hyper: Readonly<Record<string, NumberRange & { readonly default: number | undefined }>>;
  readonly choices: Readonly<Record<string, readonly (string | boolean)[]>>;
  readonly interim: ((values: Record<string, Expression>, choices: Choice) => Expression) | undefined;
  readonly update: (values: Record<string, Expression>, choices: Choice) => Readonly<Record<string, Expression>>;
}

type Choice = Readonly<Record<string, string | boolean>>;

/** A description of an optimizer: frozen plain data that prints to JSON. `readOptimizer` reads it back. */
export interface Optimizer {
  readonly optimizer: string;
  readonly [option: string]: number | string | boolean | Schedule;
}

/** Builds checked descriptions of one rule, and carries the rule. */
export interface RuleBuilder<Options = never> {
  (options: Options): Optimizer;
  readonly definition: RuleDefinition;
}

/** A builder whose options may all be left out, or may not. */
export type BuilderOf<H, O> = {
  readonly definition: RuleDefinition;
} & ([RequiredNames<H>] extends [never]
  ? (options?: RuleOptions<H, O>) => Optimizer
  : (options: RuleOptions<H, O>) => Optimizer);

const reserved = ['theta', 'g', 'gradient', 'interim', 'step', 'gradientScale', 'direction', 'optimizer'];

function checkNames(name: string, names: readonly string[]): void {
  const seen = new Set(reserved);
  for (const candidate of names) {
    if (seen.has(candidate) || !/^[A-Za-z][A-Za-z0-9]*$/.test(candidate)) {
      throw new OptionError('rule/name', `"${candidate}" cannot name a slot, a hyper-parameter or a choice here`, {
        place: `rule ${name}`,
        mend: `Names are letters and digits, each used once, and none of: ${reserved.join(', ')}.`,
      });
    }
    seen.add(candidate);
  }
}

/**
 * Defines an optimizer by its update rule and returns the builder of its descriptions.
 *
 * ```ts
 * const momentum = rule({                                     // v ← αv − εg ;  θ ← θ + v
 *   name: 'momentum', slots: { v: 0 }, hyper: { learningRate: required, momentum: 0.9 },
 *   update: ({ theta, g, v, learningRate: ε, momentum: α }) => {
 *     const v1 = sub(mul(α, v), mul(ε, g));
 *     return { v: v1, theta: add(theta, v1) };
 *   },
 * });
 * momentum({ learningRate: 0.1 }); // { optimizer: 'momentum', learningRate: 0.1, momentum: 0.9 }
 * ```
 *
 * The builder refuses unknown options and numbers out of range with an OptionError.
 */
export function rule<
  const S extends Readonly<Record<string, number>>,
  const H extends Readonly<Record<string, HyperSpec>>,
  const O extends Readonly<Record<string, ChoiceSpec>> = Readonly<Record<never, never>>,
>(spec: RuleSpec<S, H, O>): BuilderOf<H, O> {
  const choices: Readonly<Record<string, ChoiceSpec>> = spec.choices ?? {};
  checkNames(spec.name, [...Object.keys(spec.slots), ...Object.keys(spec.hyper), ...Object.keys(choices)]);
  const definition = Object.freeze({
    name: spec.name,
    slots: Object.freeze({ ...spec.slots }),
    hyper: Object.freeze(Object.fromEntries(Object.entries(spec.hyper).map(([name, h]) => [name, normalHyper(h)]))),
    choices: Object.freeze(Object.fromEntries(Object.entries(choices).map(([name, c]) => [name, normalChoice(c)]))),
    interim: spec.interim,
    update: spec.update,
  }) as unknown as RuleDefinition;
  const build = (options: Readonly<Record<string, unknown>> = {}) => describe(definition, options);
  return Object.assign(build, { definition }) as unknown as BuilderOf<H, O>;
}

function normalHyper(spec: HyperSpec): RuleDefinition['hyper'][string] {
  if (typeof spec === 'number') return { min: 0, default: spec };
  return 'default' in spec ? spec : { ...spec, default: undefined };
}

function normalChoice(spec: ChoiceSpec): readonly (string | boolean)[] {
  return typeof spec === 'boolean' ? [spec, !spec] : spec;
}

function describe(definition: RuleDefinition, options: Readonly<Record<string, unknown>>): Optimizer {
  const { name: place, hyper, choices } = definition;
  if (typeof options !== 'object' || options === null) {
    throw new OptionError('option/range', `the options are ${String(options)}`, { place, mend: 'Give an object.' });
  }
  checkOptionNames(place, options, [...Object.keys(hyper), ...Object.keys(choices)]);
  const description: Record<string, number | string | boolean | Schedule> = { optimizer: place };
  for (const [name, range] of Object.entries(hyper)) {
    const value = options[name] === undefined ? range.default : options[name];
    if (value === undefined) {
      throw new OptionError('option/missing', `${name} is missing`, {
        place,
        mend: `Give ${name}, it has no default.`,
      });
    }
    if (isSchedule(value)) for (const bound of boundsOf(value)) checkNumber(place, name, bound, range);
    else checkNumber(place, name, value, range);
    description[name] = value as number | Schedule;
  }
  for (const [name, known] of Object.entries(choices)) {
    const value = options[name] === undefined ? known[0]! : options[name];
    description[name] =
      typeof known[0] === 'string'
        ? checkOneOf(place, name, value, known as string[])
        : checkBoolean(place, name, value);
  }
  return attach(description, definition) as unknown as Optimizer;
}

/** The rule that a description was built from. */
export function definitionOf(optimizer: Optimizer): RuleDefinition {
  const definition = attachedTo(optimizer);
  if (definition === undefined) {
    throw new OptionError('optimizer/unread', `the optimizer "${optimizer.optimizer}" is data without its rule`, {
      mend: 'Pass what comes from JSON through readOptimizer first, with your own rules if it is one of them.',
    });
  }
  return definition as RuleDefinition;
}

/**
 * The hyper-parameters of a description as numbers, at a position in training. Writes into `into` and returns it, so
 * that a loop allocates nothing.
 */
export function hyperAt(optimizer: Optimizer, position: Position, into: Record<string, number> = {}) {
  for (const name in definitionOf(optimizer).hyper)
    into[name] = valueAt(optimizer[name] as number | Schedule, position);
  return into;
}
