/**
 * One model for every batch size, from two models of the same function at two sizes: what differs between them is what
 * depends on the batch. Dimensions of ports become symbols; integer constants that differ are computed from the batch
 * size (or, in a Reshape, inferred). Anything else that differs does not depend on the batch linearly, and is refused.
 */

import { GraphError } from '../base/errors.ts';
import type { OnnxConstant, OnnxModel, OnnxNode, OnnxPort } from './model.ts';

const PREFIX = 'batch';

export function dynamicBatch(
  small: OnnxModel,
  large: OnnxModel,
  sizes: readonly [number, number],
  symbol: string,
): OnnxModel {
  const twin = new Map<string, string>();
  pair(small.inputs, large.inputs, twin);
  const constants = new Map(small.constants.map((constant) => [constant.name, constant]));
  const twins = new Map(large.constants.map((constant) => [constant.name, constant]));
  if (small.nodes.length !== large.nodes.length) refuse('it has other operators at other batch sizes');

  const made: OnnxConstant[] = [];
  const computed: OnnxNode[] = [];
  const replaced = new Map<string, string>();
  const constant = (name: string, values: readonly number[]): string => {
    made.push({ name, dtype: 'int64', shape: [values.length], data: BigInt64Array.from(values.map(BigInt)) });
    return name;
  };
  const batch = small.inputs.find(({ shape }, i) => shape[0] === sizes[0] && large.inputs[i]!.shape[0] === sizes[1]);

  /** The name of the value that takes the place of a constant for every batch size. */
  const substitute = (a: OnnxConstant, b: OnnxConstant, inferable: boolean): string => {
    const lines = linear(a, b, sizes);
    const changing = lines.filter(({ slope }) => slope !== 0);
    if (changing.length === 0) return a.name;
    const key = `${a.name}${inferable && changing.length === 1 ? ' inferred' : ''}`;
    const known = replaced.get(key);
    if (known !== undefined) return known;
    if (batch === undefined) return refuse('no input has the batch as its first axis');
    const name = `${PREFIX}/${replaced.size}`;
    if (inferable && changing.length === 1) {
      constant(
        name,
        lines.map(({ slope, offset }) => (slope === 0 ? offset : -1)),
      );
    } else {
      if (computed.length === 0) computed.push(node('Shape', [batch.name], `${PREFIX}/size`, { start: 0, end: 1 }));
      const slopes = constant(
        `${name}/slope`,
        lines.map(({ slope }) => slope),
      );
      const offsets = constant(
        `${name}/offset`,
        lines.map(({ offset }) => offset),
      );
      computed.push(
        node('Mul', [`${PREFIX}/size`, slopes], `${name}/product`),
        node('Add', [`${name}/product`, offsets], name),
      );
    }
    replaced.set(key, name);
    return name;
  };

  const nodes = small.nodes.map((a, i) => {
    const b = large.nodes[i]!;
    const same =
      a.type === b.type &&
      a.inputs.length === b.inputs.length &&
      a.outputs.length === b.outputs.length &&
      JSON.stringify(a.attributes) === JSON.stringify(b.attributes);
    if (!same) refuse(`${a.type} differs between batch sizes`, a.name);
    a.outputs.forEach((name, output) => {
      twin.set(name, b.outputs[output]!);
    });
    const inputs = a.inputs.map((name, input) => {
      const [mine, other] = [constants.get(name), twins.get(b.inputs[input]!)];
      if (mine !== undefined && other !== undefined)
        return substitute(mine, other, a.type === 'Reshape' && input === 1);
      if (name !== '' && twin.get(name) !== b.inputs[input])
        refuse(`${a.type} takes other operands at other batch sizes`, a.name);
      return name;
    });
    return { ...a, inputs };
  });
  const used = new Set(nodes.flatMap(({ inputs }) => inputs));
  const symbolic = (ports: readonly OnnxPort[], others: readonly OnnxPort[]) =>
    ports.map((port, i) => ({
      ...port,
      shape: port.shape.map((dimension, axis) => symbolOf(dimension, others[i]!.shape[axis]!, sizes, symbol)),
    }));
  return {
    inputs: symbolic(small.inputs, large.inputs),
    outputs: symbolic(small.outputs, large.outputs),
    constants: [...small.constants.filter(({ name }) => used.has(name)), ...made],
    nodes: [...computed, ...nodes],
  };
}

function node(
  type: string,
  inputs: readonly string[],
  output: string,
  attributes: OnnxNode['attributes'] = {},
): OnnxNode {
  return { name: output, type, inputs, outputs: [output], attributes };
}

function pair(a: readonly OnnxPort[], b: readonly OnnxPort[], twin: Map<string, string>): void {
  a.forEach(({ name, shape }, i) => {
    if (shape.length !== b[i]?.shape.length) refuse(`the input "${name}" has another rank at another batch size`);
    twin.set(name, b[i]!.name);
  });
}

interface Line {
  readonly slope: number;
  readonly offset: number;
}

/** Each entry of a constant as slope · N + offset. */
function linear(a: OnnxConstant, b: OnnxConstant, [small, large]: readonly [number, number]): Line[] {
  const [before, after] = [Array.from(a.data, Number), Array.from(b.data, Number)];
  const alike = before.length === after.length && a.shape.length === b.shape.length;
  if (alike && before.every((value, i) => Object.is(value, after[i]))) return [];
  if (!alike || a.dtype !== 'int64') refuse(`a constant of ${before.length} ${a.dtype} depends on the batch size`);
  return before.map((value, i) => {
    const slope = (after[i]! - value) / (large - small);
    if (!Number.isInteger(slope)) refuse('a shape does not grow in proportion to the batch size');
    return { slope, offset: value - slope * small };
  });
}

function symbolOf(a: number | string, b: number | string, [small, large]: readonly [number, number], symbol: string) {
  if (a === b) return a;
  const slope = (Number(b) - Number(a)) / (large - small);
  const offset = Number(a) - slope * small;
  return `${slope === 1 ? '' : `${slope}*`}${symbol}${offset === 0 ? '' : `+${offset}`}`;
}

function refuse(problem: string, place?: string): never {
  throw new GraphError('graph/batch', `the model cannot be written for every batch size: ${problem}`, {
    ...(place === undefined ? {} : { place }),
    mend: 'Write it for one batch size instead.',
  });
}
