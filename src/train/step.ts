/**
 * One training step: the gradient of a minibatch, written by the engine into the arena; its norm; clipping; the fused
 * update; the average. `train` is a loop around this; whoever wants another loop can write it around this too.
 */

import type { HostArray } from '../base/dtype.ts';
import { OptionError } from '../base/errors.ts';
import { checkNumber } from '../base/options.ts';
import { fold, type Key, RandomStream } from '../base/random.ts';
import type { ModelDescription } from '../nn/describe.ts';
import { drawMask } from '../nn/mask.ts';
import { initialValue } from '../nn/parameter.ts';
import type { Statistics } from '../nn/state.ts';
import { type Averaging, averagingWeight } from '../optim/averaging/averaging.ts';
import { applyClip, boundsGradient, type Clip } from '../optim/clip/clip.ts';
import { hyperAt, type Optimizer } from '../rule/rule.ts';
import type { Position } from '../rule/schedule.ts';
import { createUpdater, type Updater } from '../rule/updater.ts';
import type { CompileOptions, Engine, Program } from '../runtime/engine.ts';
import { clipTargets } from './clip-targets.ts';
import { orthogonalizeOn } from './orthogonalize.ts';
import {
  hyperUnder,
  isTrainable,
  matched,
  type ParameterGroup,
  type ParameterMatch,
  type Treatment,
  treatmentsOf,
} from './parameter-groups.ts';
import { programsOf } from './programs.ts';
import { createStaging, type Staging } from './staging.ts';
import { createStates } from './states.ts';
import { captureStep, restoreStep, type StepParts, type StepState } from './step-state.ts';
import { createTallies, reserve, type Tally } from './tally.ts';
import { describeTask, gradientName, lossName, type Task, traceTraining } from './task.ts';

export interface TrainingStepOptions {
  readonly task: Task;
  readonly optimizer: Optimizer;
  readonly clip?: Clip;
  /** Parameters that are treated in a way of their own. */
  readonly groups?: readonly ParameterGroup[];
  /** An average of the parameters over training, which is evaluated and saved in their place. */
  readonly averaging?: Averaging;
  /** The largest batch that will be given. */
  readonly batchSize: number;
  /**
   * A batch goes through the model in so many pieces, its gradient their mean: less memory. Pieces weigh by their number of
   * examples; where the loss counts some less, that is not quite the gradient of the batch at once. Default 1.
   */
  readonly accumulation?: number;
  readonly engine: Engine;
  readonly compile?: CompileOptions;
  /** First parameters and random masks are drawn under it. */
  readonly key: Key;
  /** First values of parameters by name, instead of the initializers' draws. */
  readonly parameters?: ReadonlyMap<string, Float32Array>;
}

/** What a step found. The object is reused by the next step. */
export interface StepOutcome {
  /** Mean loss of the minibatch before the update. */
  readonly loss: number;
  readonly measures: Readonly<Record<string, number>>;
  /** What loss and measures are made of, by name: those of several steps add up. */
  readonly tallies: ReadonlyMap<string, Tally>;
  readonly hyper: Readonly<Record<string, number>>;
  /** Norm of the gradient by all parameters that are not frozen, before clipping. */
  readonly gradientNorm: number;
  /** The norm after clipping over that before; 1 where clipping did not act. */
  readonly clipped: number;
  /** False where loss or gradient is not finite: then nothing was updated. */
  readonly finite: boolean;
}

