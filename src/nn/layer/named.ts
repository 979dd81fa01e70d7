import { OptionError } from '../../base/errors.ts';
import { frozen } from '../../base/frozen.ts';
import type { Layer } from '../layer.ts';

/** Refuses names that cannot stand in a path of names; returns the name. */
export function checkLayerName(place: string, name: unknown): string {
  if (typeof name !== 'string' || name === '' || name.includes('/')) {
    throw new OptionError('option/name', `name is ${JSON.stringify(name)}`, {
      place,
      mend: 'Give a name that is not empty and has no "/".',
    });
  }
  return name;
}

/**
 * The same layer under a name of its own, which its parameters bear. A named `sequential` adds a level to the names of
 * what it holds.
 *
 * @example sequential(named('features', sequential(conv2d({ channels: 8, kernel: 3 }))), flatten(), named('head', dense(10)))
 * // parameters: features/conv1/weight, features/conv1/bias, head/weight, head/bias
 */
export function named<D extends Layer>(name: string, layer: D): D {
  return frozen({ ...layer, name: checkLayerName('named', name) });
}
