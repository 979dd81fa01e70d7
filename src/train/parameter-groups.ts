/**
 * Groups of parameters that are treated in a way of their own: another rate, decay or clipping, or frozen. A group is data
 * and names its parameters by pattern; several may name the same one, and then the later has the word.
 */

import { OptionError } from '../base/errors.ts';
import { frozen } from '../base/frozen.ts';
import { suggestion } from '../base/nearest.ts';
import { flag, list, nested, type OptionSpec, optional, text } from '../base/option-spec.ts';
import { checkNumber } from '../base/options.ts';
import type { Shape } from '../base/shape.ts';
import { shown } from '../base/shown.ts';
import { type Clip, clipSpec } from '../optim/clip/clip.ts';
import { type Definitions, scheduled } from '../optim/read.ts';
import { type Duration, durationSpec, progress } from '../optim/schedule/duration.ts';
import { hyperSpec } from '../rule/hyper-spec.ts';
import { type Position, type Schedule, valueAt } from '../rule/schedule.ts';
import { inCode } from './experiment/in-code.ts';

/**
 * Which parameters: a name, a pattern in which `*` stands for anything (`conv1/*`, `*bias`), `'vectors'` (all of rank 1
 * or 0: biases, and gains and shifts of normalization), several of these, or in code a predicate.
 */
export type ParameterMatch =
  | string
  | readonly string[]
  | ((parameter: { readonly name: string; readonly shape: Shape }) => boolean);

/** When parameters move: from a point in training on, until one, or between two. */
export interface TrainableWindow {
  readonly from?: Duration;
  readonly until?: Duration;
}

/** Parameters that are treated in a way of their own; what is left out stays as it is for all. */
export interface ParameterGroup {
  readonly match: ParameterMatch;
  /** The learning rate is multiplied by it: a number ≥ 0 or a schedule. */
  readonly learningRateFactor?: number | Schedule;
  /** In place of the optimizer's. */
  readonly weightDecay?: number | Schedule;
  /** In place of the clipping of all; the group's norm is then its own, and the others' is without it. */
  readonly clip?: Clip;
  /** False freezes: the parameters do not move and their gradients are not computed. Default true. */
  readonly trainable?: boolean | TrainableWindow;
}

/** How one parameter is treated, all its groups taken together. */
export type Treatment = Omit<ParameterGroup, 'match'>;

/** What a group names its vectors by. */
const vectors = 'vectors';

/**
 * No weight decay on vectors: on biases and on gains and shifts of normalization, where it only pulls the output towards
 * zero.
 *
 * @example
 * train({ …, optimizer: adamw({ weightDecay: 0.05 }), groups: [withoutDecayOnVectors()] })
 */
export function withoutDecayOnVectors(): ParameterGroup {
  return frozen({ match: vectors, weightDecay: 0 });
}

const patterns = 'names or patterns of parameters, such as "conv1/*", "*/bias" or "vectors"';
const pattern = text(patterns);
const patternList = list(pattern, patterns);

/** An option that names parameters, from plain data or from code. */
export const matchSpec: OptionSpec<ParameterMatch> = {
  read: (place, name, value) => {
    if (typeof value === 'function') return value as ParameterMatch;
    if (typeof value === 'object' && value !== null && 'function' in value) throw inCode(`${name} is a function`);
    return typeof value === 'string' ? pattern.read(place, name, value) : patternList.read(place, name, value);
  },
  schema: { anyOf: [pattern.schema, patternList.schema], $comment: patterns },
};

const trainableWindow = nested({ from: optional(durationSpec), until: optional(durationSpec) });
const trainableForms = 'true, false, or when: { "from": { "epochs": 2 } }';
const trainableSpec: OptionSpec<boolean | TrainableWindow> = {
  read: (place, name, value) => {
    if (typeof value === 'boolean') return value;
    if (typeof value === 'object' && value !== null) return trainableWindow.read(place, name, value);
    throw new OptionError('option/form', `${name} is ${shown(value)}`, { place, mend: `Give ${trainableForms}.` });
  },
  schema: { anyOf: [flag.schema, trainableWindow.schema], $comment: trainableForms },
};

