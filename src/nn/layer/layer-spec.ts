/** Options that are layers: what a builder made, or the table has read. */

import { OptionError } from '../../base/errors.ts';
import { refer } from '../../base/json-schema.ts';
import type { OptionSpec } from '../../base/option-spec.ts';
import { shown } from '../../base/shown.ts';
import type { Layer } from '../layer.ts';

export const layerSpec: OptionSpec<Layer> = {
  read: (place, name, value) => {
    if (typeof (value as Partial<Layer> | null)?.layer === 'string') return value as Layer;
    const builder = typeof value === 'function' && value.name !== '' ? value.name : undefined;
    throw new OptionError('option/layer', `${name} is ${shown(value)}`, {
      place,
      mend:
        builder === undefined ? 'Give a layer, such as dense(10).' : `Call the builder: ${builder}(), not ${builder}.`,
    });
  },
  schema: refer('layer'),
};

/** Reads each layer of a list from plain data. */
export function readEach(
  layers: unknown,
  name: string,
  inner: (value: unknown, key: string) => Layer,
): readonly Layer[] {
  if (Array.isArray(layers)) return layers.map((layer, i) => inner(layer, `${name}[${i}]`));
  throw new OptionError('option/form', `${name} is ${shown(layers)}`, {
    mend: 'Give a list of layers, such as [{ "layer": "dense", "units": 10 }].',
  });
}
