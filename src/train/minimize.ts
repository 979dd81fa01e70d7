/**
 * The optimizers on a plain function: for surfaces, teaching and tests. Nothing of data, layers or batches is needed,
 * and every step's parameters can be kept.
 */

import { gradients } from '../autodiff/gradients.ts';
import { OptionError } from '../base/errors.ts';
import { checkNumber, checkOneOf, checkOptionNames } from '../base/options.ts';
import { type Shape, size } from '../base/shape.ts';
import { GraphBuilder } from '../graph/builder.ts';
import type { Graph } from '../graph/graph.ts';
import { simplify } from '../graph/simplify.ts';
import type { Tensor } from '../graph/tensor.ts';
import { applyClip, boundsGradient, type Clip, readClip } from '../optim/clip/clip.ts';
import { readOptimizer } from '../optim/read.ts';
import { hyperAt, type Optimizer } from '../rule/rule.ts';
import { createUpdater, type Updater } from '../rule/updater.ts';
import type { Nested } from '../runtime/compile.ts';
import type { Engine } from '../runtime/engine.ts';
import { evaluate } from '../runtime/reference.ts';
import { unitAxis } from './clip-targets.ts';

/** Where to start: one tensor, as nested numbers, or several by name. */
export type Start = readonly Nested[] | Readonly<Record<string, Nested>>;

/** A point in parameter space, flat: one array, or one for each name, as `start` was given. */
export type Point<S extends Start> = S extends readonly unknown[]
  ? Float64Array
  : { readonly [K in keyof S]: Float64Array };

type Traceable<S extends Start> = S extends readonly unknown[]
  ? (theta: Tensor) => Tensor
  : (parameters: { readonly [K in keyof S]: Tensor }) => Tensor;

/** A problem whose gradient is computed in JavaScript: it may depend on the step (counted from 1), and be noisy. */
export interface GradientProblem<S extends Start> {
  /** The gradient at theta, in theta's form. Do not keep or change `theta`. */
  gradient(theta: Point<S>, step: number): { readonly [K in keyof Point<S>]: ArrayLike<number> } | ArrayLike<number>;
  /** The value, where it is to be reported. */
  value?(theta: Point<S>, step: number): number;
}

export interface MinimizeOptions<S extends Start> {
  readonly start: S;
  readonly optimizer: Optimizer;
  readonly steps: number;
  readonly clip?: Clip;
  /** `'float64'` (the default): the reference executor, exact to double precision. `'float32'`: the fused kernel. */
  readonly executor?: 'float64' | 'float32';
  /** Computes the gradient of a traced problem under `'float32'`. */
  readonly engine?: Engine;
  /** Keeps the parameters of every step in `trajectory`. Default false. */
  readonly keepTrajectory?: boolean;
  /** What is brought back into range after each update: theta ← project(theta), in place. Default nothing. */
  readonly project?: (theta: Point<S>) => void;
}

/** How the steps went, and where they led. */
export interface Minimization<S extends Start> {
  /** The parameters after the last step. */
  readonly theta: Point<S>;
  /** The value where each step took its gradient, and last of all at `theta`. Empty for a problem without values. */
  readonly values: readonly number[];
  /** Norm of the gradient of each step, before clipping. */
  readonly gradientNorms: readonly number[];
  /** θ₀ … θ_steps, where it was asked for. */
  readonly trajectory: readonly Point<S>[];
}

const place = 'minimize';
/** The name of the only parameter where `start` is an array. */
const single = 'theta';
const optionNames = ['start', 'optimizer', 'steps', 'clip', 'executor', 'engine', 'keepTrajectory', 'project'];

/**
 * Takes `steps` steps of an optimizer on a function.
 *
 * @example
 * // Rosenbrock's valley: f(x, y) = (1 − x)² + 100 (y − x²)²
 * const { theta, trajectory } = await minimize(
 *   (p) => add(square(sub(1, p.x)), mul(100, square(sub(p.y, square(p.x))))),
 *   { start: { x: -1, y: 1 }, optimizer: adam({ learningRate: 0.02 }), steps: 2000, keepTrajectory: true },
 * );
 *
 * Schedules count a step as an epoch and an example. Throws OptionError for what does not fit.
 */