/** An option that is a list of groups. */
export function groupsSpec(definitions: Definitions = {}): OptionSpec<readonly ParameterGroup[]> {
  const factor = scheduled(hyperSpec({ min: 0 }), definitions);
  const group = nested({
    match: matchSpec,
    learningRateFactor: optional(factor),
    weightDecay: optional(factor),
    clip: optional(clipSpec(definitions)),
    trainable: optional(trainableSpec),
  });
  return list(group, 'a list such as [{ "match": "*/bias", "weightDecay": 0 }]', { least: 0 });
}

/** Groups from plain data, with their checks. */
export function readGroups(value: unknown, definitions: Definitions = {}): readonly ParameterGroup[] {
  return frozen(groupsSpec(definitions).read('', 'groups', value));
}

/** Whether a match names a parameter. */
export function matches(match: ParameterMatch, parameter: { readonly name: string; readonly shape: Shape }): boolean {
  if (typeof match === 'function') return match(parameter);
  return [match].flat().some((pattern) => {
    if (pattern === vectors) return parameter.shape.length <= 1;
    const parts = pattern.split('*').map((part) => part.replaceAll(/[\\^$.|?+()[\]{}]/g, '\\$&'));
    return new RegExp(`^${parts.join('.*')}$`).test(parameter.name);
  });
}

/** The parameters that a match names; an OptionError where it names none. */
export function matched<P extends { readonly name: string; readonly shape: Shape }>(
  match: ParameterMatch,
  parameters: readonly P[],
  place: string,
): P[] {
  const found = parameters.filter((parameter) => matches(match, parameter));
  if (found.length > 0) return found;
  const names = parameters.map(({ name }) => name);
  const what = typeof match === 'function' ? 'the predicate' : JSON.stringify(match);
  throw new OptionError('group/no-match', `${what} matches no parameter`, {
    place,
    mend: suggestion(typeof match === 'string' ? match : '', names),
  });
}

/** How each parameter is treated. Equal treatments are one object. */
export function treatmentsOf(
  groups: readonly ParameterGroup[],
  parameters: readonly { readonly name: string; readonly shape: Shape }[],
): Treatment[] {
  for (const [i, { match }] of groups.entries()) matched(match, parameters, `groups[${i}]`);
  const shared = new Map<string, Treatment>();
  return parameters.map((parameter) => {
    const merged: Record<string, unknown> = {};
    for (const { match, ...treatment } of groups) if (matches(match, parameter)) Object.assign(merged, treatment);
    const id = JSON.stringify(Object.entries(merged).sort(([a], [b]) => (a < b ? -1 : 1)));
    if (!shared.has(id)) shared.set(id, merged);
    return shared.get(id)!;
  });
}

/** Whether a treatment lets its parameters move in the step that follows `position`. */
export function isTrainable({ trainable = true }: Treatment, position: Position): boolean {
  if (typeof trainable === 'boolean') return trainable;
  const { from, until } = trainable;
  return (
    (from === undefined || progress(from, position) >= 1) && (until === undefined || progress(until, position) < 1)
  );
}

/** The hyper-parameters under a treatment: those of all, with its rate and decay. Writes into `into`. */
export function hyperUnder(
  { learningRateFactor, weightDecay }: Treatment,
  position: Position,
  hyper: Readonly<Record<string, number>>,
  into: Record<string, number>,
): void {
  Object.assign(into, hyper);
  if (learningRateFactor !== undefined) {
    if (into.learningRate === undefined) {
      throw new OptionError('group/no-rate', 'learningRateFactor is given, and the optimizer has no learning rate', {
        place: 'groups',
        mend: 'Leave it out, or take an optimizer that has one.',
      });
    }
    into.learningRate *= checkNumber('groups', 'learningRateFactor', valueAt(learningRateFactor, position), { min: 0 });
  }
  if (weightDecay !== undefined) into.weightDecay = valueAt(weightDecay, position);
}
