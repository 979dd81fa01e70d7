import { conv2d } from '../../nn/layer/conv2d.ts';
import { dense } from '../../nn/layer/dense.ts';
import { flatten } from '../../nn/layer/flatten.ts';
import { relu } from '../../nn/layer/relu.ts';
import { sequential } from '../../nn/layer/sequential.ts';
import { softmaxCrossEntropy } from '../../nn/loss/softmax-cross-entropy.ts';
import { zeroOne } from '../../nn/metric/zero-one.ts';
import { adam } from '../../optim/adam.ts';
import { byGlobalNorm } from '../../optim/clip/by-global-norm.ts';
import { fraction } from '../../optim/schedule/duration.ts';
import { linearDecay } from '../../optim/schedule/linear-decay.ts';

/**
 * The quickstart: a convolutional network that is good enough to be worth looking at and trains in about a minute on two
 * cores. Two convolutions that halve the image by their stride instead of pooling (Springenberg et al., "Striving for
 * simplicity", 2015), two dense layers; Adam with a rate that falls in a straight line, the gradient clipped.
 *
 * `dolina train fashion-mnist-cnn` printed a test accuracy of 0.9074 after 3 epochs and 41 s (seed 0).
 */
export const fashionMnistCnn = {
  name: 'fashion-mnist-cnn',
  data: { set: 'fashion-mnist', standIn: true },
  validation: { count: 5000, stratified: true },
  model: sequential(
    conv2d({ channels: 32, kernel: 3, stride: 2, padding: 'same' }),
    relu(),
    conv2d({ channels: 64, kernel: 3, stride: 2, padding: 'same' }),
    relu(),
    flatten(),
    dense(128),
    relu(),
    dense(10),
  ),
  loss: softmaxCrossEntropy(),
  metrics: { error: zeroOne() },
  optimizer: adam({ learningRate: linearDecay({ from: 2e-3, to: 2e-5, over: fraction(1) }) }),
  clip: byGlobalNorm(1),
  batchSize: 128,
  epochs: 3,
} as const;
