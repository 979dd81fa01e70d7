/**
 * A fused program as ONNX nodes: for engines whose memory is not ours, and for training steps exported as one file.
 * Uniform scalars are computed in float64 inside the model, elements in float32. The result is plain data of the form of
 * `onnx/model.ts`, with float64 beside its types.
 */

import type { OnnxNode } from '../onnx/model.ts';
import { matrixOf } from './control.ts';
import type { OperationKind } from './expression.ts';
import type { FusedProgram } from './fuse.ts';
import { newtonSchulzCoefficients, newtonSchulzEpsilon, newtonSchulzSteps } from './newton-schulz.ts';
import { orthogonalRegion, type Stage } from './stages.ts';

export interface OnnxUpdatePort {
  readonly name: string;
  readonly dtype: 'float32' | 'float64';
  readonly shape: readonly (number | string)[];
}

/** Nodes in an order in which each comes after its operands. */
export interface OnnxUpdate {
  readonly inputs: readonly OnnxUpdatePort[];
  readonly outputs: readonly OnnxUpdatePort[];
  /** Scalars of float64. */
  readonly constants: readonly { readonly name: string; readonly value: number }[];
  readonly nodes: readonly OnnxNode[];
}

const operators = {
  neg: 'Neg',
  sqrt: 'Sqrt',
  abs: 'Abs',
  sign: 'Sign',
  add: 'Add',
  sub: 'Sub',
  mul: 'Mul',
  div: 'Div',
  min: 'Min',
  max: 'Max',
  pow: 'Pow',
  exp: 'Exp',
  log: 'Log',
  less: 'Less',
  lessOrEqual: 'LessOrEqual',
  equal: 'Equal',
  where: 'Where',
} as const satisfies Record<OperationKind, string>;

/** TensorProto.DataType, as the attribute `to` of Cast wants it. */
const castTo = { float32: 1, bool: 9, float64: 11 } as const;

const isComparison = (kind: string) => kind === 'less' || kind === 'lessOrEqual' || kind === 'equal';

/** What a program is emitted into: the ports so far, and the values that stand for inputs and regions. */
interface Emission {
  readonly shape: readonly (number | string)[];
  readonly inputs: OnnxUpdatePort[];
  readonly constants: { name: string; value: number }[];
  readonly nodes: OnnxNode[];
  /** Names of the values of inputs and regions. */
  readonly values: Map<string, string>;
}

/**
 * The program over tensors of `shape`, after the stages that it needs. Inputs, each present where it is used: regions by
 * their names in float32; hyper-parameters, scalars, `step` and `gradientScale` as float64 scalars. Outputs: `next/theta`,
 * `next/<slot>` (`next/interim` for the pre-step).
 */
export function emitOnnx(
  program: FusedProgram,
  shape: readonly (number | string)[],
  stages: readonly Stage[] = [],
): OnnxUpdate {
  const emission: Emission = { shape, inputs: [], constants: [], nodes: [], values: new Map() };
  // What the shape says is known here, where the shape is.
  if (shape.every((dimension) => typeof dimension === 'number')) {
    const size = shape.reduce((product, dimension) => product * dimension, 1);
    const { rows, columns } = matrixOf({ name: '', size, shape });
    const numbers = { isMatrix: Number(shape.length >= 2), rows, columns };
    for (const [name, value] of Object.entries(numbers))
      emission.values.set(name, scalar(emission, `shape/${name}`, value));
  }
  for (const [index, stage] of stages.entries()) emitStage(emission, stage, `stage${index}`);
  const values = emitProgram(emission, program, '');
  const outputs = program.stores.map(({ region, value }) => {
    node(emission, 'Identity', `next/${region}`, [values[value]!]);
    return { name: `next/${region}`, dtype: 'float32' as const, shape };
  });
  const used = new Set(emission.nodes.flatMap(({ inputs }) => inputs));
  const constants = emission.constants.filter(({ name }) => used.has(name));
  return { inputs: emission.inputs, outputs, constants, nodes: emission.nodes };
}

function node(
  { nodes }: Emission,
  type: string,
  name: string,
  operands: readonly string[],
  attributes: OnnxNode['attributes'] = {},
): string {
  nodes.push({ name, type, inputs: operands, outputs: [name], attributes });
  return name;
}

function cast(emission: Emission, name: string, operand: string, to: keyof typeof castTo): string {
  return node(emission, 'Cast', name, [operand], { to: castTo[to] });
}

function scalar({ constants }: Emission, name: string, value: number): string {
  constants.push({ name, value });
  return name;
}

/** The value of an input or region, which becomes a port where it is first used. */
function port(
  { inputs, values }: Emission,
  name: string,
  dtype: OnnxUpdatePort['dtype'],
  shape: OnnxUpdatePort['shape'],
) {
  if (!values.has(name)) {
    inputs.push({ name, dtype, shape });
    values.set(name, name);
  }
  return values.get(name)!;
}

