import type { HostArray } from '../../base/dtype.ts';
import { DataError, OptionError } from '../../base/errors.ts';
import { frozen } from '../../base/frozen.ts';
import { count, flag, number, type OptionSpecs, positive, readOptions, withDefault } from '../../base/option-spec.ts';
import { size } from '../../base/shape.ts';
import { square, sub } from '../../graph/elementwise.ts';
import { mean, variance } from '../../graph/reduction.ts';
import { simplify } from '../../graph/simplify.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { orthogonal } from '../../nn/init/orthogonal.ts';
import { draw } from '../../nn/init/table.ts';
import type { WeightedSum } from '../../nn/weighted-sums.ts';
import { createStaging, stage } from '../staging.ts';
import { inputName } from '../task.ts';
import { type TracedWeights, traceWeights } from '../trace-weights.ts';
import type { StartContext, StartRow } from './start.ts';

/** Description of a start at unit variance, layer by layer. */
export interface Lsuv {
  readonly start: 'lsuv';
  readonly variance: number;
  readonly tolerance: number;
  readonly scalings: number;
  readonly batchSize: number;
  readonly orthogonal: boolean;
  readonly centre: boolean;
}

export interface LsuvOptions {
  /** Of each layer's output. Default 1 (Mishkin, Matas). */
  readonly variance?: number;
  /** How far the variance may be off, as a share of it. Default 0.01; the paper's 0.1 leaves more than it costs. */
  readonly tolerance?: number;
  /** How often a layer may be scaled, at least 1. Default 10 (the authors' code). */
  readonly scalings?: number;
  /** Training examples, drawn at random, that the variance is measured over. Default 256, or all where there are fewer. */
  readonly batchSize?: number;
  /** Draw the weights anew, by `orthogonal()`, before scaling them. Default true (the paper); false scales what there is. */
  readonly orthogonal?: boolean;
  /** Also set the biases so that each unit's mean over the batch is 0. Default false (the paper leaves them alone). */
  readonly centre?: boolean;
}

const lsuvOptions = {
  variance: withDefault(positive, 1),
  tolerance: withDefault(number({ min: 1e-5, max: 1, exclusiveMax: true }), 0.01),
  scalings: withDefault(count, 10),
  batchSize: withDefault(count, 256),
  orthogonal: withDefault(flag, true),
  centre: withDefault(flag, false),
} satisfies OptionSpecs;

/**
 * Layer-sequential unit variance: weights start orthogonal, and are then scaled, from the first layer to the last, until
 * the output of each (before its activation, with its bias) has variance 1 over a batch of training examples:
 * W ← W · √(variance / Var(output)). With `centre`, units' means are taken out by b ← (b − mean) · √(variance / Var).
 *
 * For deep networks: the factor that variance scaling has from theory for one activation, this measures for any. Where
 * activations have a mean far from 0, as sigmoid has, most of that variance soon lies between units, and examples become
 * alike from layer to layer: give `centre: true` there. A layer is what multiplies the signal by a parameter: dense
 * layers, convolutions, and products in models that are functions.
 *
 * Mishkin, Matas, "All you need is a good init", ICLR 2016.
 *
 * @example const parameters = await firstParameters({ model, training, loss, start: lsuv(), engine });
 */
export function lsuv(options: LsuvOptions = {}): Lsuv {
  return frozen({ start: 'lsuv', ...readOptions('lsuv', lsuvOptions, options) });
}