/** A compiled training step with its parameters and optimizer state. */
export interface TrainingStep {
  readonly description: ModelDescription;
  readonly updater: Updater;
  /** The minibatch goes here before `run`. */
  readonly staging: Staging;
  /** Views on the parameters in the arena, by name. */
  readonly parameters: ReadonlyMap<string, Float32Array>;
  /** Views on the gradients of the last step, by the names of the parameters that it did not freeze; not clipped. */
  readonly gradients: ReadonlyMap<string, Float32Array>;
  /** What the model keeps beside its parameters, by name: running statistics, carried states. Live, to be written too. */
  readonly states: ReadonlyMap<string, Float32Array>;
  /** Views on what is to be evaluated and saved, after `settle`: the average where there is one, else the parameters. */
  readonly evaluated: ReadonlyMap<string, Float32Array>;
  /**
   * Compiles (once) for minibatches of `length` and gives the first program for them; where groups let parameters move for
   * a while only, also for when all of them move.
   */
  prepare(length: number): Promise<Program>;
  /** The formulation of each convolution and gradient of one in what was prepared, by its signature. */
  readonly formulations: ReadonlyMap<string, string>;
  /**
   * One step on the first `length` staged examples; `position` is where training stands before it. `statistics` is what
   * normalization normalises by, `batch` by default.
   */
  run(length: number, position: Position, statistics?: Statistics): Promise<StepOutcome>;
  /** What rows carry from batch to batch starts anew; to be called where the batches do, at the start of an epoch. */
  forget(): void;
  /** Takes the parameters into the average, where it is due; to be called after each step. */
  average(before: Position, after: Position): void;
  /** Brings `evaluated` up to date; to be called before it is used. */
  settle(): void;
  /** From now on these parameters and their slots stay as they are, whatever their groups say. */
  freeze(match: ParameterMatch): void;
  /** From now on these parameters move, whatever their groups say; their slots go on from where they stood. */
  unfreeze(match: ParameterMatch): void;
  /** Copies of all that the next step depends on beside its batch and position; brings `evaluated` up to date. */
  capture(): StepState;
  /** Puts back what `capture` gave, of a step of the same task and optimizer. */
  restore(state: StepState): void;
  /** Back to the start: first parameters, slots, states, averages. Freezing by hand is forgotten. */
  reset(): void;
  /** The first parameter whose gradient holds a NaN or an infinity. */
  firstNonFinite(): string | undefined;
}

/** A piece of a batch, and which parameters its program differentiates. */
interface Piece {
  readonly begin: number;
  readonly length: number;
  /** Names of frozen parameters, joined. */
  readonly frozen: string;
  readonly statistics: Statistics;
}

const place = 'training step';

/**
 * Traces the task, lays out its arena, draws the first parameters, and compiles steps as batch lengths occur.
 *
 * Throws ShapeError and OptionError for what does not fit, naming the layer.
 */
