import type { Position } from '../../rule/schedule.ts';

/** Where training stood before and after a step, and how many points the average holds. */
export interface AveragingState {
  readonly before: Position;
  readonly after: Position;
  readonly averaged: number;
}
