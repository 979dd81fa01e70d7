/**
 * Collects the nodes and constants of an ONNX model. Lowering rows and formulations write through it: every method
 * takes and gives names of values. Equal constants and equal nodes are made once.
 */

import type { Shape } from '../base/shape.ts';
import { sameShape } from '../base/shape.ts';
import type { OnnxAttribute, OnnxConstant, OnnxDtype, OnnxModel, OnnxNode, OnnxPort } from './model.ts';

/** TensorProto.DataType of each element type, as the attribute `to` of Cast wants it. */
const castCode = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9 } as const satisfies Record<OnnxDtype, number>;

/** Constants above this length are not compared with others. */
const LONGEST_SHARED = 256;

export class Emitter {
  readonly #nodes: OnnxNode[] = [];
  readonly #constants: OnnxConstant[] = [];
  readonly #inputs: OnnxPort[] = [];
  readonly #taken = new Set<string>();
  readonly #shared = new Map<string, readonly string[]>();
  #label = '';

  /** Names of the nodes made from here on begin with `label` (the layer and operator that is being lowered). */
  begin(label: string): void {
    this.#label = label;
  }

  /** A name that no value has yet: `wanted`, or `wanted` with a number. */
  name(wanted: string): string {
    let name = wanted;
    for (let i = 2; this.#taken.has(name); i++) name = `${wanted}_${i}`;
    this.#taken.add(name);
    return name;
  }

  input(name: string, dtype: OnnxDtype, shape: Shape): string {
    const unique = this.name(name);
    this.#inputs.push({ name: unique, dtype, shape });
    return unique;
  }

  /** A node with one output; gives the output's name. An empty operand name stands for an absent one. */
  op(
    type: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
    domain?: OnnxNode['domain'],
  ): string {
    return this.outputs(type, inputs, attributes, 1, domain)[0]!;
  }

  /** A node with `count` outputs; gives their names. */
  outputs(
    type: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>>,
    count: number,
    domain?: OnnxNode['domain'],
  ): readonly string[] {
    const identity = `${domain ?? ''}${type}|${inputs.join()}|${JSON.stringify(attributes)}|${count}`;
    const known = this.#shared.get(identity);
    if (known !== undefined) return known;
    const name = this.name(`${this.#label}/${type}`);
    const outputs = [name, ...Array.from({ length: count - 1 }, (_, i) => this.name(`${name}.${i + 1}`))];
    const node = { name, type, inputs: [...inputs], outputs, attributes };
    this.#nodes.push(domain === undefined ? node : { ...node, domain });
    this.#shared.set(identity, outputs);
    return outputs;
  }

  constant(dtype: OnnxDtype, values: ArrayLike<number>, shape: Shape): string {
    const short = values.length <= LONGEST_SHARED;
    const identity = short ? `=${dtype}|${Array.from(values, showNumber).join()}|${shape.join()}` : '';
    const known = this.#shared.get(identity);
    if (short && known !== undefined) return known[0]!;
    const name = this.name(short && values.length <= 4 ? `${dtype}(${Array.from(values, showNumber).join()})` : dtype);
    this.#constants.push({ name, dtype, shape: [...shape], data: typed(dtype, values) });
    if (short) this.#shared.set(identity, [name]);
    return name;
  }

  int64(values: readonly number[], shape: Shape = [values.length]): string {
    return this.constant('int64', values, shape);
  }

  float(values: ArrayLike<number>, shape: Shape = [values.length]): string {
    return this.constant('float32', values, shape);
  }

  scalar(dtype: OnnxDtype, value: number): string {
    return this.constant(dtype, [value], []);
  }

  cast(x: string, dtype: OnnxDtype): string {
    return this.op('Cast', [x], { to: castCode[dtype] });
  }

  reshape(x: string, shape: Shape): string {
    // Without `allowzero`, a 0 would copy the operand's dimension.
    return this.op('Reshape', [x, this.int64(shape)], shape.includes(0) ? { allowzero: 1 } : {});
  }

  expand(x: string, shape: Shape): string {
    return this.op('Expand', [x, this.int64(shape)]);
  }

  transpose(x: string, permutation: readonly number[]): string {
    return permutation.every((axis, i) => axis === i) ? x : this.op('Transpose', [x], { perm: permutation });
  }

  /** Elements starts, starts + steps, … below ends of each axis of x, whose shape is `shape`. */
  slice(
    x: string,
    shape: Shape,
    starts: readonly number[],
    ends: readonly number[],
    steps: readonly number[] = shape.map(() => 1),
  ): string {
    const cut = shape.flatMap((dimension, i) =>
      starts[i] === 0 && ends[i] === dimension && steps[i] === 1 ? [] : [i],
    );
    if (cut.length === 0) return x;
    const at = (values: readonly number[]) => this.int64(cut.map((i) => values[i]!));
    return this.op('Slice', [x, at(starts), at(ends), this.int64(cut), at(steps)]);
  }

  /** x cut up along an axis: the names of the parts, whose lengths are `sizes`. */
  split(x: string, axis: number, sizes: readonly number[]): readonly string[] {
    const equal = sizes.every((length) => length === sizes[0]);
    return equal
      ? this.outputs('Split', [x], { axis, num_outputs: sizes.length }, sizes.length)
      : this.outputs('Split', [x, this.int64(sizes)], { axis }, sizes.length);
  }

  /** `low` copies of `value` before and `high` after each axis. */
  pad(x: string, low: readonly number[], high: readonly number[], value = 0, dtype: OnnxDtype = 'float32'): string {
    if (low.every((n) => n === 0) && high.every((n) => n === 0)) return x;
    return this.op('Pad', [x, this.int64([...low, ...high]), this.scalar(dtype, value)]);
  }

  /** x (of shape `from`) with shape `to`; nothing where they are equal. */
  reshapeFrom(x: string, from: Shape, to: Shape): string {
    return sameShape(from, to) ? x : this.reshape(x, to);
  }

  zeros(dtype: OnnxDtype, shape: Shape): string {
    return shape.length === 0 ? this.constant(dtype, [0], shape) : this.expand(this.scalar(dtype, 0), shape);
  }

  /** The finished model. A value that is an output takes the output's name; inputs and constants pass an Identity. */
  finish(outputs: readonly { readonly value: string; readonly port: OnnxPort }[]): OnnxModel {
    this.begin('output');
    const renamed = new Map<string, string>();
    const produced = new Set(this.#nodes.flatMap((node) => node.outputs));
    const ports = outputs.map(({ value, port }) => {
      const name = this.name(port.name);
      if (produced.has(value) && !renamed.has(value)) renamed.set(value, name);
      else
        this.#nodes.push({
          name: `output/${name}`,
          type: 'Identity',
          inputs: [value],
          outputs: [name],
          attributes: {},
        });
      return { ...port, name };
    });
    const rename = (name: string) => renamed.get(name) ?? name;
    return {
      inputs: this.#inputs,
      outputs: ports,
      constants: this.#constants,
      nodes: this.#nodes.map((node) => ({
        ...node,
        inputs: node.inputs.map(rename),
        outputs: node.outputs.map(rename),
      })),
    };
  }
}

/** Tells -0 from 0, so that both can stand in one model. */
function showNumber(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function typed(dtype: OnnxDtype, values: ArrayLike<number>): OnnxConstant['data'] {
  switch (dtype) {
    case 'float32':
      return Float32Array.from(values);
    case 'int32':
      return Int32Array.from(values);
    case 'uint8':
    case 'bool':
      return Uint8Array.from(values);
    case 'int64':
      return BigInt64Array.from(Array.from(values, BigInt));
  }
}
