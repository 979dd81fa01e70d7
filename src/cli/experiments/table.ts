/** The experiments that come with Dolina: a new one is one file and one row. */

import type { ExperimentOptions } from '../../train/experiment.ts';
import { fashionMnistTwoConvTwoDense } from './fashion-mnist-2c2d.ts';
import { fashionMnistCnn } from './fashion-mnist-cnn.ts';
import { fashionMnistLogistic } from './fashion-mnist-logistic.ts';
import { fashionMnistMlp } from './fashion-mnist-mlp.ts';
import { fashionMnistVgg } from './fashion-mnist-vgg.ts';

export const builtIn = {
  'fashion-mnist-cnn': { experiment: fashionMnistCnn, summary: 'a small convolutional network: the quickstart' },
  'fashion-mnist-mlp': { experiment: fashionMnistMlp, summary: 'a multilayer perceptron, 784-512-512-10, with Adam' },
  'fashion-mnist-logistic': { experiment: fashionMnistLogistic, summary: 'softmax regression: a convex problem' },
  'fashion-mnist-vgg': { experiment: fashionMnistVgg, summary: 'a small VGG with batch normalization, for accuracy' },
  'fashion-mnist-2c2d': {
    experiment: fashionMnistTwoConvTwoDense,
    summary: 'two convolutions, two dense layers: a benchmark problem of the literature',
  },
} as const satisfies Readonly<Record<string, { readonly experiment: ExperimentOptions; readonly summary: string }>>;
