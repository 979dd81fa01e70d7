import { frozen } from '../../base/frozen.ts';
import { number, type OptionSpecs, readOptions } from '../../base/option-spec.ts';
import { cast, mul } from '../../graph/elementwise.ts';
import type { LayerRow } from '../layer.ts';

export interface Dropout {
  readonly layer: 'dropout';
  readonly name?: string;
  readonly rate: number;
}

const dropoutOptions = {
  rate: number({ min: 0, max: 1, exclusiveMax: true }),
} satisfies OptionSpecs;

/**
 * Zeroes each element with probability `rate` in every training step, and divides what is kept by 1 − rate, so that the
 * expectation stays and nothing is scaled when the model is used. The identity outside of training.
 *
 * x any shape → the same. `rate` in [0, 1); 0 drops nothing.
 *
 * @example sequential(dense(512), relu(), dropout(0.5), dense(10))
 *
 * Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov, "Dropout", 2014 (section 10 for the inverted scale).
 */
export function dropout(rate: number): Dropout {
  return frozen({ layer: 'dropout', ...readOptions('dropout', dropoutOptions, {}, { rate }) });
}

export const dropoutRow: LayerRow<Dropout> = {
  options: dropoutOptions,
  label: 'dropout',
  read: ({ rate }) => dropout(rate as number),
  apply: ({ rate }, scope, x) => {
    if (!scope.training || rate === 0) return x;
    const keep = cast(scope.keepMask('keep', x.shape, 1 - rate), 'float32');
    return mul(mul(x, keep), 1 / (1 - rate));
  },
};
