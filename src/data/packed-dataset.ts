/** A data set as plain data that another thread can take: its description, and its examples in memory. */

import { bytesPerElement, type HostArray } from '../base/dtype.ts';
import { OptionError } from '../base/errors.ts';
import { suggestion } from '../base/nearest.ts';
import { size as elementCount } from '../base/shape.ts';
import { checkStaging } from './check-staging.ts';
import { type DataDtype, type Dataset, description, type FieldSpec, type TargetArrays } from './dataset.ts';
import { gatherRows } from './gather-rows.ts';

export interface PackedDataset {
  readonly description: ReturnType<typeof description>;
  readonly size: number;
  /** All examples, one after another: on shared memory where the platform has it. */
  readonly input: HostArray;
  /** The same of each target, by name; the name of the only one is empty. */
  readonly targets: Readonly<Record<string, HostArray>>;
  readonly weights?: Float32Array;
}

/** Examples that are copied at once. */
const block = 1024;
const onlyTarget = '';

function targetsOf({ target, targets }: Pick<Dataset, 'target' | 'targets'>): [string, FieldSpec][] {
  return targets === undefined ? [[onlyTarget, target]] : Object.entries(targets);
}

/** Bytes that a packed data set takes. */
export function packedBytes(dataset: Dataset): number {
  const fields = [dataset.input, ...targetsOf(dataset).map(([, spec]) => spec)];
  const bytes = fields.map(({ shape, dtype }) => elementCount(shape) * bytesPerElement[dtype]);
  return dataset.size * bytes.reduce((total, one) => total + one, bytesPerElement.float32);
}

/** Copies every example of a data set, whatever it is made of. */
export function packDataset(dataset: Dataset): PackedDataset {
  const { size } = dataset;
  const room = ({ shape, dtype }: FieldSpec) => sharedArray(dtype, size * elementCount(shape));
  const input = room(dataset.input);
  const targets = Object.fromEntries(targetsOf(dataset).map(([name, spec]) => [name, room(spec)] as const));
  for (let begin = 0; begin < size; begin += block) {
    const indices = Uint32Array.from({ length: Math.min(block, size - begin) }, (_, i) => begin + i);
    const rest = (array: HostArray) => array.subarray((begin * array.length) / size);
    const rests = Object.fromEntries(Object.entries(targets).map(([name, array]) => [name, rest(array)] as const));
    dataset.copy(indices, rest(input), dataset.targets === undefined ? rests[onlyTarget]! : rests);
  }
  const { weights } = dataset;
  return {
    ...{ description: description(dataset), size, input, targets },
    ...(weights === undefined ? {} : { weights: sharedCopy(weights) }),
  };
}

/** The data set that was packed: the same examples under the same numbers. */
export function unpackDataset({ description, size, input, targets, weights }: PackedDataset): Dataset {
  const specs = new Map(targetsOf(description));
  const [first] = specs.keys();
  const gather = (name: string, spec: FieldSpec, from: HostArray, indices: ArrayLike<number>, into: HostArray) => {
    const width = elementCount(spec.shape);
    checkStaging(name, into, indices.length * width, spec.dtype);
    gatherRows(from, width, indices, into, size);
  };
  const copyTarget = (name: string, indices: ArrayLike<number>, into: HostArray) => {
    const spec = specs.get(name);
    if (spec !== undefined) return gather('target', spec, targets[name]!, indices, into);
    throw new OptionError('option/choice', `there is no target ${JSON.stringify(name)}`, {
      place: 'copy',
      mend: suggestion(name, [...specs.keys()]),
    });
  };
  return Object.freeze({
    ...description,
    size,
    ...(weights === undefined ? {} : { weights }),
    copy(indices: ArrayLike<number>, into: HostArray, intoTargets: TargetArrays): void {
      gather('input', description.input, input, indices, into);
      if (ArrayBuffer.isView(intoTargets)) copyTarget(first!, indices, intoTargets as HostArray);
      else for (const [name, array] of Object.entries(intoTargets)) copyTarget(name, indices, array);
    },
  });
}

/** The memory of a packed data set that has to be handed over, where it cannot be shared. */
export function ownMemory({ input, targets, weights }: PackedDataset): ArrayBuffer[] {
  const arrays = [input, ...Object.values(targets), ...(weights === undefined ? [] : [weights])];
  return arrays.flatMap(({ buffer }) => (buffer instanceof ArrayBuffer ? [buffer] : []));
}

function sharedArray(dtype: DataDtype, length: number): HostArray {
  const bytes = length * bytesPerElement[dtype];
  const buffer = typeof SharedArrayBuffer === 'undefined' ? new ArrayBuffer(bytes) : new SharedArrayBuffer(bytes);
  switch (dtype) {
    case 'float32':
      return new Float32Array(buffer as ArrayBuffer);
    case 'int32':
      return new Int32Array(buffer as ArrayBuffer);
    case 'uint8':
      return new Uint8Array(buffer as ArrayBuffer);
  }
}

function sharedCopy(values: Float32Array): Float32Array {
  const copy = sharedArray('float32', values.length) as Float32Array;
  copy.set(values);
  return copy;
}
