/**
 * A fused program as ONNX nodes: for engines whose memory is not ours, and for training steps exported as one file.
 * Uniform scalars are computed in float64 inside the model, elements in float32. The result is plain data of the form of
 * `onnx/model.ts`, with float64 beside its types.
 */

import type { OnnxNode } from '../onnx/model.ts';
import type { OperationKind } from './expression.ts';
import type { FusedProgram } from './fuse.ts';

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

/**
 * The program over tensors of `shape`. Inputs, each present where it is used: regions by their names in float32;
 * hyper-parameters, `step` and `gradientScale` as float64 scalars. Outputs: `next/theta`, `next/<slot>` (`next/interim`
 * for the pre-step).
 */
export function emitOnnx(program: FusedProgram, shape: readonly (number | string)[]): OnnxUpdate {
  const inputs: OnnxUpdatePort[] = [];
  const constants: { name: string; value: number }[] = [];
  const nodes: OnnxNode[] = [];
  const node = (type: string, name: string, operands: readonly string[], attributes: OnnxNode['attributes'] = {}) => {
    nodes.push({ name, type, inputs: operands, outputs: [name], attributes });
    return name;
  };
  const cast = (name: string, operand: string, to: keyof typeof castTo) =>
    node('Cast', name, [operand], { to: castTo[to] });

  const tape: string[] = [];
  program.tape.forEach((entry, index) => {
    const name = `scalar/${index}`;
    if (entry.kind === 'constant') {
      constants.push({ name, value: entry.value });
      tape.push(name);
    } else if (entry.kind === 'input') {
      inputs.push({ name: entry.name, dtype: 'float64', shape: [] });
      tape.push(entry.name);
    } else {
      const operands = entry.operands.map((operand) => tape[operand]!);
      if (entry.kind === 'where') operands[0] = cast(`${name}/condition`, operands[0]!, 'bool');
      const comparison = isComparison(entry.kind);
      const value = node(operators[entry.kind], comparison ? `${name}/bool` : name, operands);
      tape.push(comparison ? cast(name, value, 'float64') : value);
    }
  });

  const values: string[] = [];
  program.code.forEach((instruction, index) => {
    const name = `element/${index}`;
    if (instruction.kind === 'load') {
      inputs.push({ name: instruction.region, dtype: 'float32', shape });
      values.push(instruction.region);
    } else if (instruction.kind === 'uniform') {
      values.push(cast(name, tape[program.uniforms[instruction.index]!.entry]!, 'float32'));
    } else {
      const operands = instruction.operands.map((operand) => values[operand]!);
      const [first] = instruction.operands;
      if (instruction.kind === 'where' && program.code[first!]!.kind === 'uniform') {
        operands[0] = cast(`${name}/condition`, operands[0]!, 'bool');
      }
      values.push(node(operators[instruction.kind], name, operands));
    }
  });

  const outputs = program.stores.map(({ region, value }) => {
    node('Identity', `next/${region}`, [values[value]!]);
    return { name: `next/${region}`, dtype: 'float32' as const, shape };
  });
  return { inputs, outputs, constants, nodes };
}
