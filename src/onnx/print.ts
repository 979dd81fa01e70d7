/** An ONNX model as text, one line per node: for goldens and for people. */

import type { OnnxAttribute, OnnxConstant, OnnxModel, OnnxPort } from './model.ts';

/** Inputs, constants, nodes in order, outputs; equal models give equal text. */
export function printModel({ inputs, outputs, constants, nodes }: OnnxModel): string {
  return [
    ...inputs.map((port) => `input ${printPort(port)}`),
    ...constants.map(printConstant),
    ...nodes.map(({ type, inputs: operands, outputs: results, attributes }) => {
      const shown = Object.entries(attributes).map(([name, value]) => `${name}=${printAttribute(value)}`);
      return `${results.join(', ')} = ${type}(${operands.join(', ')})${shown.length === 0 ? '' : ` {${shown.join(', ')}}`}`;
    }),
    ...outputs.map((port) => `output ${printPort(port)}`),
    '',
  ].join('\n');
}

function printPort({ name, dtype, shape }: OnnxPort): string {
  return `${name}: ${dtype}[${shape.join(', ')}]`;
}

function printConstant({ name, dtype, shape, data }: OnnxConstant): string {
  const shown = Array.from(data.slice(0, 8), String).join(', ');
  return `constant ${name}: ${dtype}[${shape.join(', ')}] = ${shown}${data.length > 8 ? ', …' : ''}`;
}

function printAttribute(value: OnnxAttribute): string {
  if (typeof value === 'object' && 'float' in value) return String(value.float);
  return typeof value === 'object' ? `[${value.join(', ')}]` : String(value);
}
