/**
 * An update that is a sum of two multiples, θ ← aθ + bg (plain gradient descent, decoupled decay with it), waits for memory
 * and nothing else, and one thread does not get all that memory gives. So it may be computed elsewhere, on several.
 */

import type { FusedProgram } from './fuse.ts';

/** The first of two rows is to become the sum of multiples of both. */
export interface Combination {
  /** Two rows of equal length, one behind the other. */
  readonly rows: Float32Array<ArrayBuffer>;
  /** The factor of each row. */
  readonly coefficients: Float32Array<ArrayBuffer>;
}

/**
 * Computes a combination in place, by itself or by calling `kernel`, which computes the same; the bits must be those of
 * the kernel. A promise where it has begun and not ended.
 */
export type Combine = (combination: Combination, kernel: () => void) => Promise<void> | undefined;

/** What a program combines, and by which factors. */
export interface CombinationForm {
  readonly target: string;
  readonly other: string;
  /** Reads the factors of `target` and `other` off the program's uniforms. */
  coefficients(uniforms: ArrayLike<number>, into: Float32Array): void;
}

interface Term {
  readonly region: string;
  readonly sign: 1 | -1;
  /** Which uniform it is multiplied by, if any. */
  readonly uniform: number | undefined;
}

/** The form of a program that writes one region as the sum of its multiple and that of another, and does nothing else. */
export function combinationOf({ code, stores, norms }: FusedProgram): CombinationForm | undefined {
  const [store] = stores;
  if (store === undefined || stores.length > 1 || norms.length > 0) return undefined;
  const root = code[store.value]!;
  if (root.kind !== 'add' && root.kind !== 'sub') return undefined;
  const termOf = (index: number, sign: Term['sign']): Term | undefined => {
    const instruction = code[index]!;
    if (instruction.kind === 'load') return { region: instruction.region, sign, uniform: undefined };
    if (instruction.kind !== 'mul') return undefined;
    const operands = instruction.operands.map((operand) => code[operand]!);
    const load = operands.find((one) => one.kind === 'load');
    const uniform = operands.find((one) => one.kind === 'uniform');
    return load && uniform && { region: load.region, sign, uniform: uniform.index };
  };
  const terms = [termOf(root.operands[0]!, 1), termOf(root.operands[1]!, root.kind === 'sub' ? -1 : 1)];
  const target = terms.find((term) => term?.region === store.region);
  const other = terms.find((term) => term !== undefined && term.region !== store.region);
  if (target === undefined || other === undefined) return undefined;
  return {
    target: target.region,
    other: other.region,
    coefficients(uniforms, into) {
      [target, other].forEach(({ sign, uniform }, i) => {
        into[i] = sign * (uniform === undefined ? 1 : uniforms[uniform]!);
      });
    },
  };
}
