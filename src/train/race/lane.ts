/** The lanes of a race: one for each optimizer with its settings, and where the search for its learning rate starts. */

import { OptionError } from '../../base/errors.ts';
import { frozen } from '../../base/frozen.ts';
import { optimizers } from '../../optim/optimizers.ts';
import { type Definitions, readOptimizer } from '../../optim/read.ts';
import { scaleSchedule } from '../../optim/schedule/scale-schedule.ts';
import { attachedTo } from '../../rule/attach.ts';
import { definitionOf, type Optimizer, type RuleDefinition } from '../../rule/rule.ts';
import type { Schedule } from '../../rule/schedule.ts';

/**
 * Where the learning rate of a lane comes from: searched on a grid; given with the lane; the rule's own default, because
 * nothing is tuned in this race; or there is none, as the rule has no learning rate.
 */
export type RateSource = 'tuned' | 'given' | 'default' | 'none';

/** An optimizer in a race. */
export interface Lane {
  /** The optimizer's name, and its settings that are not the defaults: `momentum momentum=0.99`. */
  readonly name: string;
  /** The optimizer and the settings that the lane fixes. */
  readonly settings: Optimizer;
  readonly rate: RateSource;
  /** The learning rate where it is not tuned. */
  readonly learningRate?: number | Schedule;
  /** The middle of the first grid, where the rate is tuned. */
  readonly start?: number;
}

/** What a lane is made from: an optimizer's name, or settings with a learning rate or without one. */
export type LaneOptions = string | Optimizer;

export interface LaneReading {
  /** Whether rates that are not given are searched. */
  readonly tuned: boolean;
  readonly definitions?: Definitions;
}

const place = 'race: lanes';

/** Checks what lanes are made from; throws an OptionError for what their rules do not have, with the nearest name. */
export function readLanes(given: readonly LaneOptions[], reading: LaneReading): Lane[] {
  if (!Array.isArray(given) || given.length === 0) {
    throw new OptionError('option/missing', 'there is no lane', { place, mend: "Give optimizers: ['sgd', 'adam']." });
  }
  const lanes = given.map((one) => readLane(settingsOf(one), reading));
  const shared = (name: string) => lanes.filter((lane) => lane.name === name).length > 1;
  const named = lanes.map((lane) =>
    shared(lane.name) && lane.rate === 'given' ? { ...lane, name: `${lane.name} ${rateText(lane)}` } : lane,
  );
  const twice = named.find((lane, i) => named.findIndex(({ name }) => name === lane.name) !== i);
  if (twice !== undefined) {
    throw new OptionError('race/lane-twice', `two lanes are "${twice.name}"`, {
      place,
      mend: 'Give them different settings, or leave one out.',
    });
  }
  return named.map(frozenLane);
}

/** What all lanes of a race have in common. */
export interface LaneSetting {
  readonly definitions: Definitions;
  /** What every rate that is tuned or a default is multiplied by. */
  readonly schedule?: Schedule;
}

/** The optimizer of a lane, at a rate where it is tuned. */
export function optimizerOf(
  { settings, rate, learningRate }: Lane,
  { definitions, schedule }: LaneSetting,
  tuned?: number,
): Optimizer {
  if (attachedTo(settings) !== undefined) return settings;
  if (rate === 'none') return readOptimizer(settings, definitions);
  const constant = tuned ?? learningRate!;
  const scheduled = schedule !== undefined && rate !== 'given' && typeof constant === 'number';
  const value = scheduled ? scaleSchedule({ value: schedule, by: constant }) : constant;
  return readOptimizer({ ...settings, learningRate: value }, definitions);
}

/** Whether the rule of a lane takes this learning rate. */
export function takesRate(lane: Lane, definitions: Definitions): (rate: number) => boolean {
  const range = definitionFor(lane.settings, definitions).hyper.learningRate;
  return (rate) => {
    if (range === undefined) return false;
    const { min = 0, max = Number.POSITIVE_INFINITY, exclusiveMax } = range;
    return rate > 0 && rate >= min && (exclusiveMax ? rate < max : rate <= max);
  };
}

/** A copy, for it will be frozen; an attached description is frozen already, and carries its rule. */
function settingsOf(given: LaneOptions): Optimizer {
  if (typeof given === 'string') return { optimizer: given };
  return attachedTo(given) === undefined ? { ...given } : given;
}

function frozenLane(lane: Lane): Lane {
  return Object.freeze({ ...lane, settings: frozen(lane.settings) });
}

function definitionFor(settings: Optimizer, definitions: Definitions): RuleDefinition {
  if (attachedTo(settings) !== undefined) return definitionOf(settings);
  const known = [...optimizers, ...(definitions.rules ?? [])];
  const found = known.find(({ definition }) => definition.name === settings.optimizer);
  // The reader has the words for what is no optimizer.
  return found?.definition ?? definitionOf(readOptimizer(settings, definitions));
}

function readLane(settings: Optimizer, { tuned, definitions = {} }: LaneReading): Lane {
  const definition = definitionFor(settings, definitions);
  const range = definition.hyper.learningRate;
  const name = nameOf(settings, definition);
  if (range === undefined) {
    if (attachedTo(settings) === undefined) readOptimizer(settings, definitions);
    return { name, settings, rate: 'none' };
  }
  if (attachedTo(settings) !== undefined || settings.learningRate !== undefined) {
    const whole = readOptimizer(settings, definitions);
    return { name, settings, rate: 'given', learningRate: whole.learningRate as number | Schedule };
  }
  const whole = readOptimizer({ ...settings, learningRate: range.default ?? 0.1 }, definitions);
  if (tuned) return { name, settings, rate: 'tuned', start: startOf(range.default, whole) };
  if (range.default === undefined) {
    throw new OptionError('option/missing', `${name} has no default learning rate, and rates are not tuned`, {
      place,
      mend: 'Give the lane one, or let it be tuned.',
    });
  }
  return { name, settings, rate: 'default', learningRate: range.default };
}

/**
 * The rule's default rate; where it has none its step is proportional to the gradient, and the search starts at
 * 0.1 (1 − α): with momentum α the terminal step is ε‖g‖/(1 − α) (Goodfellow et al., section 8.3.2).
 */
function startOf(byDefault: number | undefined, { momentum }: Optimizer): number {
  if (byDefault !== undefined && byDefault > 0) return byDefault;
  return 0.1 * (1 - (typeof momentum === 'number' ? momentum : 0));
}

function nameOf(settings: Optimizer, { hyper, choices, weightDecay }: RuleDefinition): string {
  const byDefault: Readonly<Record<string, unknown>> = {
    weightDecay: weightDecay?.default,
    weightDecayKind: weightDecay?.kind,
    ...Object.fromEntries(Object.entries(hyper).map(([name, range]) => [name, range.default])),
    ...Object.fromEntries(Object.entries(choices).map(([name, known]) => [name, known[0]])),
  };
  const changed = Object.entries(settings).filter(
    ([name, value]) => name !== 'optimizer' && name !== 'learningRate' && value !== byDefault[name],
  );
  return [settings.optimizer, ...changed.map(([name, value]) => `${name}=${valueText(value)}`)].join(' ');
}

function rateText({ learningRate }: Lane): string {
  return `learningRate=${valueText(learningRate!)}`;
}

function valueText(value: Optimizer[string]): string {
  return typeof value === 'object' ? value.schedule : String(value);
}
