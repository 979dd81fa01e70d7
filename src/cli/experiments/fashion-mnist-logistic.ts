import { zeros } from '../../nn/init/zeros.ts';
import { dense } from '../../nn/layer/dense.ts';
import { flatten } from '../../nn/layer/flatten.ts';
import { sequential } from '../../nn/layer/sequential.ts';
import { softmaxCrossEntropy } from '../../nn/loss/softmax-cross-entropy.ts';
import { zeroOne } from '../../nn/metric/zero-one.ts';
import { sgd } from '../../optim/sgd.ts';

/** Softmax regression. */
export const fashionMnistLogistic = {
  name: 'fashion-mnist-logistic',
  data: { set: 'fashion-mnist', standIn: true },
  validation: { count: 5000, stratified: true },
  model: sequential(flatten(), dense(10, { weightInitializer: zeros() })),
  loss: softmaxCrossEntropy(),
  metrics: { error: zeroOne() },
  optimizer: sgd({ learningRate: 0.1 }),
  batchSize: 128,
  epochs: 10,
} as const;
