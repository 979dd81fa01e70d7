/**
 * Optimizers as chains of parts. A part turns one direction of descent into the next (scale it, average it, add decay);
 * a chain starts from the gradient, runs its parts, and steps θ ← θ − direction. All parts fuse into the one kernel of
 * the rule, so composition costs no pass over memory.
 */

import { OptionError } from '../base/errors.ts';
import { type Expression, sub } from './expression.ts';
import {
  type BuilderOf,
  type ChoiceSpec,
  type Choices,
  type HyperSpec,
  type RuleSpec,
  type RuleValues,
  rule,
} from './rule.ts';

type Slots = Readonly<Record<string, number>>;
type Hyper = Readonly<Record<string, HyperSpec>>;
type ChoiceSpecs = Readonly<Record<string, ChoiceSpec>>;
type None = Readonly<Record<never, never>>;

/** The values a part is written over, for one element. */
export type PartValues<S, H, U = unknown> = RuleValues<S, H, U> & {
  /** What the parts before it made of the gradient. */
  readonly direction: Expression;
};

/** One link of a chain, as `part` makes it. */
export interface Part<S, H, O, U = None> {
  readonly slots: S;
  readonly scalars: U;
  readonly hyper: H;
  readonly choices: O;
  readonly transform: (
    values: PartValues<S, H, U>,
    choices: Choices<O>,
  ) => { readonly direction: Expression } & { readonly [K in keyof S | keyof U]?: Expression };
}

/**
 * One link of a chain, with slots, scalars, hyper-parameters and choices of its own as in `rule`.
 *
 * ```ts
 * const trace = part({                                         // m ← βm + d ;  d ← m
 *   slots: { m: 0 }, hyper: { beta: 0.9 },
 *   transform: ({ direction, m, beta }) => {
 *     const m1 = add(mul(beta, m), direction);
 *     return { m: m1, direction: m1 };
 *   },
 * });
 * ```
 */
export function part<
  const S extends Slots = None,
  const H extends Hyper = None,
  const O extends ChoiceSpecs = None,
  const U extends Slots = None,
>(spec: {
  readonly slots?: S;
  readonly scalars?: U;
  readonly hyper?: H;
  readonly choices?: O;
  readonly transform: Part<S, H, O, U>['transform'];
}): Part<S, H, O, U> {
  return Object.freeze({
    slots: spec.slots ?? ({} as S),
    scalars: spec.scalars ?? ({} as U),
    hyper: spec.hyper ?? ({} as H),
    choices: spec.choices ?? ({} as O),
    transform: spec.transform,
  });
}

type Intersection<U> = (U extends unknown ? (value: U) => void : never) extends (value: infer I) => void ? I : never;
type AnyPart = {
  readonly slots: Slots;
  readonly scalars: Slots;
  readonly hyper: Hyper;
  readonly choices: ChoiceSpecs;
};
type HyperOf<P extends readonly AnyPart[], H> = Omit<Intersection<P[number]['hyper']>, keyof H> & H;

/**
 * An optimizer made of parts, in order. `hyper` gives hyper-parameters of the parts another default.
 *
 * ```ts
 * const adam = chain({ name: 'adam', hyper: { learningRate: 0.001 }, parts: [adaptiveMoments, learningRateScale] });
 * ```
 */
export function chain<const P extends readonly AnyPart[], const H extends Hyper = None>(spec: {
  readonly name: string;
  readonly hyper?: H;
  readonly weightDecay?: RuleSpec<Slots, Hyper, ChoiceSpecs>['weightDecay'];
  readonly parts: P;
}): BuilderOf<HyperOf<P, H>, Intersection<P[number]['choices']>> {
  const parts = spec.parts as unknown as readonly Part<Slots, Hyper, ChoiceSpecs, Slots>[];
  const place = `chain ${spec.name}`;
  const built = rule({
    name: spec.name,
    slots: merge(place, parts, 'slots', {}),
    hyper: merge(place, parts, 'hyper', spec.hyper ?? {}),
    choices: merge(place, parts, 'choices', {}),
    scalars: merge(place, parts, 'scalars', {}),
    ...(spec.weightDecay === undefined ? {} : { weightDecay: spec.weightDecay }),
    update: (values, choices) => {
      let direction: Expression = values.g;
      const slots: Record<string, Expression | undefined> = {};
      for (const { transform } of parts) {
        const { direction: next, ...kept } = transform({ ...values, direction }, choices);
        direction = next;
        Object.assign(slots, kept);
      }
      return { ...slots, theta: sub(values.theta, direction) };
    },
  });
  return built as unknown as BuilderOf<HyperOf<P, H>, Intersection<P[number]['choices']>>;
}

/** The union over all parts. Parts may share a hyper-parameter that they specify alike, never a slot or a choice. */
function merge<K extends keyof AnyPart>(
  place: string,
  parts: readonly AnyPart[],
  kind: K,
  own: AnyPart[K],
): AnyPart[K] {
  const merged: Record<string, unknown> = { ...own };
  const seen = new Map<string, unknown>();
  for (const [name, value] of parts.flatMap((one) => Object.entries(one[kind]))) {
    if (seen.has(name) && (kind !== 'hyper' || JSON.stringify(seen.get(name)) !== JSON.stringify(value))) {
      throw new OptionError('rule/name', `two parts have "${name}" among their ${kind}`, {
        place,
        mend: 'Rename it in one of them.',
      });
    }
    seen.set(name, value);
    merged[name] ??= value;
  }
  return merged as AnyPart[K];
}
