import { dense } from '../../nn/layer/dense.ts';
import { flatten } from '../../nn/layer/flatten.ts';
import { relu } from '../../nn/layer/relu.ts';
import { sequential } from '../../nn/layer/sequential.ts';
import { softmaxCrossEntropy } from '../../nn/loss/softmax-cross-entropy.ts';
import { zeroOne } from '../../nn/metric/zero-one.ts';
import { adam } from '../../optim/adam.ts';
import { fraction } from '../../optim/schedule/duration.ts';
import { linearDecay } from '../../optim/schedule/linear-decay.ts';

/**
 * A multilayer perceptron, 784-512-512-10: what dense layers alone reach, and the network of the benchmarks. The rate
 * falls to a hundredth, so that the last epoch is a good one and not one of several that scatter.
 *
 * `dolina train fashion-mnist-mlp` printed a test accuracy of 0.8967 (seed 0, 10 epochs).
 */
export const fashionMnistMlp = {
  name: 'fashion-mnist-mlp',
  data: { set: 'fashion-mnist', standIn: true },
  validation: { count: 5000, stratified: true },
  model: sequential(flatten(), dense(512), relu(), dense(512), relu(), dense(10)),
  loss: softmaxCrossEntropy(),
  metrics: { error: zeroOne() },
  optimizer: adam({ learningRate: linearDecay({ from: 1e-3, to: 1e-5, over: fraction(1) }) }),
  batchSize: 128,
  epochs: 10,
} as const;
