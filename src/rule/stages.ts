/**
 * What a rule wants of a whole parameter (its norm, the matrix made orthogonal) cannot be computed element by element:
 * it becomes a stage that runs before the update, and the update finds the result as a uniform input or a region.
 */

import { OptionError } from '../base/errors.ts';
import { type Condition, type Expression, element, input } from './expression.ts';
import { type FusedProgram, fuse } from './fuse.ts';

/** The region that holds a matrix before it is made orthogonal, and the one that holds it after. */
export const matrixRegion = 'matrix';
export const orthogonalRegion = 'orthogonal';

/** Uniform inputs that differ from parameter to parameter: what the shape says. */
export const shapeInputs = ['isMatrix', 'rows', 'columns'] as const;

/** What runs before the update, in this order. */
export type Stage =
  /** Sums squares over each parameter; its `norms` name the inputs. */
  | { readonly kind: 'norms'; readonly program: FusedProgram }
  /** Writes the region `matrix`, of which `orthogonal` is then computed. */
  | { readonly kind: 'orthogonalize'; readonly program: FusedProgram };

export interface Staged {
  readonly stages: readonly Stage[];
  /** The outputs with inputs and regions in place of what the stages compute. */
  readonly outputs: Readonly<Record<string, Expression>>;
}

type Any = Expression | Condition;
type Draft =
  | { readonly kind: 'norms'; readonly norms: Record<string, Expression> }
  | { readonly kind: 'orthogonalize'; readonly matrix: Expression };

/** Splits what is to be written into stages and the rest. `place` names the rule in errors. */
export function stagesOf(place: string, outputs: Readonly<Record<string, Expression>>): Staged {
  const drafts: Draft[] = [];
  const known = new Map<Any, Any>();
  let norms = 0;

  const normStage = (operand: Expression): Expression => {
    const name = `norm${norms++}`;
    const last = drafts.at(-1);
    // Norms that do not need one another share a pass over memory.
    if (last?.kind === 'norms' && !reads(operand, Object.keys(last.norms))) last.norms[name] = operand;
    else drafts.push({ kind: 'norms', norms: { [name]: operand } });
    return input(name);
  };
  const matrixStage = (matrix: Expression): Expression => {
    if (drafts.some(({ kind }) => kind === 'orthogonalize')) {
      throw new OptionError('rule/outputs', 'two different matrices are made orthogonal', {
        place,
        mend: 'There is room for one: use its result twice, or write two rules.',
      });
    }
    drafts.push({ kind: 'orthogonalize', matrix });
    return element(orthogonalRegion);
  };
  const replaced = (expression: Any): Any => {
    if (!('operands' in expression)) return expression;
    let result = known.get(expression);
    if (result === undefined) {
      const operands = expression.operands.map(replaced);
      if (expression.kind === 'norm') result = normStage(operands[0] as Expression);
      else if (expression.kind === 'orthogonalize') result = matrixStage(operands[0] as Expression);
      else result = { ...expression, operands } as Any;
      known.set(expression, result);
    }
    return result;
  };

  const rest = Object.fromEntries(
    Object.entries(outputs).map(([name, expression]) => [name, replaced(expression) as Expression]),
  );
  const stages = drafts.map(
    (draft): Stage =>
      draft.kind === 'norms'
        ? { kind: 'norms', program: fuse(place, {}, draft.norms) }
        : { kind: 'orthogonalize', program: fuse(place, { [matrixRegion]: draft.matrix }) },
  );
  return { stages, outputs: rest };
}

/** Whether an expression reads one of some inputs; shared parts are looked at once. */
function reads(expression: Any, inputs: readonly string[], seen = new Set<Any>()): boolean {
  if (seen.has(expression)) return false;
  seen.add(expression);
  if (expression.kind === 'input') return inputs.includes(expression.name);
  return 'operands' in expression && expression.operands.some((operand) => reads(operand, inputs, seen));
}

/** What an expression takes of one parameter alone, `norm` or `rows` say, where that must not be. */
export function parameterPartOf(expression: Any, shape: boolean, seen = new Set<Any>()): string | undefined {
  if (seen.has(expression)) return undefined;
  seen.add(expression);
  if (expression.kind === 'norm' || expression.kind === 'orthogonalize') return expression.kind;
  if (expression.kind === 'input' && shape && (shapeInputs as readonly string[]).includes(expression.name)) {
    return expression.name;
  }
  if (!('operands' in expression)) return undefined;
  for (const operand of expression.operands) {
    const found = parameterPartOf(operand, shape, seen);
    if (found !== undefined) return found;
  }
  return undefined;
}
