import { frozen } from '../../base/frozen.ts';
import { number, type OptionSpecs, readOptions, withDefault } from '../../base/option-spec.ts';
import { size } from '../../base/shape.ts';
import type { InitializerRow } from './initializer.ts';
import { checkWeight } from './weight-matrix.ts';

export interface Identity {
  readonly initializer: 'identity';
  readonly gain: number;
}

export interface IdentityOptions {
  /** What a passed value is multiplied by. Default 1. */
  readonly gain?: number;
}

const identityOptions = {
  gain: withDefault(number(), 1),
} satisfies OptionSpecs;

/**
 * Unit i passes input i on, times `gain`; all other weights are 0. Of filters, channel i passes input channel i of its
 * group on: the tap at ⌊(kernel − 1) / 2⌋ is `gain`, so that `padding: 'same'` gives the image back (Dirac's delta).
 *
 * For layers that are put into a network without changing what it computes, and for recurrent ones. Where there are more
 * units than inputs, those left over start with no connection at all; where there are fewer, inputs are dropped. In
 * filters of even size PyTorch's `dirac_` takes the tap at kernel / 2, which shifts the image by one under our padding.
 *
 * Le, Jaitly, Hinton, "A simple way to initialize recurrent networks of rectified linear units", 2015; Zagoruyko,
 * Komodakis, "DiracNets", 2017.
 *
 * @example conv2d({ channels: 16, kernel: 3, padding: 'same', weightInitializer: identity() })
 */
export function identity(options: IdentityOptions = {}): Identity {
  return frozen({ initializer: 'identity', ...readOptions('identity', identityOptions, options) });
}

export const identityRow: InitializerRow<Identity> = {
  options: identityOptions,
  // How many groups a convolution has, its fan alone can tell.
  usesFan: true,
  read: (options) => identity(options),
  fill: ({ gain }, values, shape, { fanOut }) => {
    checkWeight('identity', shape);
    values.fill(0);
    if (shape.length === 2) {
      const [inputs, units] = shape as readonly [number, number];
      for (let i = 0; i < Math.min(inputs, units); i++) values[i * units + i] = gain;
      return;
    }
    const [channels, inputs, ...kernel] = shape as readonly [number, number, ...number[]];
    const area = size(kernel);
    const centre = kernel.reduce((offset, extent) => offset * extent + Math.floor((extent - 1) / 2), 0);
    // fanOut = channels / groups · area.
    const perGroup = Math.max(1, Math.round(fanOut / area));
    for (let channel = 0; channel < channels; channel++) {
      const input = channel % perGroup;
      if (input < inputs) values[(channel * inputs + input) * area + centre] = gain;
    }
  },
};
