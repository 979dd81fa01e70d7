/** From a plain function of tensors to one that computes on an engine. */

import { type Dtype, type HostArray, hostArray } from '../base/dtype.ts';
import { GraphError, OptionError, ShapeError } from '../base/errors.ts';
import { checkOptionNames } from '../base/options.ts';
import { type Shape, sameShape, showShape, size } from '../base/shape.ts';
import type { TensorSpec } from '../graph/graph.ts';
import { Tensor } from '../graph/tensor.ts';
import { trace } from '../graph/trace.ts';
import { type CompileOptions, compileOptionNames, type Engine, type Program } from './engine.ts';

/** A tensor with its bytes, on the host. */
export interface HostTensor {
  readonly shape: Shape;
  readonly dtype: Dtype;
  readonly data: HostArray;
}

/** Numbers nested as deep as the tensor has axes. */
export type Nested = number | readonly Nested[];

/** What a compiled function takes for a tensor: a typed array or a flat one, nested arrays, a number, another's result. */
export type Argument = HostArray | Nested | HostTensor;

/** What a traced function may give: a tensor, or several in an array or under names. */
export type Traced = Tensor | readonly Tensor[] | Readonly<Record<string, Tensor>>;

/** The same with host tensors. */
export type Computed<R extends Traced> = R extends Tensor ? HostTensor : { readonly [K in keyof R]: HostTensor };

/** A function on host tensors; `program` tells its threads and formulations. */
export type Compiled<R extends Traced> = ((...values: readonly Argument[]) => Promise<Computed<R>>) & {
  readonly program: Program;
};

export interface CompileFunctionOptions extends CompileOptions {
  readonly engine: Engine;
}

/**
 * Traces `f` on tensors of the given specs (a shape alone means float32) and compiles the graph.
 *
 * @example
 * const product = await compile(matmul, [[3, 4], [4]], { engine });
 * const { data, shape } = await product(a, b);        // Float32Array of 3
 * @throws OptionError for an unknown option; ShapeError where the function's operators or a later argument do not fit.
 */
export async function compile<R extends Traced>(
  f: (...tensors: Tensor[]) => R,
  specs: readonly (Shape | TensorSpec)[],
  options: CompileFunctionOptions,
): Promise<Compiled<R>> {
  checkOptionNames('compile', options, ['engine', ...compileOptionNames]);
  const { engine, ...rest } = options;
  if (engine === undefined) {
    throw new OptionError('option/missing', 'compile has no engine', {
      mend: 'Give one: { engine: await cpuEngine() }.',
    });
  }
  const inputs = specs.map((spec): TensorSpec => ('dtype' in spec ? spec : { shape: spec, dtype: 'float32' }));
  let rebuild: ((tensors: readonly HostTensor[]) => Computed<R>) | undefined;
  const graph = trace(Object.fromEntries(inputs.map((spec, i) => [argumentName(i), spec])), (tensors) => {
    const result = f(...inputs.map((_, i) => tensors[argumentName(i)]!));
    const [parts, build] = flatten(result);
    rebuild = build;
    return Object.fromEntries(parts.map((part, i) => [`result${i}`, part]));
  });
  const program = await engine.compile(graph, rest);

  const arrays = new Map<string, HostArray>();
  for (const ports of [program.inputs, program.outputs]) {
    for (const [name, { shape, dtype }] of ports) arrays.set(name, hostArray(dtype, size(shape)));
  }
  const binding = program.bind(arrays);
  let last: Promise<unknown> = Promise.resolve();

  const call = async (values: readonly Argument[]): Promise<Computed<R>> => {
    inputs.forEach((spec, i) => {
      write(arrays.get(argumentName(i))!, spec, values[i], i);
    });
    await binding.run();
    const results = [...program.outputs].map(([name, { shape, dtype }]) => ({
      shape,
      dtype,
      data: arrays.get(name)!.slice(),
    }));
    return rebuild!(results);
  };
  const compiled = (...values: readonly Argument[]): Promise<Computed<R>> => {
    if (values.length !== inputs.length) {
      throw new OptionError('option/arguments', `${values.length} arguments for ${inputs.length} tensors`, {
        place: 'a compiled function',
        mend: 'Give one for each shape that it was compiled for.',
      });
    }
    // The arrays are shared by all calls: one at a time.
    const next = last.then(() => call(values));
    last = next.catch(() => undefined);
    return next;
  };
  return Object.assign(compiled, { program });
}

function argumentName(index: number): string {
  return `argument${index}`;
}

/** The tensors of a result in order, and how to build the like from host tensors. */
function flatten<R extends Traced>(result: R): [Tensor[], (tensors: readonly HostTensor[]) => Computed<R>] {
  if (result instanceof Tensor) return [[result], ([only]) => only as Computed<R>];
  if (Array.isArray(result)) return [[...result], (tensors) => [...tensors] as unknown as Computed<R>];
  if (typeof result !== 'object' || result === null) {
    throw new GraphError('graph/output', `the function gives ${typeof result}, not a tensor`, {
      place: 'compile',
      mend: 'Return a tensor, an array of tensors, or tensors under names.',
    });
  }
  const names = Object.keys(result);
  const parts = Object.values(result as Readonly<Record<string, Tensor>>);
  return [parts, (tensors) => Object.fromEntries(names.map((name, i) => [name, tensors[i]!])) as Computed<R>];
}

function write(array: HostArray, spec: TensorSpec, value: Argument | undefined, index: number): void {
  const refuse = (problem: string): never => {
    throw new ShapeError('shape/argument', `argument ${index} ${problem}`, {
      place: 'a compiled function',
      mend: `It was compiled for ${spec.dtype} ${showShape(spec.shape)}.`,
    });
  };
  if (typeof value === 'number') {
    if (array.length !== 1) refuse('is one number');
    array[0] = value;
  } else if (Array.isArray(value)) {
    const flat = value.flat(Number.POSITIVE_INFINITY) as number[];
    const shape = nestedShape(value);
    const fits = sameShape(shape, spec.shape) || (shape.length === 1 && flat.length === array.length);
    if (!fits || flat.length !== array.length) refuse(`has shape ${showShape(shape)}`);
    array.set(flat);
  } else if (ArrayBuffer.isView(value)) {
    copy(array, value as HostArray, refuse);
  } else if (typeof value === 'object' && value !== null && 'data' in value) {
    if (!sameShape(value.shape, spec.shape)) refuse(`has shape ${showShape(value.shape)}`);
    copy(array, value.data, refuse);
  } else {
    refuse(`is ${value === null ? 'null' : typeof value}`);
  }
}

function copy(to: HostArray, from: HostArray, refuse: (problem: string) => never): void {
  if (from.constructor !== to.constructor) refuse(`is a ${from.constructor.name}`);
  if (from.length !== to.length) refuse(`has ${from.length} elements`);
  to.set(from);
}

function nestedShape(value: Nested): number[] {
  const shape: number[] = [];
  for (let inner: Nested | undefined = value; Array.isArray(inner); inner = inner[0]) shape.push(inner.length);
  return shape;
}
