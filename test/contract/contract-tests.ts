/**
 * What every engine must do, as plain functions that throw: they run in a test runner and in a browser's page alike.
 * Values are compared with the float64 reference; the tolerance is 2·10⁻⁵ of 1 + the largest expected magnitude.
 */

import { gradients } from '../../src/autodiff/gradients.ts';
import { type HostArray, hostArray } from '../../src/base/dtype.ts';
import { fold, key, RandomStream } from '../../src/base/random.ts';
import { size } from '../../src/base/shape.ts';
import { GraphBuilder } from '../../src/graph/builder.ts';
import { add, erf, mul, square } from '../../src/graph/elementwise.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { matmul } from '../../src/graph/linear.ts';
import type { OpKind } from '../../src/graph/op.ts';
import { mean } from '../../src/graph/reduction.ts';
import { trace } from '../../src/graph/trace.ts';
import { type ConvolutionKind, signature } from '../../src/onnx/convolution/formulation.ts';
import type { CompileOptions, Engine } from '../../src/runtime/engine.ts';
import { evaluate } from '../../src/runtime/reference.ts';
import { type OperatorCase, operatorCases } from './operator-cases.ts';

export interface EngineFacts {
  readonly engine: Engine;
  /** Thread counts that the engine must serve, at least one. */
  readonly threads: readonly number[];
}

export interface ContractTest {
  readonly name: string;
  run(facts: EngineFacts): Promise<void>;
}

const TOLERANCE = 2e-5;

function check(holds: boolean, problem: string): void {
  if (!holds) throw new Error(problem);
}

function arraysFor(graph: Graph, inputs: ReadonlyMap<string, Float64Array>): Map<string, HostArray> {
  const arrays = new Map<string, HostArray>();
  for (const { name, id } of graph.outputs)
    arrays.set(name, hostArray(graph.nodes[id]!.dtype, size(graph.nodes[id]!.shape)));
  for (const { name, id } of graph.inputs) {
    const { dtype, shape } = graph.nodes[id]!;
    const array = hostArray(dtype, size(shape));
    array.set(inputs.get(name)!);
    arrays.set(name, array);
  }
  return arrays;
}

function compare(what: string, actual: ArrayLike<number>, expected: Float64Array): void {
  check(actual.length === expected.length, `${what}: ${actual.length} elements, not ${expected.length}`);
  const scale =
    1 + expected.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most), 0);
  for (let i = 0; i < expected.length; i++) {
    const [a, b] = [actual[i]!, expected[i]!];
    const near = Object.is(a, b) || a === b || Math.abs(a - b) <= TOLERANCE * scale;
    check(near, `${what}: element ${i} is ${a}, the reference gives ${b}`);
  }
}

async function agrees(engine: Engine, { name, graph, inputs }: OperatorCase, options: CompileOptions): Promise<void> {
  const program = await engine.compile(graph, options);
  const arrays = arraysFor(graph, inputs);
  await program.bind(arrays).run();
  for (const [output, expected] of evaluate(graph, inputs)) {
    // An output may share its name with an input; both arrays are one then, and hold the output.
    compare(`${name} → ${output}`, arrays.get(output)!, expected);
  }
}

/** A test for each operator: all its cases, each in words when it fails. */
const operatorTests: ContractTest[] = (Object.keys(operatorCases) as OpKind[]).map((kind) => ({
  name: `${kind} agrees with the float64 reference within 2e-5`,
  async run({ engine, threads }) {
    for (const one of operatorCases[kind]())
      await agrees(engine, one, { threads: threads[0]!, formulations: 'default' });
  },
}));

const convolutionKinds: readonly ConvolutionKind[] = ['conv', 'convInputGradient', 'convFilterGradient'];

const formulationTests: ContractTest[] = convolutionKinds.map((kind) => ({
  name: `every formulation of ${kind} that applies agrees with the float64 reference within 2e-5`,
  async run({ engine, threads }) {
    for (const one of operatorCases[kind]()) {
      const { op, inputs, shape } = one.graph.nodes[one.graph.outputs[0]!.id]!;
      if (op.kind !== kind) throw new Error(`${one.name} ends in ${op.kind}`);
      const shapes = inputs.map((id) => one.graph.nodes[id]!.shape);
      for (const name of await engine.formulationsOf(op, shapes)) {
        const formulations = new Map([[signature(op, shapes, shape), name]]);
        await agrees(engine, { ...one, name: `${one.name} as ${name}` }, { threads: threads[0]!, formulations });
      }
    }
  },
}));

