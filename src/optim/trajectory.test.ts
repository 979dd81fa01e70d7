import { readFileSync } from 'node:fs';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { emitOnnx } from '../rule/emit-onnx.ts';
import { encodeOnnx } from '../rule/encode-onnx.ts';
import type { ExecutorName } from '../rule/executor.ts';
import type { FusedProgram } from '../rule/fuse.ts';
import { programsOf } from '../rule/program.ts';
import { hyperAt, type Optimizer } from '../rule/rule.ts';
import { createUpdater } from '../rule/updater.ts';
import { clipScale, readClip } from './clip/clip.ts';
import { readOptimizer } from './read.ts';

interface Case {
  readonly name: string;
  readonly source: string;
  readonly problem: 'quadratic' | 'rosenbrock';
  readonly start: number[];
  readonly optimizer: unknown;
  readonly clip: unknown;
  readonly trajectory: number[][];
}

const fixtures = new URL('../../test/fixtures/optim/', import.meta.url);
const fixture = JSON.parse(readFileSync(new URL('trajectories.json', fixtures), 'utf8')) as {
  readonly steps: number;
  readonly quadratic: { readonly A: number[][]; readonly b: number[] };
  readonly cases: Case[];
  readonly torchNesterov: { readonly optimizer: unknown; readonly trajectory: number[][] };
};

const gradients = {
  quadratic: (x: ArrayLike<number>) =>
    fixture.quadratic.A.map((row, i) => row.reduce((sum, a, j) => sum + a * x[j]!, -fixture.quadratic.b[i]!)),
  rosenbrock: (p: ArrayLike<number>) => {
    const [x, y] = [p[0]!, p[1]!];
    return [-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)];
  },
};

const position = (step: number) => ({ step, epoch: step, examples: step, fraction: 0 });

/** Parameters after each step, and how often a compiled kernel ran. */
function follow(one: Case, executor: ExecutorName) {
  const optimizer = readOptimizer(one.optimizer);
  const clip = one.clip === null ? undefined : readClip(one.clip);
  const updater = createUpdater({ optimizer, parameters: [{ name: 'x', size: one.start.length }], executor });
  const theta = updater.arena.view('theta', 'x');
  const gradient = updater.arena.view('gradient', 'x');
  const at = updater.arena.view(updater.gradientAt, 'x');
  theta.set(one.start);
  const rows: number[][] = [];
  for (let k = 0; k < fixture.steps; k++) {
    const hyper = hyperAt(optimizer, position(k));
    updater.prepare({ step: k + 1, hyper });
    gradient.set(gradients[one.problem](at));
    const norm = Math.sqrt(updater.sumOfSquares('gradient'));
    updater.step({ step: k + 1, hyper, gradientScale: clip === undefined ? 1 : clipScale(clip, norm) });
    rows.push(Array.from(theta));
  }
  return { rows, kernelRuns: updater.kernelRuns(), interim: updater.gradientAt === 'interim' };
}

/** The same in ONNX Runtime, the rule as ONNX nodes. */
async function followOnnx(one: Case) {
  const optimizer = readOptimizer(one.optimizer);
  const clip = one.clip === null ? undefined : readClip(one.clip);
  const { slots, update, interim } = programsOf(optimizer);
  const size = one.start.length;
  const updateNodes = await runner(update, size);
  const interimNodes = interim && (await runner(interim, size));
  const state = new Map<string, Float32Array>([['theta', Float32Array.from(one.start)]]);
  for (const [slot, start] of Object.entries(slots)) state.set(slot, new Float32Array(size).fill(start));
  const rows: number[][] = [];
  for (let k = 0; k < fixture.steps; k++) {
    const scalars: Record<string, number> = { ...hyperAt(optimizer, position(k)), step: k + 1, gradientScale: 1 };
    const at = interimNodes ? (await interimNodes(state, scalars)).get('interim')! : state.get('theta')!;
    const gradient = Float32Array.from(gradients[one.problem](at));
    if (clip !== undefined) scalars.gradientScale = clipScale(clip, Math.hypot(...gradient));
    state.set('gradient', gradient);
    for (const [region, values] of await updateNodes(state, scalars)) state.set(region, values);
    rows.push(Array.from(state.get('theta')!));
  }
  return rows;
}

