/** What an event file of TensorBoard holds, as plain data: the part of it that a training run leaves. */

import type { Histogram } from './histogram.ts';

/** A number, text or flag that a run was started with. */
export type HyperParameter = number | string | boolean;

/** How a run stands, in the words of TensorBoard's HPARAMS tab. */
export type SessionStatus = 'success' | 'failure' | 'running' | 'unknown';

/** One named value. TensorBoard shows scalars and histograms by tag, and sessions as rows of its HPARAMS tab. */
export type LoggedValue =
  | { readonly kind: 'scalar'; readonly tag: string; readonly value: number }
  | { readonly kind: 'histogram'; readonly tag: string; readonly histogram: Histogram }
  | {
      readonly kind: 'session-start';
      readonly hyperParameters: Readonly<Record<string, HyperParameter>>;
      /** Seconds since 1970. */
      readonly seconds: number;
    }
  | { readonly kind: 'session-end'; readonly status: SessionStatus; readonly seconds: number }
  /** What other programs write: images, audio, tensors. */
  | { readonly kind: 'other'; readonly tag: string };

/** One record of an event file. */
export interface LoggedEvent {
  /** Seconds since 1970. */
  readonly wallTime: number;
  readonly step: number;
  /** The first record of a file has this, and no values. */
  readonly fileVersion?: string;
  readonly values: readonly LoggedValue[];
}

/** What the first record of every event file says. */
export const fileVersion = 'brain.Event:2';
