import { frozen } from '../../base/frozen.ts';
import { number, type OptionSpecs, optional, readOptions, text, withDefault } from '../../base/option-spec.ts';
import type { Layer, LayerRow } from '../layer.ts';
import type { Loss } from '../loss/loss.ts';
import { lossSpec } from '../loss/loss-spec.ts';
import { layerSpec } from './layer-spec.ts';

/** Description of an auxiliary head. */
export interface Auxiliary {
  readonly layer: 'auxiliary';
  readonly name?: string;
  readonly head: Layer;
  readonly weight: number;
  readonly loss?: Loss;
  readonly of?: string;
}

export interface AuxiliaryOptions {
  /** How much its loss counts beside that of the model's own output, ≥ 0. Default 0.3, as in GoogLeNet. */
  readonly weight?: number;
  /** Its loss, against the targets of the task. Default: the loss of the task. */
  readonly loss?: Loss;
  /** The output whose targets (and loss, unless one is given) it goes by, where the model has several. */
  readonly of?: string;
}

const auxiliaryOptions = {
  head: layerSpec,
  weight: withDefault(number({ min: 0 }), 0.3),
  loss: optional(lossSpec),
  of: optional(text('the name of an output')),
} satisfies OptionSpecs;

/**
 * A classifier at an inner layer: in training `head` is applied to what passes by, and its loss (that of the task, or one
 * of its own against the same targets) is added `weight` times, so that early layers get a stronger signal. What passes by
 * stays as it is. In evaluation and in the exported model the head does not exist.
 *
 * x any shape → the same; the head must give what the loss takes, such as one number for each class.
 *
 * @example sequential(…, auxiliary(sequential(globalAveragePool2d(), dense(10))), …)
 * @example auxiliary(dense(10), { weight: 0.1, loss: hinge() })
 *
 * Szegedy et al., "Going deeper with convolutions", 2015.
 */
export function auxiliary(head: Layer, options: AuxiliaryOptions = {}): Auxiliary {
  return frozen({ layer: 'auxiliary', ...readOptions('auxiliary', auxiliaryOptions, options, { head }) });
}

export const auxiliaryRow: LayerRow<Auxiliary> = {
  options: auxiliaryOptions,
  label: 'auxiliary',
  read: ({ head, ...options }, inner) => auxiliary(inner(head, 'head'), options),
  apply({ head, weight, loss, of }, scope, x) {
    const options = { ...(loss === undefined ? {} : { loss }), ...(of === undefined ? {} : { of }) };
    if (scope.training) scope.auxiliary('output', scope.apply(head, x, 'head'), weight, options);
    return x;
  },
};