export function createTrainingStep(options: TrainingStepOptions): TrainingStep {
  const { task, optimizer, clip, groups = [], averaging, batchSize, engine, key } = options;
  const accumulation = checkNumber(place, 'accumulation', options.accumulation ?? 1, { integer: true, min: 1 });
  if (accumulation > batchSize) {
    throw new OptionError('option/range', `accumulation is ${accumulation}, the batch has ${batchSize} examples`, {
      place,
      mend: 'Give at most one piece for each example.',
    });
  }
  const description = describeTask(task, batchSize);
  const specs = description.parameters;
  const treatments = treatmentsOf(groups, specs);
  let settled: CompileOptions = options.compile ?? {};
  const updater = createUpdater({
    optimizer,
    parameters: specs.map(({ name, count, shape }) => ({ name, size: count, shape })),
    decays: treatments.some(({ weightDecay }) => weightDecay !== undefined),
    boundsGradient: [clip, ...treatments.map((one) => one.clip)].some(
      (one) => one !== undefined && boundsGradient(one),
    ),
    averages: averaging !== undefined,
    accumulates: accumulation > 1,
    orthogonalize: orthogonalizeOn(engine, async () => settled),
    pool: engine.pool,
    threads: () => (typeof settled.threads === 'number' ? settled.threads : 1),
  });
  const { arena, controls } = updater;
  const parameters = new Map(specs.map(({ name }) => [name, arena.view('theta', name)]));
  const average = averaging && new Map(specs.map(({ name }) => [name, arena.view('average', name)]));
  const states = createStates(description.states, batchSize);
  const forced = new Map<string, boolean>();
  const kept: StepParts = { updater, parameters: specs, states: description.states, values: states.values };
  let averaged = 0;

  const reset = (): void => {
    for (const spec of specs) {
      const first = options.parameters?.get(spec.name) ?? initialValue(spec, fold(key, 'parameters'));
      parameters.get(spec.name)!.set(first);
    }
    updater.resetSlots();
    states.reset();
    forced.clear();
    averaged = 0;
  };
  reset();

  const staging = createStaging(task, batchSize);
  const tallies = createTallies(task);
  const loss = new Float32Array(1);
  /** What the programs say of loss and metrics. */
  const said = new Map<string, Float32Array>([[lossName, loss]]);
  const masks = description.masks.map((mask) => {
    const perExample = mask.shape[0] === batchSize;
    const values = new Uint8Array(mask.shape.reduce((product, dimension) => product * dimension, 1));
    return { ...mask, values, perExample, key: fold(fold(key, 'masks'), mask.name) };
  });

  const programs = programsOf<Piece>(engine, options.compile ?? {}, {
    key: ({ begin, length, frozen, statistics }) => `${begin}|${length}|${statistics}|${frozen}`,
    trace({ length, frozen, statistics }) {
      const graph = traceTraining(task, length, { frozen: new Set(frozen.split(',')), statistics, sums: true });
      reserve(graph, said);
      return graph;
    },
    bindings({ begin, length }) {
      const arrays = new Map<string, HostArray>([...said, ...staging.arrays(length, begin)]);
      for (const { name } of specs) {
        arrays.set(name, arena.view(updater.gradientAt, name));
        arrays.set(gradientName(name), arena.view('gradient', name));
      }
      for (const [name, array] of states.arrays(begin, length)) arrays.set(name, array);
      for (const { name, values, perExample } of masks) {
        const per = values.length / batchSize;
        arrays.set(name, perExample ? values.subarray(per * begin, per * (begin + length)) : values);
      }
      return arrays;
    },
  });
  const formulations = new Map<string, string>();
  /** The pieces of the last batch, which serve the next where it is alike. */
  let last: { readonly of: Omit<Piece, 'begin'>; readonly pieces: readonly Piece[] } | undefined;
  /** The pieces of a batch, as equal as can be. */
  const piecesOf = (length: number, frozen: string, statistics: Statistics): readonly Piece[] => {
    if (last?.of.length === length && last.of.frozen === frozen && last.of.statistics === statistics)
      return last.pieces;
    const count = Math.min(accumulation, length);
    const bounds = Array.from({ length: count + 1 }, (_, i) => Math.floor((i * length) / count));
    const pieces = bounds
      .slice(1)
      .map((end, i) => ({ begin: bounds[i]!, length: end - bounds[i]!, frozen, statistics }));
    last = { of: { length, frozen, statistics }, pieces };
    return pieces;
  };

  /** Writes what the groups and `freeze` say into the controls; gives the names of frozen parameters. */
  const ownHyper = new Map<Treatment, Record<string, number>>(
    treatments
      .filter(({ learningRateFactor, weightDecay }) => learningRateFactor !== undefined || weightDecay !== undefined)
      .map((treatment) => [treatment, {}]),
  );
  const control = (position: Position, hyper: Readonly<Record<string, number>>): string => {
    for (const [treatment, own] of ownHyper) hyperUnder(treatment, position, hyper, own);
    let frozen = '';
    for (let i = 0; i < controls.length; i++) {
      const one = controls[i]!;
      const treatment = treatments[i]!;
      one.trainable = forced.get(one.name) ?? isTrainable(treatment, position);
      one.hyper = ownHyper.get(treatment);
      if (!one.trainable) frozen += `${frozen === '' ? '' : ','}${one.name}`;
    }
    return frozen;
  };

  const hyper: Record<string, number> = {};
  const measures: Record<string, number> = {};
  const outcome = { loss: 0, measures, tallies, hyper, gradientNorm: 0, clipped: 1, finite: true };
  const input = { step: 1, hyper, loss: 0 };
  const clips = clipTargets({ updater, treatments, clip, shapes: specs.map(({ shape }) => shape) });

  /** Loss, measures and gradient of the staged batch. */
  const differentiate = async (length: number, pieces: readonly Piece[]): Promise<void> => {
    states.begin();
    for (const tally of tallies.values()) tally.clear();
    for (const [i, piece] of pieces.entries()) {
      const program = await programs(piece);
      await program.run();
      states.advance(program.program, piece.begin, piece.length);
      const share = piece.length / length;
      for (const tally of tallies.values()) tally.add(said, piece.length);
      if (pieces.length > 1) updater[i === pieces.length - 1 ? 'collect' : 'accumulate'](share);
    }
    for (const [name, tally] of tallies) {
      if (name === 'loss') outcome.loss = pieces.length === 1 ? loss[0]! : tally.value();
      else measures[name] = tally.value();
    }
  };
  /** The norm of the gradient, and clipping where it is finite. */
  const measureAndClip = (position: Position): void => {
    let total = 0;
    for (const target of clips) target.norm = Math.sqrt(target.sumOfSquares());
    for (const { norm } of clips) total += norm ** 2;
    outcome.gradientNorm = Math.sqrt(total);
    outcome.finite = Number.isFinite(outcome.loss) && Number.isFinite(outcome.gradientNorm);
    outcome.clipped = 1;
    if (!outcome.finite || clips.every((target) => target.clip === undefined)) return;
    let kept = 0;
    for (const target of clips) {
      const ratio = target.clip === undefined ? 1 : applyClip(target.clip, target, position);
      kept += (ratio * target.norm) ** 2;
    }
    outcome.clipped = total > 0 ? Math.sqrt(kept / total) : 1;
  };
  const takeAverage = (before: Position, after: Position): void => {
    if (averaging === undefined) return;
    const weight = averagingWeight(averaging, { before, after, averaged });
    if (weight === 0) return;
    averaged++;
    updater.average(weight);
  };
  /** Until it begins, the average is what the parameters are. */
  const settle = (): void => {
    if (averaging !== undefined && averaged === 0) updater.average(1);
  };

  return {
    description,
    updater,
    staging,
    parameters,
    get gradients() {
      const moving = controls.filter(({ trainable }) => trainable);
      return new Map(moving.map(({ name }) => [name, arena.view('gradient', name)]));
    },
    states: states.values,
    evaluated: average ?? parameters,
    async prepare(length) {
      const start = { step: 0, epoch: 0, examples: 0, fraction: 0 };
      const frozen = control(start, hyperAt(optimizer, start));
      const always = controls.filter((_, i) => treatments[i]!.trainable === false).map(({ name }) => name);
      let first: Program | undefined;
      for (const names of new Set([frozen, always.join(',')])) {
        for (const piece of piecesOf(length, names, 'batch')) {
          const { program } = await programs(piece);
          first ??= program;
          settled = { ...settled, threads: program.threads };
          for (const [signature, name] of program.formulations) formulations.set(signature, name);
        }
      }
      return first!;
    },
    formulations,
    async run(length, position, statistics = 'batch') {
      hyperAt(optimizer, position, hyper);
      const frozen = control(position, hyper);
      input.step = position.step + 1;
      for (const mask of masks) {
        drawMask(mask.values, mask.keepProbability, new RandomStream(fold(mask.key, position.step)));
      }
      updater.prepare(input);
      await differentiate(length, piecesOf(length, frozen, statistics));
      measureAndClip(position);
      if (outcome.finite) {
        input.loss = outcome.loss;
        const pending = updater.step(input);
        if (pending !== undefined) await pending;
      } else {
        states.takeBack();
      }
      return outcome;
    },
    forget: states.forget,
    average: takeAverage,
    settle,
    freeze(match) {
      for (const { name } of matched(match, specs, `${place}: freeze`)) forced.set(name, false);
    },
    unfreeze(match) {
      for (const { name } of matched(match, specs, `${place}: unfreeze`)) forced.set(name, true);
    },
    capture() {
      settle();
      return captureStep(kept, averaged);
    },
    restore(state) {
      restoreStep(kept, state);
      averaged = state.averaged;
    },
    reset,
    firstNonFinite: () =>
      controls.find(({ name, trainable }) => trainable && !Number.isFinite(updater.sumOfSquares('gradient', name)))
        ?.name,
  };
}
