import { frozen } from '../../base/frozen.ts';
import { showShape } from '../../base/shape.ts';
import { mean } from '../../graph/reduction.ts';
import type { LayerRow } from '../layer.ts';

export interface GlobalAveragePool2d {
  readonly layer: 'globalAveragePool2d';
  readonly name?: string;
}

/**
 * The mean of each channel over the whole image: x [N, C, H, W] → [N, C].
 * Lin, Chen, Yan, "Network in network", 2013.
 *
 * @example sequential(conv2d({ channels: 64, kernel: 3 }), relu(), globalAveragePool2d(), dense(10))
 */
export function globalAveragePool2d(): GlobalAveragePool2d {
  return frozen({ layer: 'globalAveragePool2d' });
}

export const globalAveragePool2dRow: LayerRow<GlobalAveragePool2d> = {
  options: {},
  label: 'globalAveragePool',
  read: globalAveragePool2d,
  apply: (_, scope, x) => {
    if (x.rank !== 4) {
      scope.refuse(`its input has shape ${showShape(x.shape)}`, 'It takes images: [batch, channels, height, width].');
    }
    return mean(x, [2, 3]);
  },
};
