/** `rule(…)`: an optimizer written once, as in its paper; what it returns builds plain, frozen descriptions of it. */

import { OptionError } from '../base/errors.ts';
import type { NumberRange } from '../base/number-range.ts';
import {
  flag,
  type OptionSpec,
  type OptionSpecs,
  oneOf,
  optional,
  readOptions,
  withDefault,
} from '../base/option-spec.ts';
import { attach, attachedTo } from './attach.ts';
import type { Expression } from './expression.ts';
import { hyperSpec } from './hyper-spec.ts';
import { type Position, type Schedule, valueAt } from './schedule.ts';

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

/** How weight decay λ enters: see `RuleSpec.weightDecay`. The first is the default. */
export const weightDecayKinds = ['l2', 'decoupledByRate', 'decoupledBySchedule'] as const;
/** Into the gradient, or apart from it: by the learning rate, or by the shape of its schedule alone. */
export type WeightDecayKind = (typeof weightDecayKinds)[number];

/** What every rule's builder takes beside the rule's own options, where the rule does not decay in its own way. */
export interface DecayOptions {
  /** λ ≥ 0, a number or a schedule. Default 0, or what the rule says. */
  readonly weightDecay?: number | Schedule;
  readonly weightDecayKind?: WeightDecayKind;
}

/** The values an update is written over, for one element. */
export type RuleValues<S, H, U = unknown> = { readonly [K in keyof S | keyof H | keyof U]: Expression } & {
  /** The parameter θ. */
  readonly theta: Expression;
  /** The gradient, clipped. */
  readonly g: Expression;
  /** The number of this parameter's update, from 1. */
  readonly step: Expression;
  /** The loss where the gradient was taken. */
  readonly loss: Expression;
  /** 1 where the parameter has two axes or more, else 0. */
  readonly isMatrix: Expression;
  /** The parameter as a matrix: its first axis by the product of the others. */
  readonly rows: Expression;
  readonly columns: Expression;
};

/** What `rule` takes: an optimizer, written once. */
export interface RuleSpec<S, H, O, U = Readonly<Record<never, never>>> {
  /** Unique among the rules in use; JSON finds the rule by it. */
  readonly name: string;
  /** What is kept for each parameter, and the value it starts from. A slot that the update leaves out is not kept. */
  readonly slots: S;
  readonly hyper: H;
  /** Choices between formulas. */
  readonly choices?: O;
  /** Numbers that are kept from step to step, one for all parameters, and what each starts from. */
  readonly scalars?: U;
  /**
   * Weight decay λ is part of every rule (default 0): `l2` adds λθ to the clipped gradient; `decoupledByRate` multiplies
   * θ by 1 − ελ before the update (PyTorch's AdamW); `decoupledBySchedule` by 1 − λ·ε/ε_max, so that only the shape of
   * the rate's schedule counts (Loshchilov and Hutter, 2019). Another default than 0 is given here; a rule that has
   * `weightDecay` among its own hyper-parameters decays in its own way.
   */
  readonly weightDecay?: { readonly default: number; readonly kind: WeightDecayKind };
  /** Valid only for gradients of the whole training set, so that training can warn about small batches. */
  readonly wholeSet?: true;
  /** Where the gradient is taken; at θ itself if absent. */
  readonly interim?: (values: RuleValues<S, H, NoInfer<U>>, choices: Choices<O>) => Expression;
  /** The new θ, slots and scalars; a scalar from uniform values only, and all of them before any is replaced. */
  readonly update: (
    values: RuleValues<S, H, NoInfer<U>>,
    choices: Choices<O>,
  ) => { readonly theta: Expression } & { readonly [K in keyof S | keyof NoInfer<U>]?: Expression };
}

/** A rule without its types, as updater and emitters see it. */
export interface RuleDefinition {
  readonly name: string;
  readonly slots: Readonly<Record<string, number>>;
  readonly scalars: Readonly<Record<string, number>>;
  readonly hyper: Readonly<Record<string, NumberRange & { readonly default: number | undefined }>>;
  readonly choices: Readonly<Record<string, readonly (string | boolean)[]>>;
  /** What the options of its descriptions may be. */
  readonly options: OptionSpecs;
  /** The default decay; absent where the rule decays in its own way. */
  readonly weightDecay: { readonly default: number; readonly kind: WeightDecayKind } | undefined;
  readonly wholeSet: boolean;
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
  ? (options?: RuleOptions<H, O> & DecayOptions) => Optimizer
  : (options: RuleOptions<H, O> & DecayOptions) => Optimizer);

