/** Traces a model on given tensors: hands each layer its scope, names what it declares, and records it. */

import { GraphError, OptionError, ShapeError } from '../base/errors.ts';
import { frozen } from '../base/frozen.ts';
import { checkNumber } from '../base/options.ts';
import { type Shape, sameShape, showShape, size } from '../base/shape.ts';
import { stopGradient } from '../graph/elementwise.ts';
import { type Builder, Tensor } from '../graph/tensor.ts';
import type { Fan } from './init/initializer.ts';
import { readInitializer, usesFan } from './init/table.ts';
import { layerNameSpec } from './layer/named.ts';
import { rowOf } from './layer/table.ts';
import type { Layer, Scope } from './layer.ts';
import type { Loss } from './loss/loss.ts';
import { readLoss } from './loss/table.ts';
import type { MaskSpec } from './mask.ts';
import type { ParameterSpec } from './parameter.ts';
import type { StateSpec, Statistics } from './state.ts';

/**
 * A model written as a function. What it calls on the scope is named and counted like the layers of `sequential`. It gives
 * its output, or several by name: `{ digit, parity }`.
 */
export type ModelFunction = (scope: Scope, x: Tensor) => Tensor | Readonly<Record<string, Tensor>>;

/** A layer (most often a `sequential`), or a function. */
export type Model = Layer | ModelFunction;

/** One applied layer that holds no other. */
export interface AppliedLayer {
  /** Its path: `features/conv1`. */
  readonly name: string;
  /** Its kind: `conv2d`. */
  readonly kind: string;
  /** Shape of its output, batch first. */
  readonly output: Shape;
}

export interface ForwardOptions {
  /** Whether dropout and its like act. */
  readonly training: boolean;
  /** The tensor that stands for a parameter, asked once for each, in the order in which the model declares them. */
  readonly parameter: (declared: ParameterSpec) => Tensor;
  /** The tensor that stands for a state; by default an input of its name. */
  readonly state?: (declared: StateSpec) => Tensor;
  /** For all layers, or by a layer's path. Default `batch` in training, `frozen` elsewhere. */
  readonly statistics?: Statistics | ((path: string) => Statistics);
}

/** An output at an inner layer, whose loss counts `weight` times in training. */
export interface AuxiliaryOutput {
  readonly name: string;
  readonly output: Tensor;
  readonly weight: number;
  /** Default: that of the task. */
  readonly loss?: Loss;
  /** The output whose targets and loss are meant; absent where the model has one. */
  readonly of?: string;
}

/** The name of an output that the model gives none. */
export const onlyOutput = 'output';

/** What tracing a model gave. */
export interface Forward {
  /** Of several, the first. */
  readonly output: Tensor;
  /** By name; the output of a model that names none is `output`. */
  readonly outputs: ReadonlyMap<string, Tensor>;
  readonly parameters: readonly ParameterSpec[];
  /** Random inputs that the model added to the graph; to be drawn anew (`drawMask`) before each run. */
  readonly masks: readonly MaskSpec[];
  readonly layers: readonly AppliedLayer[];
  readonly states: readonly StateSpec[];
  /** What states become, by name; those that stay are left out. */
  readonly updates: ReadonlyMap<string, Tensor>;
  readonly auxiliaries: readonly AuxiliaryOutput[];
  /** Inner tensors that layers show, by path: `lstm1/hidden` and `lstm1/cell`, one tensor [N, units] for each step. */
  readonly exposed: ReadonlyMap<string, readonly Tensor[]>;
}

interface Trace {
  readonly builder: Builder;
  readonly options: ForwardOptions;
  readonly parameters: ParameterSpec[];
  readonly masks: MaskSpec[];
  readonly layers: AppliedLayer[];
  readonly states: StateSpec[];
  readonly updates: Map<string, Tensor>;
  readonly auxiliaries: AuxiliaryOutput[];
  readonly exposed: Map<string, readonly Tensor[]>;
  readonly outputs: Map<string, Tensor>;
}

