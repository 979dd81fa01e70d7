import { OptionError } from '../../base/errors.ts';
import { frozen } from '../../base/frozen.ts';
import { refer } from '../../base/json-schema.ts';
import { type OptionSpec, type OptionSpecs, readOptions } from '../../base/option-spec.ts';
import { shown } from '../../base/shown.ts';
import type { Layer, LayerRow } from '../layer.ts';
import { layerSpec } from './layer-spec.ts';
import { layerNameSpec } from './named.ts';

type Heads = Readonly<Record<string, Layer>>;

/** Description of several outputs. */
export interface Outputs {
  readonly layer: 'outputs';
  readonly name?: string;
  /** What gives each output, by its name. */
  readonly heads: Heads;
}

const headsSpec: OptionSpec<Heads> = {
  read: (place, name, value) => {
    const entries = isRecord(value) ? Object.entries(value) : [];
    if (entries.length === 0) {
      throw new OptionError('option/layer', `${name} is ${shown(value)}`, {
        place,
        mend: 'Give a layer for each output: outputs({ digit: dense(10), parity: dense(2) }).',
      });
    }
    return Object.fromEntries(
      entries.map(([output, head]) => [
        layerNameSpec.read(place, 'name', output),
        layerSpec.read(place, `the head "${output}"`, head),
      ]),
    );
  },
  schema: {
    type: 'object',
    additionalProperties: refer('layer'),
    minProperties: 1,
    propertyNames: layerNameSpec.schema,
    $comment: 'a layer for each output',
  },
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const outputsOptions = { heads: headsSpec } satisfies OptionSpecs;

/**
 * Several outputs with names, each by a head of its own on the same input: the last layer of a model that is trained on
 * several targets. Training takes a loss for each (`loss: { digit: …, parity: … }`), `predict` gives all of them, and the
 * exported model has an output of each name.
 *
 * x any shape that all heads take → the same, so that `outputs` may also stand at an inner layer; the last layer of such a
 * model must be `outputs` too. Parameters are named by the outputs: `digit/weight`.
 *
 * @example
 * sequential(flatten(), dense(64), relu(), outputs({ digit: sequential(dense(32), relu(), dense(10)), parity: dense(2) }))
 */
export function outputs(heads: Heads): Outputs {
  return frozen({ layer: 'outputs', ...readOptions('outputs', outputsOptions, {}, { heads }) });
}

export const outputsRow: LayerRow<Outputs> = {
  options: outputsOptions,
  label: 'outputs',
  transparent: true,
  read: ({ heads }, inner) => {
    if (!isRecord(heads)) return outputs(heads as Heads);
    const read = Object.entries(heads).map(([name, head]) => [name, inner(head, `heads.${name}`)] as const);
    return outputs(Object.fromEntries(read));
  },
  apply({ heads }, scope, x) {
    for (const [name, head] of Object.entries(heads)) scope.output(name, scope.apply(head, x, name));
    return x;
  },
};