export const lsuvRow: StartRow<Lsuv> = {
  options: lsuvOptions,
  read: (options) => lsuv(options),
  async apply(start, context) {
    const { training, parameters, specs } = context;
    const length = Math.min(start.batchSize, training.size);
    const traced = traceWeights(context.task, length);
    if (traced.sums.length === 0) {
      throw new OptionError('start/no-weights', 'the model multiplies its signal by no parameter', {
        place: 'lsuv',
        mend: 'It scales dense and convolution layers: leave it out for a model without them.',
      });
    }
    if (start.orthogonal) {
      for (const { weight } of traced.sums) {
        const { shape } = specs.find(({ name }) => name === weight)!;
        const fan = { fanIn: 1, fanOut: 1 };
        parameters.get(weight)!.set(draw(orthogonal(), shape, fan, context.parameterStream(weight)));
      }
    }
    const measure = await createMeasure(start, context, traced, length);
    for (const [index, { weight, bias }] of traced.sums.entries()) {
      const weights = parameters.get(weight)!;
      const biases = bias === undefined ? undefined : parameters.get(bias)!;
      for (let scaled = 0; ; scaled++) {
        const found = await measure(index);
        if (!varies(found)) throw noVariance(weight, found.variance);
        const spread = Math.sqrt(found.variance / start.variance);
        const off = Math.max(0, ...(found.means ?? []).map(Math.abs)) / Math.sqrt(start.variance);
        if (Math.abs(found.variance / start.variance - 1) <= start.tolerance && off <= start.tolerance) break;
        if (scaled === start.scalings) throw unreached(start, weight, found.variance);
        for (let i = 0; i < weights.length; i++) weights[i] = weights[i]! / spread;
        found.means?.forEach((unitMean, unit) => {
          biases![unit] = (biases![unit]! - unitMean) / spread;
        });
      }
    }
  },
};

/** What a layer gives over the batch: the variance of all its elements, or that around the means of its units. */
interface Measured {
  readonly variance: number;
  readonly meanSquare: number;
  /** Where units are to be centred. */
  readonly means?: Float32Array;
}

/** Whether the output varies by more than float32 rounds, so that scaling it scales a signal. */
function varies({ variance, meanSquare }: Measured): boolean {
  return Number.isFinite(meanSquare) && variance > 1e-12 * meanSquare;
}

/** One program that measures every layer, with the parameters as they are at each run. */
async function createMeasure(
  start: Lsuv,
  { task, training, parameters, engine, compile, stream }: StartContext,
  { builder, sums }: TracedWeights,
  length: number,
): Promise<(index: number) => Promise<Measured>> {
  const outputs = new Map<string, Tensor>();
  const arrays = new Map<string, HostArray>(parameters);
  const layers = sums.map((sum, index) => {
    const measured = measuresOf(sum, start.centre && sum.bias !== undefined);
    const rooms = Object.entries(measured).map(([name, tensor]) => {
      const room = new Float32Array(size(tensor.shape));
      outputs.set(`${name}:${index}`, tensor);
      arrays.set(`${name}:${index}`, room);
      return [name, room] as const;
    });
    return Object.fromEntries(rooms) as Record<keyof Measured, Float32Array>;
  });
  const staging = createStaging({ input: task.input, target: task.target }, length);
  stage(staging, training, stream('lsuv').permutation(training.size).subarray(0, length));
  arrays.set(inputName, staging.input);
  const program = await engine.compile(simplify(builder.finish(outputs)), compile);
  const binding = program.bind(arrays);
  return async (index) => {
    await binding.run();
    const { variance, meanSquare, means } = layers[index]!;
    return { variance: variance[0]!, meanSquare: meanSquare[0]!, ...(means === undefined ? {} : { means }) };
  };
}

function measuresOf({ output, outputAxis }: WeightedSum, centred: boolean): Record<string, Tensor> {
  const meanSquare = mean(square(output));
  if (!centred) return { variance: variance(output), meanSquare };
  const axes = output.shape.map((_, axis) => axis).filter((axis) => axis !== outputAxis);
  const around = sub(output, mean(output, axes, { keepDims: true }));
  return { variance: mean(square(around)), meanSquare, means: mean(output, axes) };
}

function noVariance(weight: string, found: number): DataError {
  return new DataError('start/no-variance', `the output of ${weight} has variance ${found} over the batch`, {
    place: 'lsuv',
    mend: 'See whether the inputs vary, are finite and pass the activations before it; sigmoid needs centre: true.',
  });
}

function unreached({ scalings, variance: wanted }: Lsuv, weight: string, found: number): OptionError {
  return new OptionError(
    'start/not-reached',
    `the output of ${weight} has variance ${found} after ${scalings} scalings, not ${wanted}`,
    { place: 'lsuv', mend: 'Biases that differ from unit to unit add to it: start them at zeros(), or centre them.' },
  );
}