export async function minimize<const S extends Start>(
  problem: Traceable<S> | GradientProblem<S>,
  options: MinimizeOptions<S>,
): Promise<Minimization<S>> {
  checkOptionNames(place, options, optionNames);
  const steps = checkNumber(place, 'steps', options.steps, { integer: true, min: 0 });
  const executor = checkOneOf(place, 'executor', options.executor ?? 'float64', ['float64', 'float32'] as const);
  const optimizer = readOptimizer(options.optimizer);
  const clip = options.clip === undefined ? undefined : readClip(options.clip);
  const start = readStart(options.start);
  const updater = createUpdater({
    optimizer,
    parameters: [...start].map(([name, { values, shape }]) => ({ name, size: values.length, shape })),
    executor: executor === 'float64' ? 'float64' : 'wasm',
    boundsGradient: clip !== undefined && boundsGradient(clip),
  });
  for (const [name, { values }] of start) updater.arena.view('theta', name).set(values);
  const point = (region: string) => pointAt(updater, region, start, Array.isArray(options.start)) as Point<S>;
  const oracle =
    typeof problem === 'function'
      ? await tracedOracle(problem as (argument: never) => Tensor, options.start, start, updater, options.engine)
      : givenOracle(problem, start, updater, point);

  const all = {
    updater,
    parameters: [...start.keys()].map((_, i) => i),
    unitAxes: [...start.values()].map(({ shape }) => unitAxis(shape)),
  };
  const values: number[] = [];
  const gradientNorms: number[] = [];
  const trajectory: Point<S>[] = options.keepTrajectory ? [point('theta')] : [];
  const hyper: Record<string, number> = {};
  for (let step = 1; step <= steps; step++) {
    const done = step - 1;
    const position = { step: done, epoch: done, examples: done, fraction: done / steps };
    hyperAt(optimizer, position, hyper);
    updater.prepare({ step, hyper });
    const value = await oracle(updater.gradientAt, step);
    if (value !== undefined) values.push(value);
    const norm = Math.sqrt(updater.sumOfSquares('gradient'));
    gradientNorms.push(norm);
    if (clip !== undefined) applyClip(clip, { ...all, norm }, position);
    await updater.step({ step, hyper, ...(value === undefined ? {} : { loss: value }) });
    if (options.project !== undefined) project(options.project, point, start, updater);
    if (options.keepTrajectory) trajectory.push(point('theta'));
  }
  const last = await oracle('theta', steps + 1);
  if (last !== undefined) values.push(last);
  return { theta: point('theta'), values, gradientNorms, trajectory };
}

/** Writes the gradient at a region's point into the region `gradient`; gives the value there, where there is one. */
type Oracle = (region: string, step: number) => Promise<number | undefined>;

interface StartTensor {
  readonly shape: Shape;
  readonly values: readonly number[];
}

type AnyUpdater = Updater<Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>>;

function readStart(start: Start): Map<string, StartTensor> {
  const entries = Array.isArray(start) ? [[single, start] as const] : Object.entries(start ?? {});
  if (entries.length === 0) {
    throw new OptionError('option/start', 'start has no parameters', { place, mend: 'Give numbers, flat or by name.' });
  }
  return new Map(
    entries.map(([name, nested]) => {
      const shape: number[] = [];
      for (let inner: Nested = nested; Array.isArray(inner); inner = inner[0]!) shape.push(inner.length);
      const values = ([nested] as unknown[]).flat(Number.POSITIVE_INFINITY) as number[];
      if (values.length !== size(shape) || values.length === 0) {
        throw new OptionError('option/start', `start.${name} has ${values.length} numbers in rows of unequal length`, {
          place,
          mend: 'Nest numbers in arrays of equal length.',
        });
      }
      for (const value of values) checkNumber(place, `start.${name}`, value);
      return [name, { shape, values }];
    }),
  );
}

