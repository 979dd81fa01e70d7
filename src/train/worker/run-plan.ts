/** A run as plain data that a worker can take: everything that `train` is given but what stays with the caller. */

import { ownMemory, type PackedDataset, packDataset, packedBytes, unpackDataset } from '../../data/packed-dataset.ts';
import type { Engine, EngineDescription } from '../../runtime/engine.ts';
import type { CheckpointPolicyOptions } from '../checkpoint/policy.ts';
import type { CheckpointStore } from '../checkpoint/store.ts';
import type { StoredTensor } from '../safetensors.ts';
import type { TrainOptions } from '../train.ts';
import { obstacle } from './obstacle.ts';

export interface RunPlan {
  readonly settings: Omit<TrainOptions, 'training' | 'validation' | 'engine' | 'on' | 'signal' | 'checkpoints'>;
  /** Without their store: checkpoints come back, and the caller keeps them. */
  readonly checkpoints?: CheckpointPolicyOptions;
  readonly training: PackedDataset;
  /** `'training'` where it is the same set. */
  readonly validation?: PackedDataset | 'training';
  readonly engine: EngineDescription;
}

/** A larger data set stays where it is: its examples would be copied, and a text's overlap. */
const mostBytes = 2 ** 31;

/** Why a run cannot be handed to a worker, as a clause; `undefined` where it can. */
export function obstacleOf(options: TrainOptions): string | undefined {
  const { training, validation, engine, on: _, signal: __, checkpoints, ...settings } = options;
  if (engine.describe?.() === undefined) return 'engine cannot be described: its cache has no entries()';
  for (const [name, set] of Object.entries({ training, validation })) {
    if (set !== undefined && packedBytes(set) > mostBytes) {
      return `${name} takes ${(packedBytes(set) / 2 ** 30).toFixed(1)} GiB as a copy`;
    }
  }
  const { store: ___, ...policy } = checkpoints ?? {};
  return obstacle({ ...settings, checkpoints: policy }, '');
}

/** The plan of a run that has no obstacle, and the memory in it that is handed over. */
export function planRun(options: TrainOptions): { readonly plan: RunPlan; readonly transfer: ArrayBuffer[] } {
  const { training, validation, engine, on: _, signal: __, checkpoints, parameters, resume, ...settings } = options;
  const packed = packDataset(training);
  const other = validation === undefined || validation === training ? undefined : packDataset(validation);
  const { store: ___, ...policy } = checkpoints ?? {};
  return {
    plan: {
      settings: {
        ...settings,
        ...(parameters === undefined ? {} : { parameters: copies(parameters, (values) => values.slice()) }),
        ...(resume === undefined ? {} : { resume: { state: resume.state, tensors: copies(resume.tensors, copyOf) } }),
      },
      ...(checkpoints === undefined ? {} : { checkpoints: policy }),
      training: packed,
      ...(validation === undefined ? {} : { validation: other ?? 'training' }),
      engine: engine.describe()!,
    },
    transfer: [...ownMemory(packed), ...(other === undefined ? [] : ownMemory(other))],
  };
}

/** A view's message would carry all of the memory that it is a view of. */
function copies<T>(arrays: ReadonlyMap<string, T>, copy: (one: T) => T): Map<string, T> {
  return new Map([...arrays].map(([name, one]) => [name, copy(one)]));
}

const copyOf = ({ shape, values }: StoredTensor): StoredTensor => ({ shape, values: values.slice() });

/** What the loop takes, on the worker's side. */
export function optionsOf(
  { settings, training, validation, checkpoints }: RunPlan,
  engine: Engine,
  store: CheckpointStore,
): TrainOptions {
  const set = unpackDataset(training);
  return {
    ...settings,
    training: set,
    ...(validation === undefined ? {} : { validation: validation === 'training' ? set : unpackDataset(validation) }),
    ...(checkpoints === undefined ? {} : { checkpoints: { ...checkpoints, store } }),
    engine,
  };
}
