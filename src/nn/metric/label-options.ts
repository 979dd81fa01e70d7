import { checkOptionNames } from '../../base/options.ts';
import { readIgnoredLabel } from '../loss/class-weighting.ts';

export interface LabelOptions {
  /** Positions with this label do not count: −1, say, or what the loss ignores. Default none. */
  readonly ignoredLabel?: number;
}

/** The option that is given, checked. */
export function readLabelOptions(place: string, options: LabelOptions): LabelOptions {
  checkOptionNames(place, options, ['ignoredLabel']);
  const { ignoredLabel } = options;
  return ignoredLabel === undefined ? {} : { ignoredLabel: readIgnoredLabel(place, ignoredLabel) };
}
