import { OptionError } from '../../base/errors.ts';
import { frozen } from '../../base/frozen.ts';
import { checkNumber, checkOptionNames } from '../../base/options.ts';
import { type Shape, showShape, size } from '../../base/shape.ts';
import { reshape } from '../../graph/form.ts';
import type { LayerRow } from '../layer.ts';

export interface ReshapeExamples {
  readonly layer: 'reshapeExamples';
  readonly name?: string;
  readonly shape: Shape;
}

/**
 * Gives each example another shape with as many elements, row-major: x [N, …] → [N, ...shape].
 *
 * @example sequential(reshapeExamples([1, 28, 28]), conv2d({ channels: 8, kernel: 3 }))
 */
export function reshapeExamples(shape: Shape): ReshapeExamples {
  const place = 'reshapeExamples';
  if (!Array.isArray(shape)) {
    throw new OptionError('option/range', `shape is ${JSON.stringify(shape)}`, { place, mend: 'Give an array.' });
  }
  return frozen({
    layer: place,
    shape: shape.map((dimension) => checkNumber(place, 'shape', dimension, { min: 1, integer: true })),
  });
}

export const reshapeExamplesRow: LayerRow<ReshapeExamples> = {
  label: 'reshape',
  read: ({ shape, ...rest }) => {
    checkOptionNames('reshapeExamples', rest, []);
    return reshapeExamples(shape as Shape);
  },
  apply: ({ shape }, scope, x) => {
    const example = x.shape.slice(1);
    if (size(example) !== size(shape)) {
      scope.refuse(
        `an example of shape ${showShape(example)} does not fill ${showShape(shape)}`,
        `Give a shape of ${size(example)} elements.`,
      );
    }
    return reshape(x, [x.shape[0]!, ...shape]);
  },
};