/**
 * Applies `model` to `x` (batch first) in the trace that x belongs to. Tracing twice declares the same parameters,
 * whether training or not.
 *
 * @example
 * const { output, masks } = traceForward(model, x, { training: true, parameter: ({ name }) => tensors.get(name)! });
 */
export function traceForward(model: Model, x: Tensor, options: ForwardOptions): Forward {
  const trace: Trace = {
    ...{ builder: x.builder, options, parameters: [], masks: [], layers: [] },
    ...{ states: [], updates: new Map(), auxiliaries: [], exposed: new Map(), outputs: new Map() },
  };
  const scope = openScope(trace, '');
  const given = typeof model === 'function' ? model(scope, x) : scope.apply(model, x);
  const outputs = outputsOf(trace, scope, given);
  const [output] = outputs.values();
  const { parameters, masks, layers, states, updates, auxiliaries, exposed } = trace;
  return { output: output!, outputs, parameters, masks, layers, states, updates, auxiliaries, exposed };
}

/** The outputs of a model by name: those that it named while it was traced, or in what it gave; else what it gave. */
function outputsOf({ outputs }: Trace, scope: Scope, given: Tensor | Readonly<Record<string, Tensor>>) {
  if (!(given instanceof Tensor)) {
    const entries = typeof given === 'object' && given !== null ? Object.entries(given) : [];
    if (entries.length === 0 || entries.some(([, tensor]) => !(tensor instanceof Tensor))) {
      throw new OptionError('option/model', `the model gave ${JSON.stringify(given) ?? String(given)}`, {
        place: 'model',
        mend: 'A model written as a function must return its output tensor, or an object of several.',
      });
    }
    for (const [name, tensor] of entries) scope.output(name, tensor);
    return outputs;
  }
  if (outputs.size === 0) return new Map([[onlyOutput, given]]);
  // What passes by the last outputs is older than they are.
  if (given.id > Math.max(...Array.from(outputs.values(), ({ id }) => id))) {
    const names = `output${outputs.size === 1 ? '' : 's'} ${[...outputs.keys()].join(', ')}`;
    throw new OptionError('option/outputs', `the model names the ${names}, and what follows has no name`, {
      place: 'model',
      mend: 'Let outputs({ … }) be the last layer, with a head for each output.',
    });
  }
  return outputs;
}

