/** The arrays that a batch is copied into before a program reads it: bound once, filled anew for each batch. */

import { type Dtype, type HostArray, hostArray } from '../base/dtype.ts';
import { size } from '../base/shape.ts';
import type { Dataset, FieldSpec, TargetArrays } from '../data/dataset.ts';
import { onlyOutput } from '../nn/forward.ts';
import { inputName, type Task, weightsName } from './task.ts';
import { outputsOf, targetName } from './task-outputs.ts';

/** The arrays of one batch. */
export interface Staging {
  readonly input: HostArray;
  /** One array; where the task has several outputs, one for each, by name. */
  readonly target: TargetArrays;
  /** What each example counts in the loss. */
  readonly weights: Float32Array;
  /** `length` examples of all arrays, from example `begin` (default the first), by the names of a graph's inputs. */
  arrays(length: number, begin?: number): Map<string, HostArray>;
}

/** Without a loss, what is fed to the model matters alone; of several targets the first is copied. */
type StagedTask = Pick<Task, 'input' | 'target' | 'targets'> & Partial<Pick<Task, 'loss' | 'metrics'>>;

/** Room for batches of up to `length` examples. */
export function createStaging(task: StagedTask, length: number): Staging {
  const room = ({ shape, dtype }: FieldSpec) => hostArray(dtype as Dtype, length * size(shape));
  const input = room(task.input);
  const weights = new Float32Array(length).fill(1);
  const { loss, metrics = {}, target, targets: named } = task;
  const outputs =
    loss === undefined ? [{ name: onlyOutput, targetName, target }] : outputsOf({ ...task, loss, metrics });
  const several = loss !== undefined && named !== undefined;
  const targets = outputs.map((output) => ({ ...output, array: room(output.target) }));
  const all = [[inputName, input] as const, ...targets.map(({ targetName, array }) => [targetName, array] as const)];
  return {
    input,
    target: several ? Object.fromEntries(targets.map(({ name, array }) => [name, array] as const)) : targets[0]!.array,
    weights,
    arrays(n, begin = 0) {
      const part = <A extends HostArray>(array: A): A => {
        const each = array.length / length;
        return array.subarray(begin * each, (begin + n) * each) as A;
      };
      return new Map<string, HostArray>([
        ...all.map(([name, array]) => [name, part(array)] as const),
        [weightsName, part(weights)],
      ]);
    },
  };
}

/** Copies the examples at `indices` to the front. */
export function stage(staging: Staging, dataset: Dataset, indices: ArrayLike<number>): void {
  dataset.copy(indices, staging.input, staging.target);
  const { weights } = dataset;
  if (weights === undefined) staging.weights.fill(1);
  else for (let i = 0; i < indices.length; i++) staging.weights[i] = weights[indices[i]!]!;
}
