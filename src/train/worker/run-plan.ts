/** A run as plain data that a worker can take: everything that `train` is given but what stays with the caller. */

import { ownMemory, type PackedDataset, packDataset, packedBytes, unpackDataset } from '../../data/packed-dataset.ts';
import type { Engine, EngineDescription } from '../../runtime/engine.ts';
import type { TrainOptions } from '../train.ts';
import { obstacle } from './obstacle.ts';

export interface RunPlan {
  readonly settings: Omit<TrainOptions, 'training' | 'validation' | 'engine' | 'on' | 'signal'>;
  readonly training: PackedDataset;
  /** `'training'` where it is the same set. */
  readonly validation?: PackedDataset | 'training';
  readonly engine: EngineDescription;
}

/** A larger data set stays where it is: its examples would be copied, and a text's overlap. */
const mostBytes = 2 ** 31;

/** Why a run cannot be handed to a worker, as a clause; `undefined` where it can. */
export function obstacleOf(options: TrainOptions): string | undefined {
  const { training, validation, engine, on: _, signal: __, ...settings } = options;
  if (engine.describe?.() === undefined) return 'engine cannot be described: its cache has no entries()';
  for (const [name, set] of Object.entries({ training, validation })) {
    if (set !== undefined && packedBytes(set) > mostBytes) {
      return `${name} takes ${(packedBytes(set) / 2 ** 30).toFixed(1)} GiB as a copy`;
    }
  }
  return obstacle(settings, '');
}

/** The plan of a run that has no obstacle, and the memory in it that is handed over. */
export function planRun(options: TrainOptions): { readonly plan: RunPlan; readonly transfer: ArrayBuffer[] } {
  const { training, validation, engine, on: _, signal: __, parameters, ...settings } = options;
  const packed = packDataset(training);
  const other = validation === undefined || validation === training ? undefined : packDataset(validation);
  // A view's message would carry all of the memory that it is a view of.
  const copies = parameters && new Map([...parameters].map(([name, values]) => [name, values.slice()]));
  return {
    plan: {
      settings: { ...settings, ...(copies === undefined ? {} : { parameters: copies }) },
      training: packed,
      ...(validation === undefined ? {} : { validation: other ?? 'training' }),
      engine: engine.describe()!,
    },
    transfer: [...ownMemory(packed), ...(other === undefined ? [] : ownMemory(other))],
  };
}

/** What the loop takes, on the worker's side. */
export function optionsOf({ settings, training, validation }: RunPlan, engine: Engine): TrainOptions {
  const set = unpackDataset(training);
  return {
    ...settings,
    training: set,
    ...(validation === undefined ? {} : { validation: validation === 'training' ? set : unpackDataset(validation) }),
    engine,
  };
}
