import { frozen } from '../../base/frozen.ts';
import { count, list, type OptionSpecs, readOptions } from '../../base/option-spec.ts';
import { type Shape, showShape, size } from '../../base/shape.ts';
import { reshape } from '../../graph/form.ts';
import type { LayerRow } from '../layer.ts';

export interface ReshapeExamples {
  readonly layer: 'reshapeExamples';
  readonly name?: string;
  readonly shape: Shape;
}

const reshapeExamplesOptions = {
  shape: list(count, 'the shape of an example, such as [3, 32, 32]', { least: 0 }),
} satisfies OptionSpecs;

/**
 * Gives each example another shape with as many elements, row-major: x [N, …] → [N, ...shape].
 *
 * @example sequential(reshapeExamples([1, 28, 28]), conv2d({ channels: 8, kernel: 3 }))
 */
export function reshapeExamples(shape: Shape): ReshapeExamples {
  return frozen({ layer: 'reshapeExamples', ...readOptions('reshapeExamples', reshapeExamplesOptions, {}, { shape }) });
}

export const reshapeExamplesRow: LayerRow<ReshapeExamples> = {
  options: reshapeExamplesOptions,
  label: 'reshape',
  read: ({ shape }) => reshapeExamples(shape as Shape),
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
