import { frozen } from '../../base/frozen.ts';
import { count, flag, type OptionSpecs, readOptions, withDefault } from '../../base/option-spec.ts';
import { showShape } from '../../base/shape.ts';
import { add } from '../../graph/elementwise.ts';
import { reshape } from '../../graph/form.ts';
import { matmul } from '../../graph/linear.ts';
import type { Initializer } from '../init/initializer.ts';
import { initializerSpec } from '../init/initializer-spec.ts';
import { heNormal } from '../init/variance-scaling.ts';
import { zeros } from '../init/zeros.ts';
import type { LayerRow } from '../layer.ts';

/** Description of a dense layer. */
export interface Dense {
  readonly layer: 'dense';
  readonly name?: string;
  readonly units: number;
  readonly bias: boolean;
  readonly weightInitializer: Initializer;
  readonly biasInitializer: Initializer;
}

export interface DenseOptions {
  /** Whether a bias is added. Default true. */
  readonly bias?: boolean;
  /** Default `heNormal()`: variance 2 / inputs, the scheme for ReLU networks (He et al., 2015; the lecture). */
  readonly weightInitializer?: Initializer;
  /** Default `zeros()`, as in He et al., 2015. */
  readonly biasInitializer?: Initializer;
}

const denseOptions = {
  units: count,
  bias: withDefault(flag, true),
  weightInitializer: withDefault(initializerSpec, heNormal()),
  biasInitializer: withDefault(initializerSpec, zeros()),
} satisfies OptionSpecs;

/**
 * A fully connected layer: y = x W + b.
 *
 * x [batch, inputs] → [batch, units], or [batch, time, inputs] → [batch, time, units]. Parameters: `weight`
 * [inputs, units] (the transpose of PyTorch's), `bias` [units]. Throws a ShapeError where the input is an image.
 *
 * PyTorch's start: `{ weightInitializer: rootFanInUniform(), biasInitializer: rootFanInUniform() }`.
 *
 * @example sequential(flatten(), dense(512), relu(), dense(10))
 */
export function dense(units: number, options: DenseOptions = {}): Dense {
  return frozen({ layer: 'dense', ...readOptions('dense', denseOptions, options, { units }) });
}

export const denseRow: LayerRow<Dense> = {
  options: denseOptions,
  label: 'dense',
  read: ({ units, ...options }) => dense(units as number, options),
  apply: ({ units, bias, weightInitializer, biasInitializer }, scope, x) => {
    if (x.rank !== 2 && x.rank !== 3) {
      scope.refuse(
        `its input has shape ${showShape(x.shape)}`,
        x.rank > 3 ? 'Put flatten() or globalAveragePool2d() before it.' : 'It takes [batch, inputs].',
      );
    }
    const inputs = x.shape.at(-1)!;
    const fan = { fanIn: inputs, fanOut: units };
    const weight = scope.parameter('weight', [inputs, units], weightInitializer, fan);
    const rows = x.rank === 2 ? x : reshape(x, [-1, inputs]);
    const product = matmul(rows, weight);
    const y = bias ? add(product, scope.parameter('bias', [units], biasInitializer, fan)) : product;
    return x.rank === 2 ? y : reshape(y, [...x.shape.slice(0, -1), units]);
  },
};