/** A small network's worth: conv + bias, relu, max pool and its scatter, dense + bias, broadcasting, fill. */
function network(): OperatorCase {
  const builder = new GraphBuilder();
  const f = (name: string, shape: number[]) => builder.input(name, { shape, dtype: 'float32' });
  const window = { stride: [1, 1], padding: [1, 1, 1, 1], dilation: [1, 1] } as const;
  const pool = { kernel: [2, 2], stride: [2, 2], padding: [0, 0, 0, 0], dilation: [1, 1] } as const;
  const x = f('x', [4, 3, 8, 8]);
  const w = f('w', [5, 3, 3, 3]);
  const b = f('b', [5]);
  const w2 = f('w2', [80, 7]);
  const b2 = f('b2', [7]);
  const broadcastTo = (tensor: typeof x, shape: number[]) => builder.apply({ kind: 'broadcastTo', shape }, [tensor]);
  const conv = builder.apply({ kind: 'conv', ...window, groups: 1 }, [x, w]);
  const bias = broadcastTo(builder.apply({ kind: 'reshape', shape: [5, 1, 1] }, [b]), [4, 5, 8, 8]);
  const h = builder.apply({ kind: 'relu' }, [builder.apply({ kind: 'add' }, [conv, bias])]);
  const p = builder.apply({ kind: 'maxPool', ...pool }, [h]);
  const flat = builder.apply({ kind: 'reshape', shape: [4, 80] }, [p]);
  const product = builder.apply({ kind: 'matmul', transposeA: false, transposeB: false }, [flat, w2]);
  const y = builder.apply({ kind: 'add' }, [broadcastTo(b2, [4, 7]), product]);
  const g = builder.apply({ kind: 'mul' }, [
    p,
    builder.leaf({ kind: 'fill', value: 0.5 }, { shape: p.shape, dtype: 'float32' }),
  ]);
  const dh = builder.apply({ kind: 'maxPoolScatter', ...pool }, [h, g]);
  const dw = builder.apply({ kind: 'convFilterGradient', ...window, groups: 1, filterShape: w.shape }, [x, dh]);
  const dx = builder.apply({ kind: 'convInputGradient', ...window, groups: 1, inputShape: x.shape }, [w, dh]);
  const graph = builder.finish(new Map(Object.entries({ y, dw, dx, again: y })));
  const stream = new RandomStream(fold(key(4), 'network'));
  const inputs = new Map(
    graph.inputs.map(({ name, id }) => [
      name,
      Float64Array.from({ length: size(graph.nodes[id]!.shape) }, () => Math.fround(stream.normal())),
    ]),
  );
  return { name: 'a small network', graph, inputs };
}

/** A hidden layer so wide that its features are divided, with factors that its products take in, and its gradients. */
function wideLayer(): OperatorCase {
  const specs = { x: [1024, 3], w1: [3, 1024], b1: [1024], w2: [1024, 2], b2: [2] };
  const typed = Object.entries(specs).map(([name, shape]) => [name, { shape, dtype: 'float32' as const }]);
  const graph = trace(Object.fromEntries(typed), ({ x, w1, b1, w2, b2 }) => {
    const u = mul(add(matmul(x!, w1!), b1!), Math.SQRT1_2);
    const y = add(matmul(mul(mul(u, add(erf(u), 1)), Math.SQRT1_2), w2!), b2!);
    const loss = mean(square(y));
    const [dx, dw1, db1, dw2, db2] = gradients(loss, [x!, w1!, b1!, w2!, b2!]);
    return { y, dx: dx!, dw1: dw1!, db1: db1!, dw2: dw2!, db2: db2! };
  });
  const stream = new RandomStream(fold(key(4), 'wide'));
  const inputs = new Map(
    Object.entries(specs).map(([name, shape]) => [
      name,
      Float64Array.from({ length: size(shape) }, () => Math.fround(stream.normal() / 8)),
    ]),
  );
  return { name: 'a wide layer', graph, inputs };
}

