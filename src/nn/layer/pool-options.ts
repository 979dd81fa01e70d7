/** What the pooling layers check alike. */

import { OptionError } from '../../base/errors.ts';
import type { Padding, Pair, PairOption } from './window.ts';

/** Options, or the kernel alone. */
export function poolOptions<O extends { readonly kernel: PairOption }>(options: PairOption | O) {
  const isKernel = typeof options !== 'object' || options === null || Array.isArray(options);
  return isKernel ? { kernel: options as PairOption } : (options as O);
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
