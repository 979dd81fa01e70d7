/** Runs an optimizer over a problem of `problems.ts`, on each executor, and compares with a reference trajectory. */

import { readdirSync, readFileSync } from 'node:fs';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { size } from '../../src/base/shape.ts';
import { applyClip, boundsGradient, type Clip, readClip } from '../../src/optim/clip/clip.ts';
import { readOptimizer } from '../../src/optim/read.ts';
import { emitOnnx, type OnnxUpdate } from '../../src/rule/emit-onnx.ts';
import { encodeOnnx } from '../../src/rule/encode-onnx.ts';
import type { ExecutorName } from '../../src/rule/executor.ts';
import { runTape } from '../../src/rule/fuse.ts';
import { programsOf } from '../../src/rule/program.ts';
import { hyperAt, type Optimizer } from '../../src/rule/rule.ts';
import { boundsOf, type Schedule } from '../../src/rule/schedule.ts';
import { createUpdater } from '../../src/rule/updater.ts';
import { type Problem, problems } from './problems.ts';

/** What is followed, and for how long. */
export interface Course {
  readonly problem: keyof typeof problems;
  readonly start: readonly number[];
  readonly optimizer: unknown;
  readonly clip: unknown;
  readonly steps: number;
}

/** One case of a fixture: a course, and where the reference went. */
export interface Case extends Course {
  readonly name: string;
  /** What computed the reference. */
  readonly source: 'torch' | 'numpy';
  /** Rows are kept after steps `every`, 2 · `every`, …; the last one is among them. */
  readonly every: number;
  readonly trajectory: number[][];
  /** How far float32 may lead away, where it is not `float32Tolerance`. */
  readonly float32Tolerance?: number;
}

/** For every value of a trajectory, relative where it is above 1. */
export const float32Tolerance = 2e-5;

/** A file of test/fixtures/optim/trajectories. */
interface Fixture {
  readonly steps: number;
  readonly cases: Omit<Case, 'steps'>[];
}

/** Every case of every fixture. */
export function readCases(): Case[] {
  const folder = new URL('../fixtures/optim/trajectories/', import.meta.url);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .flatMap((file) => {
      const { steps, cases } = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Fixture;
      return cases.map((one) => ({ ...one, steps }));
    });
}

/** A step counts as an epoch and an example. */
const position = (step: number) => ({ step, epoch: step, examples: step, fraction: 0 });

/** Where each parameter's numbers lie in a row. */
function layoutOf({ parameters }: Problem) {
  let begin = 0;
  return parameters.map(({ name, shape }) => {
    const end = begin + size(shape);
    const place = { name, shape, begin, end };
    begin = end;
    return place;
  });
}

function prepare(course: Course) {
  const problem: Problem = problems[course.problem];
  const clip = course.clip === null ? undefined : readClip(course.clip as Clip);
  return { problem, clip, layout: layoutOf(problem), optimizer: readOptimizer(course.optimizer) };
}

/** Parameters (and, for `also`, another region) after each step, and how often a compiled kernel ran. */
export function follow(course: Course, executor: ExecutorName, also?: string) {
  const { problem, clip, layout, optimizer } = prepare(course);
  const parameters = layout.map(({ name, shape, begin, end }) => ({ name, shape, size: end - begin }));
  const bounds = clip !== undefined && boundsGradient(clip);
  const updater = createUpdater({ optimizer, parameters, executor, boundsGradient: bounds });
  const write = (region: string, row: readonly number[]) => {
    for (const { name, begin, end } of layout) updater.arena.view(region, name).set(row.slice(begin, end));
  };
  const read = (region: string): number[] => layout.flatMap(({ name }) => [...updater.arena.view(region, name)]);
  write('theta', course.start);
  const all = { updater, parameters: layout.map((_, i) => i), unitAxes: layout.map(() => undefined) };
  const rows: number[][] = [];
  const others: number[][] = [];
  for (let done = 0; done < course.steps; done++) {
    const hyper = hyperAt(optimizer, position(done));
    updater.prepare({ step: done + 1, hyper });
    const point = read(updater.gradientAt);
    write('gradient', problem.gradient(point));
    const norm = Math.sqrt(updater.sumOfSquares('gradient'));
    if (clip !== undefined) applyClip(clip, { ...all, norm }, position(done));
    updater.step({ step: done + 1, hyper, loss: problem.value(point) });
    rows.push(read('theta'));
    if (also !== undefined) others.push(read(also));
  }
  return { rows, others, kernelRuns: updater.kernelRuns() };
}

