/**
 * A fused program as readable JavaScript: the reference. In float64 it is the rule itself; in float32 every operation
 * is rounded, and the result equals the WebAssembly kernel's without fused multiply-add to the bit.
 */

import type { ElementKind } from './expression.ts';
import type { FusedProgram } from './fuse.ts';

export type Precision = 'float32' | 'float64';

const emit = {
  neg: (a) => `-${a}`,
  sqrt: (a) => `Math.sqrt(${a})`,
  abs: (a) => `Math.abs(${a})`,
  sign: (a) => `Math.sign(${a})`,
  add: (a, b) => `${a} + ${b}`,
  sub: (a, b) => `${a} - ${b}`,
  mul: (a, b) => `${a} * ${b}`,
  div: (a, b) => `${a} / ${b}`,
  min: (a, b) => `Math.min(${a}, ${b})`,
  max: (a, b) => `Math.max(${a}, ${b})`,
  less: (a, b) => `${a} < ${b}`,
  lessOrEqual: (a, b) => `${a} <= ${b}`,
  equal: (a, b) => `${a} === ${b}`,
  where: (a, b, c) => `${a} ? ${b} : ${c}`,
} satisfies Record<ElementKind, (a: string, b: string, c: string) => string>;

/** Operations whose result in float64 is not a float32 already when their operands are. */
const rounded: readonly ElementKind[] = ['sqrt', 'add', 'sub', 'mul', 'div'];

/**
 * The body of a function `(regions, uniforms, begin, end, sums)`: `regions` holds an array per region by its name, `begin`
 * and `end` count elements, `sums` gets Σx² of each norm's value.
 */
export function emitJs(program: FusedProgram, precision: Precision): string {
  const names = new Set(program.stores.map(({ region }) => region));
  for (const instruction of program.code) if (instruction.kind === 'load') names.add(instruction.region);
  const lines = [`const { ${[...names].map((name) => `${name}: $${name}`).join(', ')} } = regions;`];
  const body: string[] = [];
  const values = program.code.map((instruction, index) => {
    if (instruction.kind === 'uniform') {
      const name = `u${instruction.index}`;
      lines.push(`const ${name} = uniforms[${instruction.index}]; // ${program.uniforms[instruction.index]!.text}`);
      return name;
    }
    const name = `x${index}`;
    if (instruction.kind === 'load') {
      body.push(`const ${name} = $${instruction.region}[i];`);
      return name;
    }
    return { instruction, name };
  });
  const nameOf = (index: number) => {
    const value = values[index]!;
    return typeof value === 'string' ? value : value.name;
  };
  for (const value of values) {
    if (typeof value === 'string') continue;
    const { kind, operands } = value.instruction;
    const [a = '', b = '', c = ''] = operands.map(nameOf);
    const text = emit[kind](a, b, c);
    const round = precision === 'float32' && rounded.includes(kind);
    body.push(`const ${value.name} = ${round ? `Math.fround(${text})` : text};`);
  }
  for (const { region, value } of program.stores) body.push(`$${region}[i] = ${nameOf(value)};`);
  // Two sums in turn, as the lanes of the WebAssembly kernel add: in another order the last bit would differ.
  program.norms.forEach(({ value }, index) => {
    lines.push(`let even${index} = 0;`, `let odd${index} = 0;`);
    const square = `${nameOf(value)} * ${nameOf(value)}`;
    body.push(`if ((i - begin) % 2 === 0) even${index} += ${square};`, `else odd${index} += ${square};`);
  });
  const sums = program.norms.map((_, index) => `sums[${index}] = even${index} + odd${index};`);
  return [...lines, 'for (let i = begin; i < end; i++) {', ...body.map((line) => `  ${line}`), '}', ...sums].join('\n');
}

export type JsKernel = (
  regions: Readonly<Record<string, Float32Array | Float64Array>>,
  uniforms: Float32Array | Float64Array,
  begin: number,
  end: number,
  sums?: Float64Array,
) => void;

/** The emitted body as a function. */
export function compileJs(source: string): JsKernel {
  return new Function('regions', 'uniforms', 'begin', 'end', 'sums', source) as JsKernel;
}
