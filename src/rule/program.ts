/**
 * The programs of one optimizer: what runs before its update, the update, and the pre-step that writes the interim point
 * where it has one.
 */

import { OptionError } from '../base/errors.ts';
import { add, type Expression, element, input, max, min, mul, neg, sub } from './expression.ts';
import { type FusedProgram, fuse, fuseUniform, loadsOf, type UniformProgram } from './fuse.ts';
import { definitionOf, type Optimizer, type RuleDefinition, type WeightDecayKind } from './rule.ts';
import { matrixRegion, orthogonalRegion, parameterPartOf, type Stage, shapeInputs, stagesOf } from './stages.ts';

export interface OptimizerPrograms {
  /** Slots that are kept under the choices made, and the value each starts from. */
  readonly slots: Readonly<Record<string, number>>;
  /** Scalars that are kept, and the value each starts from. */
  readonly scalars: Readonly<Record<string, number>>;
  /** Run before the update, in order, for each parameter by itself. */
  readonly stages: readonly Stage[];
  /** Reads `theta`, `gradient` and slots, writes `theta` and slots. */
  readonly update: FusedProgram;
  /** The next values of the scalars. */
  readonly nextScalars: UniformProgram;
  /** Reads `theta` and slots, writes `interim`. */
  readonly interim: FusedProgram | undefined;
  /** Whether uniform inputs differ between parameters, so that each is run by itself. */
  readonly eachParameter: boolean;
  /** Whether the rule reads the loss. */
  readonly readsLoss: boolean;
  /** Regions that stages need beside slots. */
  readonly scratch: readonly string[];
}

export interface ProgramOptions {
  /** Weight decay is compiled in; by default where the description has some. */
  readonly decays?: boolean;
  /** Every element of the scaled gradient is brought between ±`gradientBound`. Default false. */
  readonly boundsGradient?: boolean;
}

/**
 * Writes the rule out over symbols and fuses it. The tapes' inputs are the hyper-parameters, the scalars, `step`, the
 * shape's numbers, and `gradientScale`, by which every gradient is multiplied on the way in (clipping).
 */
export function programsOf(optimizer: Optimizer, options: ProgramOptions = {}): OptimizerPrograms {
  const definition = definitionOf(optimizer);
  const place = `rule ${definition.name}`;
  const values: Record<string, Expression> = { theta: element('theta'), step: input('step'), loss: input('loss') };
  for (const name of Object.keys(definition.slots)) values[name] = element(name);
  for (const name of [...Object.keys(definition.hyper), ...Object.keys(definition.scalars), ...shapeInputs]) {
    values[name] = input(name);
  }
  const choices = Object.fromEntries(
    Object.keys(definition.choices).map((name) => [name, optimizer[name] as string | boolean]),
  );
  const clipped = options.boundsGradient ? bounded(scaled) : scaled;
  const decay = decayOf(optimizer, definition, options.decays ?? optimizer.weightDecay !== undefined);
  const { theta, g } = decayed(values.theta!, clipped, decay, place, definition);

  const { outputs, scalars: nextScalars } = checkOutputs(
    place,
    definition,
    definition.update({ ...values, theta, g }, choices),
  );
  const point = definition.interim?.({ ...values, g }, choices);
  checkParts(place, nextScalars, point);
  const { stages, outputs: staged } = stagesOf(place, outputs);
  const update = fuse(place, staged);
  const interim = point && fuse(place, { interim: point });
  const slots = keptOf(definition.slots, outputs);
  const programs = {
    slots,
    scalars: keptOf(definition.scalars, nextScalars),
    stages,
    update,
    nextScalars: fuseUniform(place, nextScalars),
    interim,
    eachParameter: stages.length > 0 || [update, interim].some((one) => one?.tape.some(isOfShape)),
    readsLoss: [update, ...stages.map(({ program }) => program)].some(({ tape }) => tape.some(isLoss)),
    scratch: stages.some(({ kind }) => kind === 'orthogonalize') ? [matrixRegion, orthogonalRegion] : [],
  };
  checkReads(place, programs, definition);
  return programs;
}

/** The gradient as it comes in, and brought between its bounds. */
const scaled = mul(input('gradientScale'), element('gradient'));
function bounded(gradient: Expression): Expression {
  const bound = input('gradientBound');
  return max(neg(bound), min(gradient, bound));
}

/** The norms of a parameter's gradient between its bounds, and without them. */
export const boundedNormsProgram = fuse('boundedNorms', {}, { bounded: bounded(scaled), whole: scaled });