/** Emits tape and element code; gives the name of each instruction's value. Names begin with `prefix`. */
function emitProgram(emission: Emission, program: FusedProgram, prefix: string): string[] {
  const tape: string[] = [];
  program.tape.forEach((entry, index) => {
    const name = `${prefix}scalar/${index}`;
    if (entry.kind === 'constant') tape.push(scalar(emission, name, entry.value));
    else if (entry.kind === 'input') tape.push(port(emission, entry.name, 'float64', []));
    else {
      const operands = entry.operands.map((operand) => tape[operand]!);
      if (entry.kind === 'where') operands[0] = cast(emission, `${name}/condition`, operands[0]!, 'bool');
      const comparison = isComparison(entry.kind);
      const value = node(emission, operators[entry.kind], comparison ? `${name}/bool` : name, operands);
      tape.push(comparison ? cast(emission, name, value, 'float64') : value);
    }
  });

  const values: string[] = [];
  program.code.forEach((instruction, index) => {
    const name = `${prefix}element/${index}`;
    if (instruction.kind === 'load') {
      values.push(port(emission, instruction.region, 'float32', emission.shape));
    } else if (instruction.kind === 'uniform') {
      values.push(cast(emission, name, tape[program.uniforms[instruction.index]!.entry]!, 'float32'));
    } else {
      const operands = instruction.operands.map((operand) => values[operand]!);
      const [first] = instruction.operands;
      if (instruction.kind === 'where' && program.code[first!]!.kind === 'uniform') {
        operands[0] = cast(emission, `${name}/condition`, operands[0]!, 'bool');
      }
      values.push(node(emission, operators[instruction.kind], name, operands));
    }
  });
  return values;
}

function emitStage(emission: Emission, { kind, program }: Stage, name: string): void {
  const values = emitProgram(emission, program, `${name}/`);
  if (kind === 'orthogonalize') {
    emission.values.set(orthogonalRegion, emitOrthogonal(emission, values[program.stores[0]!.value]!, name));
    return;
  }
  for (const { input, value } of program.norms) {
    const wide = cast(emission, `${name}/${input}/wide`, values[value]!, 'float64');
    // The square root of the sum over all axes; a uniform value counts once for each element.
    const full = node(emission, 'Add', `${name}/${input}/full`, [wide, zeros(emission)]);
    emission.values.set(input, node(emission, 'ReduceL2', `${name}/${input}`, [full], { keepdims: 0 }));
  }
}

/** Zeros in float64 of the parameter's shape, to spread a uniform value over it. */
function zeros(emission: Emission): string {
  const name = 'zeros';
  if (!emission.values.has(name)) {
    const theta = port(emission, 'theta', 'float32', emission.shape);
    const wide = cast(emission, 'zeros/theta', theta, 'float64');
    emission.values.set(name, node(emission, 'Sub', name, [wide, wide]));
  }
  return emission.values.get(name)!;
}

/** Newton–Schulz in float64, as in `newton-schulz.ts`; the parameter must be a matrix, else the result is 0. */
function emitOrthogonal(emission: Emission, matrix: string, name: string): string {
  const [rows, ...rest] = emission.shape as readonly number[];
  const constant = (label: string, value: number) => scalar(emission, `${name}/${label}`, value);
  const wide = cast(emission, `${name}/wide`, matrix, 'float64');
  if (rest.length === 0) {
    const zero = node(emission, 'Sub', `${name}/zero`, [wide, wide]);
    return cast(emission, `${name}/orthogonal`, zero, 'float32');
  }
  const flat = node(emission, 'Flatten', `${name}/flat`, [wide], { axis: 1 });
  const tall = rows! > rest.reduce((product, dimension) => product * dimension, 1);
  const start = tall ? node(emission, 'Transpose', `${name}/short`, [flat]) : flat;
  const norm = node(emission, 'ReduceL2', `${name}/norm`, [start], { keepdims: 0 });
  const divisor = node(emission, 'Add', `${name}/divisor`, [norm, constant('epsilon', newtonSchulzEpsilon)]);
  const { a, b, c } = newtonSchulzCoefficients;
  const [ca, cb, cc] = [constant('a', a), constant('b', b), constant('c', c)];
  let x = node(emission, 'Div', `${name}/x0`, [start, divisor]);
  for (let step = 0; step < newtonSchulzSteps; step++) {
    const at = (label: string) => `${name}/${label}${step + 1}`;
    const gram = node(emission, 'MatMul', at('gram'), [x, node(emission, 'Transpose', at('transposed'), [x])]);
    const squared = node(emission, 'MatMul', at('squared'), [gram, gram]);
    const linear = node(emission, 'Mul', at('linear'), [gram, cb]);
    const quadratic = node(emission, 'Mul', at('quadratic'), [squared, cc]);
    const polynomial = node(emission, 'Add', at('polynomial'), [linear, quadratic]);
    const moved = node(emission, 'MatMul', at('moved'), [polynomial, x]);
    x = node(emission, 'Add', at('x'), [node(emission, 'Mul', at('kept'), [x, ca]), moved]);
  }
  const back = tall ? node(emission, 'Transpose', `${name}/back`, [x]) : x;
  const shape = node(emission, 'Shape', `${name}/shape`, [matrix]);
  const shaped = node(emission, 'Reshape', `${name}/shaped`, [back, shape]);
  return cast(emission, `${name}/orthogonal`, shaped, 'float32');
}
