import { frozen } from '../../base/frozen.ts';
import { checkNumber, checkOptionNames } from '../../base/options.ts';
import type { Layer, LayerRow } from '../layer.ts';

/** Description of an auxiliary head. */
export interface Auxiliary {
  readonly layer: 'auxiliary';
  readonly name?: string;
  readonly head: Layer;
  readonly weight: number;
}

export interface AuxiliaryOptions {
  /** How much its loss counts beside that of the model's own output, ≥ 0. Default 0.3, as in GoogLeNet. */
  readonly weight?: number;
}

/**
 * A classifier at an inner layer: in training `head` is applied to what passes by, and its loss (that of the task) is
 * added `weight` times, so that early layers get a stronger signal. What passes by stays as it is. In evaluation and in
 * the exported model the head does not exist.
 *
 * x any shape → the same; the head must give what the loss takes, such as one number for each class.
 *
 * @example sequential(…, auxiliary(sequential(globalAveragePool2d(), dense(10))), …)
 *
 * Szegedy et al., "Going deeper with convolutions", 2015.
 */
export function auxiliary(head: Layer, options: AuxiliaryOptions = {}): Auxiliary {
  checkOptionNames('auxiliary', options, ['weight']);
  return frozen({
    layer: 'auxiliary',
    head,
    weight: checkNumber('auxiliary', 'weight', options.weight ?? 0.3, { min: 0 }),
  });
}

export const auxiliaryRow: LayerRow<Auxiliary> = {
  label: 'auxiliary',
  read: ({ head, ...options }, inner) => auxiliary(inner(head), options),
  apply({ head, weight }, scope, x) {
    if (scope.training) scope.auxiliary('output', scope.apply(head, x, 'head'), weight);
    return x;
  },
};
