/** The states of a model in training: what a program reads, what it writes, and how the one becomes the other. */

import { initialStates, type StateSpec } from '../nn/state.ts';
import type { Program } from '../runtime/engine.ts';
import { nextStateName } from './task.ts';

export interface States {
  /** Before the next step, by name. */
  readonly values: ReadonlyMap<string, Float32Array>;
  /** What a program on `length` examples from `begin` is bound to: states and their next values. */
  arrays(begin: number, length: number): Map<string, Float32Array>;
  /** Remembers the states as they are before a step. */
  begin(): void;
  /** The next values that the program wrote become the states. */
  advance(program: Program, begin: number, length: number): void;
  /** Back to what they were before the step. */
  takeBack(): void;
  /** To what they start from. */
  reset(): void;
  /** What rows of a batch carry to the next batch starts anew. */
  forget(): void;
}

export function createStates(specs: readonly StateSpec[], batchSize: number): States {
  const values = initialStates(specs);
  const next = initialStates(specs);
  const kept = initialStates(specs);
  const part = (
    { name, count, perExample }: StateSpec,
    of: Map<string, Float32Array>,
    begin: number,
    length: number,
  ) => {
    const each = count / batchSize;
    return perExample ? of.get(name)!.subarray(begin * each, (begin + length) * each) : of.get(name)!;
  };
  const copy = (from: Map<string, Float32Array>, to: Map<string, Float32Array>): void => {
    for (const [name, array] of from) to.get(name)!.set(array);
  };
  return {
    values,
    arrays: (begin, length) =>
      new Map(
        specs.flatMap((spec) => [
          [spec.name, part(spec, values, begin, length)] as const,
          [nextStateName(spec.name), part(spec, next, begin, length)] as const,
        ]),
      ),
    begin: () => copy(values, kept),
    advance(program, begin, length) {
      for (const spec of specs) {
        if (!program.outputs.has(nextStateName(spec.name))) continue;
        part(spec, values, begin, length).set(part(spec, next, begin, length));
      }
    },
    takeBack: () => copy(kept, values),
    reset: () => copy(initialStates(specs), values),
    forget() {
      for (const { name, initial, perExample } of specs) if (perExample) values.get(name)!.fill(initial);
    },
  };
}
