import { frozen } from '../../base/frozen.ts';
import { showShape } from '../../base/shape.ts';
import { max } from '../../graph/reduction.ts';
import type { LayerRow } from '../layer.ts';

export interface GlobalMaxPool2d {
  readonly layer: 'globalMaxPool2d';
  readonly name?: string;
}

/**
 * The maximum of each channel over the whole image: x [N, C, H, W] → [N, C].
 *
 * @example sequential(conv2d({ channels: 64, kernel: 3 }), relu(), globalMaxPool2d(), dense(10))
 */
export function globalMaxPool2d(): GlobalMaxPool2d {
  return frozen({ layer: 'globalMaxPool2d' });
}

export const globalMaxPool2dRow: LayerRow<GlobalMaxPool2d> = {
  options: {},
  label: 'globalMaxPool',
  read: globalMaxPool2d,
  apply: (_, scope, x) => {
    if (x.rank !== 4) {
      scope.refuse(`its input has shape ${showShape(x.shape)}`, 'It takes images: [batch, channels, height, width].');
    }
    return max(x, [2, 3]);
  },
};