/** How often a compiled kernel must run for a course: for each program, over all parameters or each by itself. */
export function kernelRunsOf(course: Course): number {
  const { layout, optimizer } = prepare(course);
  const { stages, interim, eachParameter } = programsOf(optimizer);
  // Sums, as for norms, are not counted.
  const writing = stages.filter(({ kind }) => kind === 'orthogonalize').length + (interim ? 2 : 1);
  return course.steps * writing * (eachParameter ? layout.length : 1);
}

/** The same in ONNX Runtime, the rule as ONNX nodes, parameter by parameter. */
export async function followOnnx(course: Course): Promise<number[][]> {
  const { problem, clip, layout, optimizer } = prepare(course);
  const { slots, scalars, stages, update, nextScalars, interim } = programsOf(optimizer);
  const states = await Promise.all(
    layout.map(async ({ shape, begin, end }) => {
      const regions = new Map([['theta', Float32Array.from(course.start.slice(begin, end))]]);
      for (const [slot, value] of Object.entries(slots)) regions.set(slot, new Float32Array(end - begin).fill(value));
      const updateNodes = await runner(emitOnnx(update, shape, stages));
      return { regions, begin, end, updateNodes, interimNodes: interim && (await runner(emitOnnx(interim, shape))) };
    }),
  );
  const read = (region: string) => states.flatMap(({ regions }) => [...regions.get(region)!]);
  const kept: Record<string, number> = { ...scalars };
  const tape = new Float64Array(nextScalars.tape.length);
  const rows: number[][] = [];
  for (let done = 0; done < course.steps; done++) {
    const inputs: Record<string, number> = { ...hyperAt(optimizer, position(done)), ...kept, step: done + 1 };
    if (optimizer.learningRate !== undefined) {
      inputs.scheduleMultiplier = inputs.learningRate! / boundsOf(optimizer.learningRate as number | Schedule)[1];
    }
    for (const { regions, interimNodes } of states) await interimNodes?.(regions, inputs);
    const point = read(interim ? 'interim' : 'theta');
    const gradient = Float32Array.from(problem.gradient(point));
    inputs.loss = problem.value(point);
    inputs.gradientScale = scaleUnder(clip, Math.hypot(...gradient));
    for (const { regions, begin, end, updateNodes } of states) {
      regions.set('gradient', gradient.slice(begin, end));
      await updateNodes(regions, inputs);
    }
    runTape(nextScalars.tape, inputs, tape);
    for (const { name, entry } of nextScalars.results) kept[name] = tape[entry]!;
    rows.push(read('theta'));
  }
  return rows;
}

/** One factor for all, by the formula: as nodes there is no clipping by anything but the global norm. */
function scaleUnder(clip: Clip | undefined, norm: number): number {
  if (clip === undefined) return 1;
  if (clip.clip !== 'byGlobalNorm' || typeof clip.max !== 'number') {
    throw new Error(`${JSON.stringify(clip)} cannot be followed as nodes`);
  }
  return Math.min(1, clip.max / (clip.torchEpsilon ? norm + 1e-6 : norm));
}

/** Runs nodes over the regions of one parameter, and replaces those that they write. */
async function runner(nodes: OnnxUpdate) {
  const session = await InferenceSession.create(encodeOnnx(nodes), { intraOpNumThreads: 1 });
  return async (regions: Map<string, Float32Array>, inputs: Readonly<Record<string, number>>): Promise<void> => {
    const feeds = Object.fromEntries(
      nodes.inputs.map(({ name, dtype, shape }) => [
        name,
        dtype === 'float32'
          ? new Tensor('float32', regions.get(name)!, shape as number[])
          : new Tensor('float64', Float64Array.of(inputs[name]!), []),
      ]),
    );
    const fetched = await session.run(feeds);
    for (const { name } of nodes.outputs) {
      regions.set(name.slice('next/'.length), Float32Array.from(fetched[name]!.data as Float32Array));
    }
  };
}

/** Of a row for every step, those that the case keeps. */
export function kept({ every }: Case, rows: readonly number[][]): number[][] {
  return rows.filter((_, done) => (done + 1) % every === 0);
}

/** The largest distance between two trajectories, relative where values are above 1; NaN where either has one. */
export function distance(actual: readonly number[][], expected: readonly number[][]): number {
  if (actual.length !== expected.length) throw new Error(`${actual.length} rows beside ${expected.length}`);
  let largest = 0;
  expected.forEach((row, k) => {
    row.forEach((value, i) => {
      largest = Math.max(largest, Math.abs(actual[k]![i]! - value) / Math.max(1, Math.abs(value)));
    });
  });
  return largest;
}

/** A description by its optimizer and options, complete with defaults. */
export function completed(one: Course): Optimizer {
  return readOptimizer(one.optimizer);
}
