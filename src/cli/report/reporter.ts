/** What a person sees of a run on the way. Each reporter is one manner of showing; they compute nothing of the run. */

import type { TrainingEvent } from '../../train/event.ts';

export interface Reporter {
  /** What is being waited for, while there is nothing else to show. */
  waiting(text: string): void;
  /** A line that stays. */
  say(text: string): void;
  on(event: TrainingEvent): void;
  /** Takes away what would be redrawn. */
  close(): void;
}

export const progressKinds = ['auto', 'bar', 'lines', 'json', 'none'] as const;
export type ProgressKind = (typeof progressKinds)[number];

/** Shows nothing. */
export const silentReporter: Reporter = { waiting() {}, say() {}, on() {}, close() {} };