/** Those that engines share among their threads, and their neighbours: columns that fill no block, rows that are short. */
const transposes = [
  { shape: [300, 256], permutation: [1, 0] },
  { shape: [2, 1, 300, 128], permutation: [0, 1, 3, 2] },
  { shape: [3, 512, 48], permutation: [0, 2, 1] },
  { shape: [700, 100], permutation: [1, 0] },
  { shape: [2, 4, 130, 64], permutation: [0, 2, 1, 3] },
  { shape: [5, 300, 48], permutation: [1, 0, 2] },
  { shape: [2, 3, 500, 30], permutation: [0, 2, 1, 3] },
  { shape: [2, 128, 4, 72], permutation: [0, 2, 1, 3] },
  { shape: [16, 64, 80], permutation: [2, 0, 1] },
] as const;

const behaviourTests: ContractTest[] = [
  {
    name: 'a wide hidden layer and its gradients agree with the float64 reference within 2e-5, on every thread count',
    async run({ engine, threads }) {
      for (const count of threads) await agrees(engine, wideLayer(), { threads: count });
    },
  },
  {
    name: 'a normalization with γ and β gives its inverse deviation too, both as the float64 reference within 2e-5',
    async run({ engine, threads }) {
      const builder = new GraphBuilder();
      const f = (name: string, shape: number[]) => builder.input(name, { shape, dtype: 'float32' });
      const [x, scale, shift] = [f('x', [3, 4, 5]), f('scale', [4, 5]), f('shift', [4, 5])];
      const standardized = builder.apply({ kind: 'standardize', axis: 1, epsilon: 0.1 }, [x]);
      const wide = (vector: typeof x) => builder.apply({ kind: 'broadcastTo', shape: x.shape }, [vector]);
      const scaled = builder.apply({ kind: 'mul' }, [wide(scale), standardized]);
      const y = builder.apply({ kind: 'add' }, [scaled, wide(shift)]);
      const inverse = builder.apply({ kind: 'inverseDeviation', axis: 1, epsilon: 0.1 }, [x]);
      const graph = builder.finish(new Map(Object.entries({ y, inverse })));
      const numbers = (length: number, seed: number) =>
        Float64Array.from({ length }, (_, i) => Math.fround(Math.sin(seed + i * i)));
      const inputs = new Map([
        ['x', numbers(60, 0)],
        ['scale', numbers(20, 1)],
        ['shift', numbers(20, 2)],
      ]);
      await agrees(engine, { name: 'normalization', graph, inputs }, { threads: threads[0]! });
    },
  },
  {
    name: 'large tensors are transposed exactly, on every thread count',
    async run({ engine, threads }) {
      for (const count of threads) {
        for (const { shape, permutation } of transposes) {
          const builder = new GraphBuilder();
          const x = builder.input('x', { shape, dtype: 'float32' });
          const graph = builder.finish(new Map([['y', builder.apply({ kind: 'transpose', permutation }, [x])]]));
          const inputs = new Map([['x', Float64Array.from({ length: size(shape) }, (_, i) => i)]]);
          const arrays = arraysFor(graph, inputs);
          await (await engine.compile(graph, { threads: count })).bind(arrays).run();
          const expected = evaluate(graph, inputs).get('y')!;
          const wrong = arrays.get('y')!.findIndex((value, i) => value !== expected[i]);
          check(wrong === -1, `[${shape}] by [${permutation}], ${count} threads: element ${wrong} is wrong`);
        }
      }
    },
  },
  {
    name: 'a network with fused patterns agrees with the float64 reference within 2e-5, on every thread count',
    async run({ engine, threads }) {
      for (const count of threads) {
        await agrees(engine, network(), { threads: count });
        const program = await engine.compile(network().graph, { threads: count });
        check(program.threads === count, `${program.threads} threads, not ${count}`);
        check(program.formulations.size === 3, `${program.formulations.size} formulations reported, not 3`);
      }
    },
  },
  {
    name: 'an equal graph with equal options compiles nothing, one with other options does',
    async run({ engine, threads }) {
      const { graph } = network();
      const first = await engine.compile(graph, { threads: threads[0]! });
      const before = engine.compilations;
      const second = await engine.compile(structuredClone(graph), { threads: threads[0]! });
      check(second === first && engine.compilations === before, 'an equal graph was compiled again');
      await engine.compile(graph, { threads: threads[0]!, formulations: 'default' });
      check(engine.compilations === before + 1, 'other options did not compile anew');
    },
  },
  {
    name: 'bound arrays are read and written in place, on views of a WebAssembly.Memory too',
    async run({ engine, threads }) {
      const builder = new GraphBuilder();
      const x = builder.input('x', { shape: [1000, 100], dtype: 'float32' });
      const graph = builder.finish(new Map([['y', builder.apply({ kind: 'neg' }, [x])]]));
      const program = await engine.compile(graph, { threads: threads[0]! });
      const memory = new WebAssembly.Memory({ initial: 14 });
      const input = new Float32Array(memory.buffer, 64, 100_000).fill(3);
      const output = new Float32Array(memory.buffer, 64 + 400_000, 100_000);
      const binding = program.bind(new Map(Object.entries({ x: input, y: output })));
      for (const value of [3, 5, -1]) {
        input.fill(value);
        await binding.run();
        check(output[0] === -value && output[99_999] === -value, `-${value} is not in the bound output`);
        check(input[0] === value, 'the input was written to');
      }
    },
  },
  {
    name: 'two runs of a program on equal inputs are equal bit for bit, on every thread count',
    async run({ engine, threads }) {
      for (const count of threads) {
        const { graph, inputs } = network();
        const program = await engine.compile(graph, { threads: count });
        const [a, b] = [arraysFor(graph, inputs), arraysFor(graph, inputs)];
        await program.bind(a).run();
        await program.bind(b).run();
        for (const [name, array] of a) {
          const bits = (values: HostArray) =>
            new Uint8Array(values.buffer, values.byteOffset, values.byteLength).join();
          check(bits(array) === bits(b.get(name)!), `"${name}" differs between two runs`);
        }
      }
    },
  },
  {
    name: 'an array that does not fit, and a name that the program does not have, are refused by name',
    async run({ engine, threads }) {
      const { graph, inputs } = network();
      const program = await engine.compile(graph, { threads: threads[0]! });
      const refused = (change: (arrays: Map<string, HostArray>) => void, part: string) => {
        const arrays = arraysFor(graph, inputs);
        change(arrays);
        try {
          program.bind(arrays);
        } catch (error) {
          check(String(error).includes(part), `the error does not say ${part}: ${error}`);
          return;
        }
        throw new Error(`no error that says ${part}`);
      };
      refused((arrays) => arrays.set('w', new Float32Array(3)), '"w" has 3 elements');
      refused((arrays) => arrays.set('b', new Int32Array(5)), '"b" has a Int32Array');
      refused((arrays) => arrays.delete('y'), '"y" has no array');
      refused((arrays) => arrays.set('w3', new Float32Array(3)), 'no input or output "w3"');
    },
  },
  {
    name: 'an index out of range is an EngineError, and the program runs again after it',
    async run({ engine, threads }) {
      const builder = new GraphBuilder();
      const x = builder.input('x', { shape: [3], dtype: 'float32' });
      const i = builder.input('i', { shape: [1], dtype: 'int32' });
      const graph = builder.finish(new Map([['y', builder.apply({ kind: 'gather', axis: 0 }, [x, i])]]));
      const program = await engine.compile(graph, { threads: threads[0]! });
      const [index, y] = [Int32Array.of(7), new Float32Array(1)];
      const binding = program.bind(
        new Map<string, HostArray>(Object.entries({ x: Float32Array.of(4, 5, 6), i: index, y })),
      );
      const failure = await binding.run().then(
        () => undefined,
        (error: unknown) => error,
      );
      check(failure instanceof Error && failure.name === 'EngineError', `the failure is ${failure}`);
      index[0] = 2;
      await binding.run();
      check(y[0] === 6, `y is ${y[0]}`);
    },
  },
];

export const contractTests: readonly ContractTest[] = [...operatorTests, ...formulationTests, ...behaviourTests];
