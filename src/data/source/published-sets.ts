/**
 * The published image sets: names, classes, sizes and checksums of the decompressed files, mirrors.
 *
 * The checksums were computed from files whose gzip md5 is the one that the publisher prints, and agree with those that
 * other projects pin.
 */

import type { FileRole, PublishedFile, PublishedSet } from './image-sets.ts';

function idxFiles(checksums: Readonly<Record<FileRole, string>>): Readonly<Record<FileRole, PublishedFile>> {
  return {
    testLabels: { name: 't10k-labels-idx1-ubyte', bytes: 10_008, sha256: checksums.testLabels },
    trainingLabels: { name: 'train-labels-idx1-ubyte', bytes: 60_008, sha256: checksums.trainingLabels },
    testImages: { name: 't10k-images-idx3-ubyte', bytes: 7_840_016, sha256: checksums.testImages },
    trainingImages: { name: 'train-images-idx3-ubyte', bytes: 47_040_016, sha256: checksums.trainingImages },
  };
}

/** Xiao, Rasul, Vollgraf, "Fashion-MNIST", 2017, arXiv:1708.07747. MIT licence. */
export const fashionMnistSet: PublishedSet = {
  name: 'fashion-mnist',
  title: 'Fashion-MNIST',
  classNames: [
    'T-shirt/top',
    'Trouser',
    'Pullover',
    'Dress',
    'Coat',
    'Sandal',
    'Shirt',
    'Sneaker',
    'Bag',
    'Ankle boot',
  ],
  files: idxFiles({
    testLabels: '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
    trainingLabels: 'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
    testImages: '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
    trainingImages: 'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
  }),
  mirrors: [
    'https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/',
    'https://storage.googleapis.com/tensorflow/tf-keras-datasets/',
  ],
};

/** LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to document recognition", 1998. */
export const mnistSet: PublishedSet = {
  name: 'mnist',
  title: 'MNIST',
  classNames: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  files: idxFiles({
    testLabels: 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
    trainingLabels: '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
    testImages: '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
    trainingImages: 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
  }),
  mirrors: ['https://ossci-datasets.s3.amazonaws.com/mnist/', 'https://storage.googleapis.com/cvdf-datasets/mnist/'],
};