const reserved = [
  ...['theta', 'g', 'gradient', 'interim', 'average', 'accumulated', 'matrix', 'orthogonal'],
  ...['step', 'loss', 'gradientScale', 'gradientBound', 'scheduleMultiplier', 'isMatrix', 'rows', 'columns'],
  ...['direction', 'optimizer', 'weightDecayKind'],
];

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
  const U extends Readonly<Record<string, number>> = Readonly<Record<never, never>>,
>(spec: RuleSpec<S, H, O, U>): BuilderOf<H, O> {
  const choices: Readonly<Record<string, ChoiceSpec>> = spec.choices ?? {};
  const scalars: Readonly<Record<string, number>> = spec.scalars ?? {};
  checkNames(spec.name, [spec.slots, scalars, spec.hyper, choices].flatMap(Object.keys));
  const ownDecay = 'weightDecay' in spec.hyper;
  const parts = {
    name: spec.name,
    slots: Object.freeze({ ...spec.slots }),
    scalars: Object.freeze({ ...scalars }),
    weightDecay: ownDecay ? undefined : (spec.weightDecay ?? { default: 0, kind: weightDecayKinds[0] }),
    wholeSet: spec.wholeSet ?? false,
    hyper: Object.freeze(Object.fromEntries(Object.entries(spec.hyper).map(([name, h]) => [name, normalHyper(h)]))),
    choices: Object.freeze(Object.fromEntries(Object.entries(choices).map(([name, c]) => [name, normalChoice(c)]))),
    interim: spec.interim,
    update: spec.update,
  } as unknown as Omit<RuleDefinition, 'options'>;
  const definition: RuleDefinition = Object.freeze({ ...parts, options: optionsOfRule(parts) });
  const build = (options: object = {}) => attach(describe(definition, options), definition);
  return Object.assign(build, { definition }) as unknown as BuilderOf<H, O>;
}

function normalHyper(spec: HyperSpec): RuleDefinition['hyper'][string] {
  if (typeof spec === 'number') return { min: 0, default: spec };
  return 'default' in spec ? spec : { ...spec, default: undefined };
}

function normalChoice(spec: ChoiceSpec): readonly (string | boolean)[] {
  return typeof spec === 'boolean' ? [spec, !spec] : spec;
}

/** What the options of a rule's descriptions may be. */
export function optionsOfRule({ hyper, choices, weightDecay }: Omit<RuleDefinition, 'options'>): OptionSpecs {
  const hyperSpecs = Object.entries(hyper).map(([name, { default: fallback, ...range }]) => {
    const spec = hyperSpec(range);
    return [name, fallback === undefined ? spec : withDefault(spec, fallback)];
  });
  const choiceSpecs = Object.entries(choices).map(([name, known]) => {
    const spec: OptionSpec<unknown> = typeof known[0] === 'string' ? oneOf(known as string[]) : flag;
    return [name, withDefault(spec, known[0])];
  });
  return {
    ...Object.fromEntries([...hyperSpecs, ...choiceSpecs]),
    ...(weightDecay === undefined
      ? {}
      : {
          weightDecay: withDefault(hyperSpec({ min: 0 }), weightDecay.default),
          weightDecayKind: optional(oneOf(weightDecayKinds)),
        }),
  };
}

function describe({ name, options: specs, weightDecay }: RuleDefinition, options: object) {
  const { weightDecay: decay, weightDecayKind, ...read } = readOptions(name, specs, options) as Record<string, unknown>;
  // A description without decay does not speak of it, unless reading it would then bring in the default.
  const speaks =
    weightDecay !== undefined && (decay !== 0 || weightDecay.default !== 0 || weightDecayKind !== undefined);
  return {
    optimizer: name,
    ...read,
    ...(weightDecay === undefined && decay !== undefined ? { weightDecay: decay } : {}),
    ...(speaks ? { weightDecay: decay, weightDecayKind: weightDecayKind ?? weightDecay.kind } : {}),
  };
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
  const { hyper, weightDecay } = definitionOf(optimizer);
  for (const name in hyper) into[name] = valueAt(optimizer[name] as number | Schedule, position);
  if (weightDecay !== undefined && optimizer.weightDecay !== undefined) {
    into.weightDecay = valueAt(optimizer.weightDecay as number | Schedule, position);
  }
  return into;
}
