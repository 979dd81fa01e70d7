/** What the pooling layers check alike. */

import { OptionError } from '../../base/errors.ts';
import { checkOptionNames } from '../../base/options.ts';
import type { Padding, Pair, PairOption } from './window.ts';

/** Options, or the kernel alone. */
export function readPoolOptions<O extends { readonly kernel: PairOption }>(
  place: string,
  options: PairOption | O,
  known: readonly string[],
): O | { readonly kernel: PairOption } {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    return { kernel: options as PairOption };
  }
  checkOptionNames(place, options, known);
  return options as O;
}

/** Refuses padding that a whole window could lie in. */
export function checkPoolPadding(place: string, kernel: Pair, dilation: Pair, padding: Padding): void {
  if (padding === 'same') return;
  padding.forEach((side, index) => {
    const extent = dilation[index % 2]! * (kernel[index % 2]! - 1) + 1;
    if (side < extent) return;
    throw new OptionError('option/range', `padding ${side} is not below the window's extent ${extent}`, {
      place,
      mend: 'Give less padding: a window must see the image.',
    });
  });
}