function openScope(trace: Trace, path: string): Scope {
  const { builder, options } = trace;
  const taken = new Set<string>();
  const pathOf = (name: string) => (path === '' ? name : `${path}/${name}`);

  const claim = (name: string): string => {
    layerNameSpec.read(path === '' ? 'model' : path, 'name', name);
    if (taken.has(name)) {
      throw new GraphError('graph/name-twice', `the name "${pathOf(name)}" is given twice`, {
        mend: 'Names must differ within a scope: a layer that is applied twice has parameters twice.',
      });
    }
    taken.add(name);
    return pathOf(name);
  };

  const numbered = (label: string): string => {
    let number = 1;
    while (taken.has(`${label}${number}`)) number++;
    return `${label}${number}`;
  };

  const scope: Scope = {
    training: options.training,
    statistics:
      typeof options.statistics === 'function'
        ? options.statistics(path)
        : (options.statistics ?? (options.training ? 'batch' : 'frozen')),
    path,
    builder,

    parameter(name, shape, initializer, fan) {
      const full = claim(name);
      const declared = declare(full, shape, readInitializer(initializer, full), fan);
      const tensor = options.parameter(declared);
      if (!(tensor instanceof Tensor) || tensor.dtype !== 'float32' || !sameShape(tensor.shape, shape)) {
        const found = tensor instanceof Tensor ? `${tensor.dtype}${showShape(tensor.shape)}` : 'missing';
        throw new ShapeError(
          'shape/parameter',
          `${full}: the model declares float32${showShape(shape)}, and the tensor for it is ${found}`,
          { mend: 'Start or load parameters that belong to this model.' },
        );
      }
      trace.parameters.push(declared);
      return tensor;
    },

    keepMask(name, shape, keepProbability) {
      const full = claim(name);
      const probability = checkNumber(full, 'keepProbability', keepProbability, { min: 0, max: 1 });
      trace.masks.push(frozen({ name: full, shape: [...shape], keepProbability: probability }));
      return builder.input(full, { shape, dtype: 'uint8' });
    },

    state(name, shape, initial, { perExample = false } = {}) {
      const full = claim(name);
      for (const dimension of shape) checkNumber(full, 'shape', dimension, { min: 1, integer: true });
      const declared = frozen({ name: full, shape: [...shape], count: size(shape), initial, perExample });
      trace.states.push(declared);
      return options.state === undefined ? builder.input(full, { shape, dtype: 'float32' }) : options.state(declared);
    },

    updateState(name, next) {
      const full = pathOf(name);
      const declared = trace.states.find((state) => state.name === full);
      if (declared === undefined || !sameShape(declared.shape, next.shape)) {
        const found = declared === undefined ? 'is not declared' : `has shape ${showShape(declared.shape)}`;
        throw new ShapeError('shape/state', `the state ${full} ${found}, its next value ${showShape(next.shape)}`, {
          mend: 'Declare it with scope.state, and give a next value of its shape.',
        });
      }
      trace.updates.set(full, stopGradient(next));
    },

    auxiliary(name, output, weight, { loss, of } = {}) {
      const full = claim(name);
      checkNumber(full, 'weight', weight, { min: 0 });
      const own = { ...(loss === undefined ? {} : { loss: readLoss(loss) }), ...(of === undefined ? {} : { of }) };
      if (options.training) trace.auxiliaries.push({ name: full, output, weight, ...own });
    },

    expose(name, tensors) {
      // Not claimed: what is shown may be a state, or become one, and has its name then.
      const full = pathOf(name);
      if (trace.exposed.has(full)) {
        throw new GraphError('graph/name-twice', `"${full}" is exposed twice`, {
          mend: 'Names must differ within a scope.',
        });
      }
      trace.exposed.set(full, [...tensors]);
    },

    output(name, output) {
      layerNameSpec.read('outputs', 'name', name);
      if (trace.outputs.has(name) || name === 'input') {
        const why =
          name === 'input' ? 'cannot be "input", which is the name of what the model is given' : 'is given twice';
        throw new GraphError('graph/name-twice', `the name of an output ${why}`, {
          place: name,
          mend: 'Outputs of a model must have names of their own.',
        });
      }
      trace.outputs.set(name, output);
    },

    apply(layer, x, name = layer?.name) {
      const row = rowOf(layer, path === '' ? 'model' : path);
      if (row.transparent && name === undefined) return row.apply(layer, scope, x);
      const own = name ?? numbered(row.label);
      const full = claim(own);
      const inner = trace.layers.length;
      const y = builder.within(own, () => row.apply(layer, openScope(trace, full), x));
      if (trace.layers.length === inner) trace.layers.push(frozen({ name: full, kind: layer.layer, output: y.shape }));
      return y;
    },

    refuse(problem, mend) {
      throw new ShapeError('shape/layer', `${path === '' ? 'model' : path}: ${problem}`, { mend });
    },
  };
  return Object.freeze(scope);
}

function declare(name: string, shape: Shape, initializer: ParameterSpec['initializer'], fan?: Fan): ParameterSpec {
  for (const dimension of shape) checkNumber(name, 'shape', dimension, { min: 1, integer: true });
  const spec = { name, shape: [...shape], count: size(shape), initializer };
  if (!usesFan(initializer)) return frozen(spec);
  if (fan === undefined) {
    throw new OptionError(
      'option/fan',
      `the initializer ${initializer.initializer} scales by the fan, and none is given`,
      {
        place: name,
        mend: 'Pass { fanIn, fanOut } to scope.parameter: what a unit sums, and what an input feeds.',
      },
    );
  }
  const fanIn = checkNumber(name, 'fanIn', fan.fanIn, { min: 0 });
  const fanOut = checkNumber(name, 'fanOut', fan.fanOut, { min: 0 });
  return frozen({ ...spec, fan: { fanIn, fanOut } });
}
