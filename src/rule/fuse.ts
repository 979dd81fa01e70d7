/**
 * From expressions to one program: a tape of uniform scalars, run once per step in float64, and straight-line code for
 * one element, equal parts computed once. Every emitter starts from this.
 */

import { InternalError, OptionError } from '../base/errors.ts';
import { evaluateOperation } from './evaluate.ts';
import type { Condition, ElementKind, Expression, OperationKind } from './expression.ts';
import { show } from './expression.ts';
import { simplify } from './simplify.ts';

/** Operands are positions in the same list. */
export type TapeEntry =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'input'; readonly name: string }
  | { readonly kind: OperationKind; readonly operands: readonly number[] };

export type Instruction =
  | { readonly kind: 'load'; readonly region: string }
  | { readonly kind: 'uniform'; readonly index: number }
  | { readonly kind: ElementKind; readonly operands: readonly number[] };

export interface FusedProgram {
  readonly tape: readonly TapeEntry[];
  /** Which tape entries the element code reads, and how each is written. */
  readonly uniforms: readonly { readonly entry: number; readonly text: string }[];
  readonly code: readonly Instruction[];
  /** Regions written, and the instruction whose value each gets. All loads of an element precede its stores. */
  readonly stores: readonly { readonly region: string; readonly value: number }[];
  /** Values whose squares are summed over a parameter, and the input that later programs find the norm under. */
  readonly norms: readonly { readonly input: string; readonly value: number }[];
}

/**
 * Fuses what is to be written, region by region, and what norms are wanted of, into one program. `place` names the rule
 * in errors. What takes in a whole parameter must have been replaced before (`stagesOf`).
 */
export function fuse(
  place: string,
  outputs: Readonly<Record<string, Expression>>,
  norms: Readonly<Record<string, Expression>> = {},
): FusedProgram {
  const tape: TapeEntry[] = [];
  const uniforms: { entry: number; text: string }[] = [];
  const code: Instruction[] = [];
  const tapeIndex = new Map<string, number>();
  const codeIndex = new Map<string, number>();

  const share = <T>(list: T[], index: Map<string, number>, entry: T): number => {
    const identity = JSON.stringify(entry, showNonFinite);
    let position = index.get(identity);
    if (position === undefined) {
      position = list.push(entry) - 1;
      index.set(identity, position);
    }
    return position;
  };

  const onTape = remember((expression: Expression | Condition): number => {
    switch (expression.kind) {
      case 'constant':
        return share(tape, tapeIndex, { kind: 'constant', value: expression.value });
      case 'input':
        return share(tape, tapeIndex, { kind: 'input', name: expression.name });
      case 'element':
        throw new OptionError('rule/not-uniform', `${expression.name} is not uniform`, {
          place,
          mend: 'Compute it of hyper-parameters, the step, the loss and scalars alone.',
        });
      case 'norm':
      case 'orthogonalize':
        throw new InternalError(`${expression.kind} was left in a program`, { place });
      default:
        return share(tape, tapeIndex, {
          kind: expression.kind,
          operands: expression.operands.map((operand) => onTape(operand)),
        });
    }
  });

  const inCode = remember((expression: Expression | Condition): number => {
    if (expression.uniform) {
      const entry = onTape(expression);
      let index = uniforms.findIndex((uniform) => uniform.entry === entry);
      if (index < 0) index = uniforms.push({ entry, text: show(expression) }) - 1;
      return share(code, codeIndex, { kind: 'uniform', index });
    }
    switch (expression.kind) {
      case 'element':
        return share(code, codeIndex, { kind: 'load', region: expression.name });
      case 'pow':
      case 'exp':
      case 'log':
        throw new OptionError('rule/element-operation', `${show(expression)} is computed for every element`, {
          place,
          mend: `Use ${expression.kind} only on hyper-parameters and the step.`,
        });
      case 'orthogonalize':
        throw new InternalError(`${expression.kind} was left in a program`, { place });
      default:
        return share(code, codeIndex, {
          kind: expression.kind,
          operands: expression.operands.map((operand) => inCode(operand)),
        });
    }
  });

  const memory = new Map();
  const stores = Object.entries(outputs).map(([region, expression]) => ({
    region,
    value: inCode(simplify(expression, memory)),
  }));
  const summed = Object.entries(norms).map(([name, expression]) => ({
    input: name,
    value: inCode(simplify(expression, memory)),
  }));
  return { tape, uniforms, code, stores, norms: summed };
}

/** What uniform expressions, and only they, are computed by: a tape, and the entry of each result. */
export interface UniformProgram {
  readonly tape: readonly TapeEntry[];
  readonly results: readonly { readonly name: string; readonly entry: number }[];
}

/** A program of uniform expressions alone. */
export function fuseUniform(place: string, outputs: Readonly<Record<string, Expression>>): UniformProgram {
  const { tape, uniforms, code, stores } = fuse(place, outputs);
  const results = stores.map(({ region, value }) => {
    const instruction = code[value]!;
    if (instruction.kind === 'uniform') return { name: region, entry: uniforms[instruction.index]!.entry };
    throw new OptionError('rule/not-uniform', `${region} depends on elements`, {
      place,
      mend: 'Compute a scalar from scalars, hyper-parameters and the step only.',
    });
  });
  return { tape, results };
}

/** The regions that a program reads. */
export function loadsOf(program: FusedProgram): string[] {
  return program.code.flatMap((instruction) => (instruction.kind === 'load' ? [instruction.region] : []));
}

/** Runs the tape in float64: `values[i]` is entry i; `inputs` gives the named ones. Allocates nothing. */
export function runTape(
  tape: readonly TapeEntry[],
  inputs: Readonly<Record<string, number>>,
  values: Float64Array,
): void {
  for (let i = 0; i < tape.length; i++) {
    const entry = tape[i]!;
    if (entry.kind === 'constant') values[i] = entry.value;
    else if (entry.kind === 'input') values[i] = inputs[entry.name]!;
    else {
      const { operands } = entry;
      values[i] = evaluateOperation(
        entry.kind,
        values[operands[0]!]!,
        operands.length > 1 ? values[operands[1]!]! : 0,
        operands.length > 2 ? values[operands[2]!]! : 0,
      );
    }
  }
}

/** Visits each shared part of an expression once. */
function remember(visit: (expression: Expression | Condition) => number): typeof visit {
  const known = new Map<Expression | Condition, number>();
  return (expression) => {
    let position = known.get(expression);
    if (position === undefined) {
      position = visit(expression);
      known.set(expression, position);
    }
    return position;
  };
}

/** JSON writes NaN, infinities and −0 alike as null or 0; the identity of a constant must tell them apart. */
function showNonFinite(_key: string, value: unknown): unknown {
  if (Object.is(value, -0)) return '-0';
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}
