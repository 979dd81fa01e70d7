import { dense } from '../layer/dense.ts';
import { dropout } from '../layer/dropout.ts';
import { flatten } from '../layer/flatten.ts';
import { relu } from '../layer/relu.ts';
import { type Sequential, sequential } from '../layer/sequential.ts';
import type { Layer } from '../layer.ts';

export interface MlpOptions {
  /** Numbers of units of the hidden layers: `[512, 512]`. */
  readonly hidden: readonly number[];
  readonly outputs: number;
  /** Builds the nonlinearity. Default `relu`. */
  readonly activation?: () => Layer;
  /** Dropout after each hidden layer, in [0, 1). Default 0. */
  readonly dropoutRate?: number;
}

/**
 * A multilayer perceptron: dense layers with a nonlinearity between them.
 *
 * x [N, …] → [N, outputs].
 *
 * @example mlp({ hidden: [512, 512], outputs: 10 })
 */
export function mlp({ hidden, outputs, activation = relu, dropoutRate = 0 }: MlpOptions): Sequential {
  const blocks = hidden.map((units) =>
    sequential(dense(units), activation(), ...(dropoutRate > 0 ? [dropout(dropoutRate)] : [])),
  );
  return sequential(flatten(), ...blocks, dense(outputs));
}
