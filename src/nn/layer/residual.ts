import { frozen } from '../../base/frozen.ts';
import { type OptionSpecs, optional, readOptions } from '../../base/option-spec.ts';
import { sameShape, showShape } from '../../base/shape.ts';
import { add } from '../../graph/elementwise.ts';
import type { Layer, LayerRow } from '../layer.ts';
import { layerSpec } from './layer-spec.ts';

/** Description of a skip connection. */
export interface Residual {
  readonly layer: 'residual';
  readonly name?: string;
  readonly body: Layer;
  /** Absent where x itself is added. */
  readonly projection?: Layer;
}

export interface ResidualOptions {
  /** What x goes through where the body changes its shape, such as a convolution of 1 × 1. Default: x as it is. */
  readonly projection?: Layer;
}

const residualOptions = {
  body: layerSpec,
  projection: optional(layerSpec),
} satisfies OptionSpecs;

/**
 * A skip connection: y = x + f(x), or p(x) + f(x) with a projection p. The gradient has a way past f, so that nets of
 * many such layers can be trained.
 *
 * x any shape that the body, and the projection if there is one, take. Both must give the same shape.
 *
 * @example
 * residual(sequential(conv2d({ channels: 32, kernel: 3, stride: 2, padding: 1 }), batchNorm(), relu()), {
 *   projection: conv2d({ channels: 32, kernel: 1, stride: 2 }),
 * })
 *
 * He, Zhang, Ren, Sun, "Deep residual learning for image recognition", 2016.
 */
export function residual(body: Layer, options: ResidualOptions = {}): Residual {
  return frozen({ layer: 'residual', ...readOptions('residual', residualOptions, options, { body }) });
}

export const residualRow: LayerRow<Residual> = {
  options: residualOptions,
  label: 'residual',
  read: ({ body, projection, ...options }, inner) =>
    residual(
      inner(body, 'body'),
      projection === undefined ? options : { ...options, projection: inner(projection, 'projection') },
    ),
  apply({ body, projection }, scope, x) {
    const changed = scope.apply(body, x);
    const kept = projection === undefined ? x : scope.apply(projection, x, projection.name ?? 'projection');
    if (!sameShape(changed.shape, kept.shape)) {
      scope.refuse(
        `the body gives ${showShape(changed.shape)}, and ${projection === undefined ? 'x has' : 'the projection gives'} ${showShape(kept.shape)}`,
        'Give a projection that makes them equal, such as { projection: conv2d({ channels, kernel: 1, stride }) }.',
      );
    }
    return add(kept, changed);
  },
};