function pointAt(updater: AnyUpdater, region: string, start: Map<string, StartTensor>, only: boolean): unknown {
  const copy = (name: string) => Float64Array.from(updater.arena.view(region, name));
  return only ? copy(single) : Object.fromEntries([...start.keys()].map((name) => [name, copy(name)]));
}

function project<S extends Start>(
  into: (theta: Point<S>) => void,
  point: (region: string) => Point<S>,
  start: Map<string, StartTensor>,
  updater: AnyUpdater,
): void {
  const theta = point('theta');
  into(theta);
  for (const name of start.keys()) updater.arena.view('theta', name).set(partOf(theta, name));
}

function partOf(point: unknown, name: string): Float64Array {
  return point instanceof Float64Array ? point : (point as Record<string, Float64Array>)[name]!;
}

function givenOracle<S extends Start>(
  problem: GradientProblem<S>,
  start: Map<string, StartTensor>,
  updater: AnyUpdater,
  point: (region: string) => Point<S>,
): Oracle {
  if (typeof problem?.gradient !== 'function') {
    throw new OptionError('option/problem', 'the problem is neither a function nor has it a gradient', {
      place,
      mend: 'Give a function of tensors, or { gradient(theta, step) }.',
    });
  }
  const only = start.size === 1 && start.has(single);
  return async (region, step) => {
    const theta = point(region);
    const gradient = problem.gradient(theta, step) as ArrayLike<number> | Record<string, ArrayLike<number>>;
    for (const [name, { values }] of start) {
      const part = (only && 'length' in gradient ? gradient : (gradient as Record<string, ArrayLike<number>>)[name]) as
        | ArrayLike<number>
        | undefined;
      if (part?.length !== values.length) {
        throw new OptionError('option/gradient', `the gradient by ${name} has ${part?.length ?? 'no'} numbers`, {
          place: `${place}, step ${step}`,
          mend: `Return ${values.length}, in the form of theta.`,
        });
      }
      updater.arena.view('gradient', name).set(part);
    }
    return problem.value?.(theta, step);
  };
}

async function tracedOracle(
  f: (argument: never) => Tensor,
  form: Start,
  start: Map<string, StartTensor>,
  updater: AnyUpdater,
  engine: Engine | undefined,
): Promise<Oracle> {
  const graph = traceProblem(f, form, start);
  const names = [...start.keys()];
  if (updater.executor === 'float64') {
    return async (region) => {
      const inputs = new Map(names.map((name) => [name, updater.arena.view(region, name) as Float64Array]));
      const outputs = evaluate(graph, inputs);
      for (const name of names) updater.arena.view('gradient', name).set(outputs.get(`gradient:${name}`)!);
      return outputs.get('value')![0]!;
    };
  }
  if (engine === undefined) {
    throw new OptionError('option/missing', 'a traced problem under executor "float32" needs an engine', {
      place,
      mend: 'Give { engine: await cpuEngine() }, or use the executor "float64".',
    });
  }
  const program = await engine.compile(graph);
  const value = new Float32Array(1);
  const at = (region: string) =>
    program.bind(
      new Map([
        ['value', value],
        ...names.flatMap((name) => [
          [name, updater.arena.view(region, name) as Float32Array] as const,
          [`gradient:${name}`, updater.arena.view('gradient', name) as Float32Array] as const,
        ]),
      ]),
    );
  const bindings = new Map([...new Set(['theta', updater.gradientAt])].map((region) => [region, at(region)]));
  return async (region) => {
    await bindings.get(region)!.run();
    return value[0]!;
  };
}

function traceProblem(f: (argument: never) => Tensor, form: Start, start: Map<string, StartTensor>): Graph {
  const builder = new GraphBuilder();
  const tensors = new Map(
    [...start].map(([name, { shape }]) => [name, builder.input(name, { shape, dtype: 'float32' })]),
  );
  const argument = Array.isArray(form) ? tensors.get(single) : Object.fromEntries(tensors);
  const value = f(argument as never);
  const outputs = new Map([['value', value]]);
  gradients(value, [...tensors.values()]).forEach((gradient, i) => {
    outputs.set(`gradient:${[...tensors.keys()][i]}`, gradient);
  });
  return simplify(builder.finish(outputs));
}
