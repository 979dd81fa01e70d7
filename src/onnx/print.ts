/** An ONNX model as text, one line per node: for goldens and for people. */

import type { OnnxModel } from './model.ts';
import type { FileAttribute, FileGraph, FilePort, FileTensor } from './model-file.ts';

/** A model of Dolina's, or what `readModel` made of a file. */
export type PrintableModel = OnnxModel | FileGraph;

/** Inputs, constants, nodes in order, outputs; equal models give equal text. */
export function printModel(model: PrintableModel): string {
  const { inputs, outputs, constants, nodes }: Omit<FileGraph, 'name' | 'external'> = model;
  const external = 'external' in model ? model.external : [];
  return [
    ...inputs.map((port) => `input ${printPort(port)}`),
    ...constants.map((constant) => `constant ${constant.name}: ${printTensor(constant)}`),
    ...external.map(({ name, dtype, shape, file }) => `constant ${name}: ${dtype}[${shape.join(', ')}] in ${file}`),
    ...nodes.map(({ type, inputs: operands, outputs: results, attributes }) => {
      const shown = Object.entries(attributes).map(([name, value]) => `${name}=${printAttribute(value)}`);
      return `${results.join(', ')} = ${type}(${operands.join(', ')})${shown.length === 0 ? '' : ` {${shown.join(', ')}}`}`;
    }),
    ...outputs.map((port) => `output ${printPort(port)}`),
    '',
  ].join('\n');
}

function printPort({ name, dtype, shape }: FilePort): string {
  return `${name}: ${dtype ?? '?'}${shape === undefined ? '' : `[${shape.join(', ')}]`}`;
}

function printTensor({ dtype, shape, data }: Omit<FileTensor, 'name'>): string {
  const shown = Array.from(data.slice(0, 8), String).join(', ');
  return `${dtype}[${shape.join(', ')}] = ${shown}${data.length > 8 ? ', …' : ''}`;
}

function printAttribute(value: FileAttribute): string {
  if (typeof value !== 'object') return String(value);
  if ('float' in value) return String(value.float);
  if ('floats' in value) return `[${value.floats.join(', ')}]`;
  if ('strings' in value) return `[${value.strings.join(', ')}]`;
  if ('tensor' in value) return printTensor(value.tensor);
  if ('graph' in value) return `graph { ${printModel(value.graph).trim().replaceAll('\n', '; ')} }`;
  return 'unread' in value ? `(${value.unread})` : `[${value.join(', ')}]`;
}
