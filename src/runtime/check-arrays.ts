/** Checks the arrays that a program is bound to, once, so that runs need no checks. */

import { type HostArray, hostArray } from '../base/dtype.ts';
import { EngineError } from '../base/errors.ts';
import { suggestion } from '../base/nearest.ts';
import { showShape, size } from '../base/shape.ts';
import type { TensorSpec } from '../graph/graph.ts';

/** Refuses missing and unknown names, wrong element types and wrong lengths. */
export function checkArrays(
  inputs: ReadonlyMap<string, TensorSpec>,
  outputs: ReadonlyMap<string, TensorSpec>,
  arrays: ReadonlyMap<string, HostArray>,
): void {
  const known = [...inputs.keys(), ...outputs.keys()];
  for (const name of arrays.keys()) {
    if (!known.includes(name)) {
      throw new EngineError('engine/binding', `the program has no input or output "${name}"`, {
        place: 'bind',
        mend: suggestion(name, known),
      });
    }
  }
  for (const [role, specs] of [
    ['input', inputs],
    ['output', outputs],
  ] as const) {
    for (const [name, spec] of specs) checkArray(role, name, spec, arrays.get(name));
  }
}

function checkArray(role: string, name: string, { shape, dtype }: TensorSpec, array: HostArray | undefined): void {
  const wanted = hostArray(dtype, 0).constructor;
  const mend = `Bind a ${wanted.name} of ${size(shape)} elements for ${dtype} ${showShape(shape)}.`;
  const refuse = (problem: string): never => {
    throw new EngineError('engine/binding', `the ${role} "${name}" ${problem}`, { place: 'bind', mend });
  };
  if (array === undefined) refuse('has no array');
  else if (!(array instanceof wanted)) refuse(`has a ${array.constructor.name}`);
  else if (array.length !== size(shape)) refuse(`has ${array.length} elements`);
}
