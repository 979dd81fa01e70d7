import { OptionError } from '../../base/errors.ts';
import { frozen } from '../../base/frozen.ts';
import type { OptionSpec } from '../../base/option-spec.ts';
import { shown } from '../../base/shown.ts';
import type { Layer } from '../layer.ts';

/** A layer's own name: part of a path of names. */
export const layerNameSpec: OptionSpec<string> = {
  read: (place, name, value) => {
    if (typeof value === 'string' && value !== '' && !value.includes('/')) return value;
    throw new OptionError('option/name', `${name} is ${shown(value)}`, {
      place,
      mend: 'Give a name that is not empty and has no "/".',
    });
  },
  schema: { type: 'string', pattern: '^[^/]+$', $comment: 'a name without "/"' },
};

/**
 * The same layer under a name of its own, which its parameters bear. A named `sequential` adds a level to the names of
 * what it holds.
 *
 * @example sequential(named('features', sequential(conv2d({ channels: 8, kernel: 3 }))), flatten(), named('head', dense(10)))
 * // parameters: features/conv1/weight, features/conv1/bias, head/weight, head/bias
 */
export function named<D extends Layer>(name: string, layer: D): D {
  return frozen({ ...layer, name: layerNameSpec.read('named', 'name', name) });
}
