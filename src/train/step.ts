/**
 * One training step: the gradient of a minibatch, written by the engine into the arena; its norm; clipping; the fused
 * update. `train` is a loop around this; whoever wants another loop can write it around this too.
 */

import type { HostArray } from '../base/dtype.ts';
import { fold, type Key, RandomStream } from '../base/random.ts';
import type { ModelDescription } from '../nn/describe.ts';
import { drawMask } from '../nn/mask.ts';
import { initialValue } from '../nn/parameter.ts';
import { type Clip, clipScale } from '../optim/clip/clip.ts';
import { hyperAt, type Optimizer } from '../rule/rule.ts';
import type { Position } from '../rule/schedule.ts';
import { createUpdater, type Updater } from '../rule/updater.ts';
import type { CompileOptions, Engine } from '../runtime/engine.ts';
import { type BoundProgram, programsByLength } from './programs.ts';
import { createStaging, type Staging } from './staging.ts';
import {
  describeTask,
  gradientName,
  inputName,
  lossName,
  metricName,
  type Task,
  targetName,
  traceTraining,
} from './task.ts';

export interface TrainingStepOptions {
  readonly task: Task;
  readonly optimizer: Optimizer;
  readonly clip?: Clip;
  /** The largest batch that will be given. */
  readonly batchSize: number;
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
  readonly hyper: Readonly<Record<string, number>>;
  /** Norm of the whole gradient before clipping. */
  readonly gradientNorm: number;
  /** The factor that clipping applied; 1 where it did not act. */
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
  /** Compiles (once) for minibatches of `length`. */
  prepare(length: number): Promise<BoundProgram>;
  /** One step on the first `length` staged examples; `position` is where training stands before it. */
  run(length: number, position: Position): Promise<StepOutcome>;
  /** The first parameter whose gradient holds a NaN or an infinity. */
  firstNonFinite(): string | undefined;
}

/**
 * Traces the task, lays out its arena, draws the first parameters, and compiles steps as batch lengths occur.
 *
 * Throws ShapeError and OptionError for what does not fit, naming the layer.
 */
export function createTrainingStep(options: TrainingStepOptions): TrainingStep {
  const { task, optimizer, clip, batchSize, engine, key } = options;
  const description = describeTask(task, batchSize);
  const updater = createUpdater({
    optimizer,
    parameters: description.parameters.map(({ name, count }) => ({ name, size: count })),
  });
  const { arena } = updater;
  const parameters = new Map<string, Float32Array>();
  for (const spec of description.parameters) {
    const theta = arena.view('theta', spec.name);
    theta.set(options.parameters?.get(spec.name) ?? initialValue(spec, fold(key, 'parameters')));
    parameters.set(spec.name, theta);
  }

  const staging = createStaging(task.input, task.target, batchSize);
  const scalars = new Map<string, Float32Array>([[lossName, new Float32Array(1)]]);
  for (const name of Object.keys(task.metrics)) scalars.set(metricName(name), new Float32Array(1));
  const masks = description.masks.map((mask) => {
    const perExample = mask.shape[0] === batchSize;
    const values = new Uint8Array(mask.shape.reduce((product, dimension) => product * dimension, 1));
    return { ...mask, values, perExample, key: fold(fold(key, 'masks'), mask.name) };
  });

  const programs = programsByLength(
    engine,
    options.compile ?? {},
    (length) => traceTraining(task, length),
    (length) => {
      const arrays = new Map<string, HostArray>(scalars);
      const { input, target } = staging.of(length);
      arrays.set(inputName, input);
      arrays.set(targetName, target);
      for (const { name } of description.parameters) {
        arrays.set(name, arena.view(updater.gradientAt, name));
        arrays.set(gradientName(name), arena.view('gradient', name));
      }
      for (const { name, values, perExample } of masks) {
        arrays.set(name, perExample ? values.subarray(0, (values.length / batchSize) * length) : values);
      }
      return arrays;
    },
  );

  const loss = scalars.get(lossName)!;
  const metrics = Object.keys(task.metrics).map((name) => ({ name, value: scalars.get(metricName(name))! }));
  const hyper: Record<string, number> = {};
  const measures: Record<string, number> = {};
  const outcome = { loss: 0, measures, hyper, gradientNorm: 0, clipped: 1, finite: true };
  const input = { step: 1, hyper, gradientScale: 1 };

  return {
    description,
    updater,
    staging,
    parameters,
    prepare: programs,
    async run(length, position) {
      const program = await programs(length);
      hyperAt(optimizer, position, hyper);
      input.step = position.step + 1;
      for (const mask of masks) {
        drawMask(mask.values, mask.keepProbability, new RandomStream(fold(mask.key, position.step)));
      }
      updater.prepare(input);
      await program.run();
      outcome.loss = loss[0]!;
      for (const { name, value } of metrics) measures[name] = value[0]!;
      outcome.gradientNorm = Math.sqrt(updater.sumOfSquares('gradient'));
      outcome.finite = Number.isFinite(outcome.loss) && Number.isFinite(outcome.gradientNorm);
      outcome.clipped = clip === undefined || !outcome.finite ? 1 : clipScale(clip, outcome.gradientNorm);
      if (outcome.finite) {
        input.gradientScale = outcome.clipped;
        updater.step(input);
      }
      return outcome;
    },
    firstNonFinite: () =>
      description.parameters.find(({ name }) => !Number.isFinite(updater.sumOfSquares('gradient', name)))?.name,
  };
}
