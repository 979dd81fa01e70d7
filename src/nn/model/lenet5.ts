import { xavierUniform } from '../init/variance-scaling.ts';
import { averagePool2d } from '../layer/average-pool2d.ts';
import { conv2d } from '../layer/conv2d.ts';
import { dense } from '../layer/dense.ts';
import { flatten } from '../layer/flatten.ts';
import { type Sequential, sequential } from '../layer/sequential.ts';
import { tanh } from '../layer/tanh.ts';

/**
 * LeNet-5 (LeCun, Bottou, Bengio, Haffner, 1998), as it is built today: all channels of the first layer feed the second,
 * and the last layer gives logits in place of distances to prototypes.
 *
 * x [N, 1, 28, 28] → [N, classes]; 61.7 k parameters for 10 classes.
 *
 * @example lenet5({ classes: 10 })
 */
export function lenet5({ classes }: { readonly classes: number }): Sequential {
  const start = { weightInitializer: xavierUniform() };
  return sequential(
    ...[conv2d({ channels: 6, kernel: 5, padding: 'same', ...start }), tanh(), averagePool2d(2)],
    ...[conv2d({ channels: 16, kernel: 5, ...start }), tanh(), averagePool2d(2)],
    ...[flatten(), dense(120, start), tanh(), dense(84, start), tanh(), dense(classes, start)],
  );
}