function keptOf(all: Readonly<Record<string, number>>, written: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(Object.entries(all).filter(([name]) => written[name] !== undefined));
}

function isLoss(entry: FusedProgram['tape'][number]): boolean {
  return entry.kind === 'input' && entry.name === 'loss';
}

function isOfShape(entry: FusedProgram['tape'][number]): boolean {
  return entry.kind === 'input' && (shapeInputs as readonly string[]).includes(entry.name);
}

function decayOf(optimizer: Optimizer, definition: RuleDefinition, decays: boolean): WeightDecayKind | undefined {
  if (!decays) return undefined;
  return (optimizer.weightDecayKind as WeightDecayKind | undefined) ?? definition.weightDecay?.kind;
}

/** θ and g with weight decay: L2 in the gradient, after clipping; or θ shrunk, before the update. */
function decayed(
  theta: Expression,
  g: Expression,
  kind: WeightDecayKind | undefined,
  place: string,
  { hyper }: RuleDefinition,
): { readonly theta: Expression; readonly g: Expression } {
  const λ = input('weightDecay');
  switch (kind) {
    case undefined:
      return { theta, g };
    case 'l2':
      return { theta, g: add(g, mul(λ, theta)) };
    default: {
      if (hyper.learningRate === undefined) {
        throw new OptionError('rule/outputs', `${kind} weight decay needs a learning rate, and the rule has none`, {
          place,
          mend: 'Use weightDecayKind "l2".',
        });
      }
      const rate = input(kind === 'decoupledByRate' ? 'learningRate' : 'scheduleMultiplier');
      return { theta: mul(sub(1, mul(rate, λ)), theta), g };
    }
  }
}

function checkOutputs(place: string, definition: RuleDefinition, written: Readonly<Record<string, Expression>>) {
  const kept = Object.entries(written).filter(([, expression]) => expression !== undefined);
  const unknown = kept.find(
    ([name]) => name !== 'theta' && !(name in definition.slots) && !(name in definition.scalars),
  );
  if (unknown !== undefined || written.theta === undefined) {
    const names = [...Object.keys(definition.slots), ...Object.keys(definition.scalars)];
    throw new OptionError('rule/outputs', `the update returns ${Object.keys(written).join(', ')}`, {
      place,
      mend: `Return theta, and of slots and scalars those that are kept: ${names.join(', ') || 'none'}.`,
    });
  }
  return {
    outputs: Object.fromEntries(kept.filter(([name]) => !(name in definition.scalars))),
    scalars: Object.fromEntries(kept.filter(([name]) => name in definition.scalars)),
  };
}

/** A scalar belongs to all parameters, and the interim point is computed in one pass. */
function checkParts(place: string, scalars: Readonly<Record<string, Expression>>, point: Expression | undefined): void {
  const wrong = [
    ...Object.entries(scalars).map(([name, scalar]) => [name, parameterPartOf(scalar, true)] as const),
    ...(point === undefined ? [] : [['interim', parameterPartOf(point, false)] as const]),
  ].find(([, part]) => part !== undefined);
  if (wrong === undefined) return;
  throw new OptionError('rule/outputs', `${wrong[0]} is computed with ${wrong[1]}`, {
    place,
    mend: 'Norms and orthogonal matrices are for theta and slots, the shape for these and the interim point.',
  });
}

type Check = readonly [program: FusedProgram | undefined, readable: readonly string[]];

/** Every region and every scalar that is read must be kept, and a point is read before there is a gradient. */
function checkReads(place: string, programs: OptimizerPrograms, definition: RuleDefinition): void {
  const lostScalars = Object.keys(definition.scalars).filter((name) => !(name in programs.scalars));
  const { slots, stages, update, interim } = programs;
  const state = ['theta', ...Object.keys(slots)];
  const checks: readonly Check[] = [
    [update, [...state, 'gradient', ...programs.scratch]],
    ...stages.map(({ program }): Check => [program, [...state, 'gradient', ...programs.scratch]]),
    [interim, state],
  ];
  for (const [program, regions] of checks) {
    if (program === undefined) continue;
    const isLost = (entry: FusedProgram['tape'][number]) => entry.kind === 'input' && lostScalars.includes(entry.name);
    const scalar = program.tape.find(isLost) as { readonly name: string } | undefined;
    const lost = loadsOf(program).find((region) => !regions.includes(region)) ?? scalar?.name;
    if (lost !== undefined) {
      throw new OptionError('rule/outputs', `${lost} is read where it is not kept`, {
        place,
        mend: 'Return every slot and scalar that is read; an interim point has no gradient yet.',
      });
    }
  }
}
