import { randomCrop } from '../../data/augmentation/random-crop.ts';
import { randomFlip } from '../../data/augmentation/random-flip.ts';
import { softmaxCrossEntropy } from '../../nn/loss/softmax-cross-entropy.ts';
import { zeroOne } from '../../nn/metric/zero-one.ts';
import { vgg } from '../../nn/model/vgg.ts';
import { momentum } from '../../optim/momentum.ts';
import { cosineDecay } from '../../optim/schedule/cosine-decay.ts';
import { epochs, fraction } from '../../optim/schedule/duration.ts';
import { warmup } from '../../optim/schedule/warmup.ts';
import { withoutDecayOnVectors } from '../../train/parameter-groups.ts';

/**
 * A small VGG with batch normalization, as one trains it for accuracy: momentum with a rate that rises for one epoch and
 * falls along a cosine, weight decay on filters alone, images shifted and mirrored at random.
 *
 * `dolina train fashion-mnist-vgg --threads 1` printed a test accuracy of 0.9304 after its 15 epochs (seed 0).
 */
export const fashionMnistVgg = {
  name: 'fashion-mnist-vgg',
  data: { set: 'fashion-mnist', standardize: true },
  validation: { count: 5000, stratified: true },
  model: vgg({
    stages: [
      [16, 16],
      [32, 32],
      [64, 64],
    ],
    classes: 10,
  }),
  loss: softmaxCrossEntropy(),
  metrics: { error: zeroOne() },
  optimizer: momentum({
    learningRate: warmup({ from: 0.01, over: epochs(1), into: cosineDecay({ from: 0.1, over: fraction(1) }) }),
    weightDecay: 5e-4,
  }),
  groups: [withoutDecayOnVectors()],
  augmentation: [randomCrop({ padding: 2 }), randomFlip()],
  batchSize: 128,
  epochs: 15,
} as const;