async function runner(program: FusedProgram, size: number) {
  const update = emitOnnx(program, [size]);
  const session = await InferenceSession.create(encodeOnnx(update), { intraOpNumThreads: 1 });
  return async (state: ReadonlyMap<string, Float32Array>, scalars: Readonly<Record<string, number>>) => {
    const feeds = Object.fromEntries(
      update.inputs.map(({ name, dtype }) => [
        name,
        dtype === 'float32'
          ? new Tensor('float32', state.get(name)!, [size])
          : new Tensor('float64', Float64Array.of(scalars[name]!), []),
      ]),
    );
    const fetched = await session.run(feeds);
    return new Map(
      update.outputs.map(({ name }) => [name.slice('next/'.length), fetched[name]!.data as Float32Array] as const),
    );
  };
}

/** The largest distance between two trajectories, relative where values are above 1. */
function distance(actual: number[][], expected: number[][]): number {
  expect(actual.length).toBe(expected.length);
  let largest = 0;
  expected.forEach((row, k) => {
    row.forEach((value, i) => {
      largest = Math.max(largest, Math.abs(actual[k]![i]! - value) / Math.max(1, Math.abs(value)));
    });
  });
  return largest;
}

const float32Tolerance = 2e-5;

describe.each(fixture.cases)('$name (against $source)', (one) => {
  it('follows the reference for 60 steps within 1e-12 in float64', () => {
    expect(distance(follow(one, 'float64').rows, one.trajectory)).toBeLessThan(1e-12);
  });

  it('follows it within 2e-5 in the WebAssembly kernel, which counts its runs', () => {
    const { rows, kernelRuns, interim } = follow(one, 'wasm');
    expect(distance(rows, one.trajectory)).toBeLessThan(float32Tolerance);
    expect(kernelRuns).toBe(interim ? 120 : 60);
  });

  it('follows it within 2e-5 in float32 JavaScript', () => {
    expect(distance(follow(one, 'js').rows, one.trajectory)).toBeLessThan(float32Tolerance);
  });

  it('follows it within 2e-5 as ONNX nodes in ONNX Runtime', async () => {
    expect(distance(await followOnnx(one), one.trajectory)).toBeLessThan(float32Tolerance);
  });
});

describe('fixtures', () => {
  it('tell every option from its alternative by more than 1e-3, so that a wrong formula fails', () => {
    const find = (name: string) => fixture.cases.find((one) => one.name === name)!.trajectory;
    const pairs = [
      ['momentum, rate inside, decayed, quadratic', 'momentum, rate outside, decayed, quadratic'],
      ['momentum, rate inside, constant, quadratic', 'nesterov, constant, quadratic'],
      ['adam, large epsilon, constant, quadratic', 'adam, uncorrected root, large epsilon, constant, quadratic'],
      ['adam, constant, quadratic', 'adam, large epsilon, constant, quadratic'],
    ] as const;
    for (const [a, b] of pairs) expect(distance(find(a), find(b))).toBeGreaterThan(1e-3);
  });
});

describe("nesterov, the book's and PyTorch's", () => {
  it('are one method under θ(PyTorch) = θ + αv, within 1e-12 over 60 steps', () => {
    const optimizer = readOptimizer(fixture.torchNesterov.optimizer) as Optimizer & { momentum: number };
    const { start } = fixture.cases[0]!;
    const updater = createUpdater({ optimizer, parameters: [{ name: 'x', size: 4 }], executor: 'float64' });
    const [theta, v] = [updater.arena.view('theta', 'x'), updater.arena.view('v', 'x')];
    theta.set(start);
    const rows: number[][] = [];
    for (let k = 0; k < fixture.steps; k++) {
      const hyper = hyperAt(optimizer, position(k));
      updater.prepare({ step: k + 1, hyper });
      updater.arena.view('gradient', 'x').set(gradients.quadratic(updater.arena.view('interim', 'x')));
      updater.step({ step: k + 1, hyper });
      rows.push(Array.from(theta, (value, i) => value + optimizer.momentum * v[i]!));
    }
    expect(distance(rows, fixture.torchNesterov.trajectory)).toBeLessThan(1e-12);
    expect(
      distance(rows, fixture.cases.find((one) => one.name === 'nesterov, constant, quadratic')!.trajectory),
    ).toBeGreaterThan(1e-3);
  });
});
