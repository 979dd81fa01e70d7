import { frozen } from '../../base/frozen.ts';
import { number, type OptionSpecs, readOptions, withDefault } from '../../base/option-spec.ts';
import type { Layer, LayerRow } from '../layer.ts';
import { joinAlong } from './join-along.ts';
import { layerSpec } from './layer-spec.ts';

/** Description of a connection that keeps what it is given beside what is made of it. */
export interface DenseConnection {
  readonly layer: 'denseConnection';
  readonly name?: string;
  readonly body: Layer;
  readonly axis: number;
}

export interface DenseConnectionOptions {
  /** Where both lie beside each other. Default 1: the channels of an image, the units of a dense layer. */
  readonly axis?: number;
}

const denseConnectionOptions = {
  body: layerSpec,
  axis: withDefault(number({ integer: true }), 1),
} satisfies OptionSpecs;

/**
 * y = [x, f(x)]: all that was found before stays at hand for every layer after (a layer of DenseNet, with f of few
 * channels).
 *
 * x [N, C, …] → [N, C + what f adds, …]; f must keep all other axes.
 *
 * @example denseConnection(sequential(batchNorm(), relu(), conv2d({ channels: 12, kernel: 3, padding: 'same' })))
 *
 * Huang, Liu, van der Maaten, Weinberger, "Densely connected convolutional networks", 2017.
 */
export function denseConnection(body: Layer, options: DenseConnectionOptions = {}): DenseConnection {
  return frozen({
    layer: 'denseConnection',
    ...readOptions('denseConnection', denseConnectionOptions, options, { body }),
  });
}

export const denseConnectionRow: LayerRow<DenseConnection> = {
  options: denseConnectionOptions,
  label: 'connection',
  read: ({ body, ...options }, inner) => denseConnection(inner(body, 'body'), options),
  apply: ({ body, axis }, scope, x) => joinAlong(scope, [x, scope.apply(body, x)], axis),
};
