import type { OptionSpecs } from '../../base/option-spec.ts';
import { ignoredLabelSpec } from '../loss/class-weighting.ts';

export interface LabelOptions {
  /** Positions with this label do not count: −1, say, or what the loss ignores. Default none. */
  readonly ignoredLabel?: number;
}

export const labelOptions = { ignoredLabel: ignoredLabelSpec } satisfies OptionSpecs;
