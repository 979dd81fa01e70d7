/**
 * A run at a moment between two steps: everything that the next step depends on, so that a training which is resumed from
 * it is, to the bit, the one that was never interrupted.
 *
 * Batches, masks and augmentation are pure functions of seed and position (`data/batches.ts`): they need no more than that.
 */

import type { Statistics } from '../../nn/state.ts';
import type { EvaluationEvent } from '../event.ts';
import type { StoredTensor } from '../safetensors.ts';
import type { RunningLoss } from '../stopping/running-loss.ts';

/** The numbers of a checkpoint: plain data. */
export interface CheckpointState {
  /** Of this form; a reader refuses what it does not know. */
  readonly version: 1;
  readonly step: number;
  readonly epoch: number;
  readonly examples: number;
  /** Seconds of training so far. */
  readonly seconds: number;
  /** Numbers that the update rule keeps. */
  readonly scalars: Readonly<Record<string, number>>;
  /** Steps that parameters were frozen for. */
  readonly skipped: Readonly<Record<string, number>>;
  /** Points that the average of the parameters holds. */
  readonly averaged: number;
  /** What normalization goes by. */
  readonly statistics: Statistics;
  /** All evaluations so far: schedules and stopping policies are functions of them. */
  readonly history: readonly EvaluationEvent[];
  /** Sums for the measures of the epoch that is under way. */
  readonly epochSums: EpochSums;
  readonly loss: Readonly<RunningLoss>;
  /** The evaluation whose parameters are kept as the best. */
  readonly best?: EvaluationEvent;
}

/** The epoch that is under way. */
export interface EpochSums {
  /** Seconds of training when it began. */
  readonly began: number;
  readonly examples: number;
  readonly norms: number;
  readonly tallies: Readonly<Record<string, { readonly totals: readonly number[]; readonly examples: number }>>;
}

/** Copies: they stay as they are while training goes on. */
export interface Checkpoint {
  readonly state: CheckpointState;
  /**
   * `theta/<parameter>`, `<slot>/<parameter>`, `average/<parameter>` and `states/<state>`; `best/<name>` for the best
   * parameters and states so far.
   */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/** The tensors below a first part of their names, without it: `tensorsOf(checkpoint, 'best')`. */
export function tensorsOf({ tensors }: Pick<Checkpoint, 'tensors'>, kind: string): Map<string, StoredTensor> {
  const prefix = `${kind}/`;
  const below = [...tensors].filter(([name]) => name.startsWith(prefix));
  return new Map(below.map(([name, tensor]) => [name.slice(prefix.length), tensor]));
}

/** Parameters and states of the model as it is used: the average where one is kept. */
export function modelOf(checkpoint: Pick<Checkpoint, 'tensors'>): Map<string, StoredTensor> {
  const average = tensorsOf(checkpoint, 'average');
  const parameters = average.size > 0 ? average : tensorsOf(checkpoint, 'theta');
  return new Map([...parameters, ...tensorsOf(checkpoint, 'states')]);
}
