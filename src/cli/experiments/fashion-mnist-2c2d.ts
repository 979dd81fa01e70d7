import { constant } from '../../nn/init/constant.ts';
import { truncatedNormal } from '../../nn/init/truncated-normal.ts';
import { conv2d } from '../../nn/layer/conv2d.ts';
import { dense } from '../../nn/layer/dense.ts';
import { flatten } from '../../nn/layer/flatten.ts';
import { maxPool2d } from '../../nn/layer/max-pool2d.ts';
import { relu } from '../../nn/layer/relu.ts';
import { sequential } from '../../nn/layer/sequential.ts';
import { softmaxCrossEntropy } from '../../nn/loss/softmax-cross-entropy.ts';
import { zeroOne } from '../../nn/metric/zero-one.ts';
import { sgd } from '../../optim/sgd.ts';

const start = { weightInitializer: truncatedNormal({ deviation: 0.05 }), biasInitializer: constant(0.05) } as const;

/** 2c2d. */
export const fashionMnistTwoConvTwoDense = {
  name: 'fashion-mnist-2c2d',
  data: { set: 'fashion-mnist', standIn: true },
  validation: 'test',
  model: sequential(
    conv2d({ channels: 32, kernel: 5, padding: 'same', ...start }),
    relu(),
    maxPool2d(2),
    conv2d({ channels: 64, kernel: 5, padding: 'same', ...start }),
    relu(),
    maxPool2d(2),
    flatten(),
    dense(1024, start),
    relu(),
    dense(10, start),
  ),
  loss: softmaxCrossEntropy(),
  metrics: { error: zeroOne() },
  optimizer: sgd({ learningRate: 0.158489 }),
  batchSize: 128,
  epochs: 10,
  dropLast: true,
} as const;
