/** The JSON Schema of an experiment, made of the same tables that read it. */

import type { JsonSchema } from '../../base/json-schema.ts';
import { type OptionSpecs, optional, optionsSchema } from '../../base/option-spec.ts';
import { augmentations } from '../../data/augmentation/table.ts';
import { samplers } from '../../data/sampler.ts';
import { initializers } from '../../nn/init/table.ts';
import { layerNameSpec } from '../../nn/layer/named.ts';
import { layers } from '../../nn/layer/table.ts';
import { losses } from '../../nn/loss/table.ts';
import { weightedLossesOptions } from '../../nn/loss/weighted-losses.ts';
import { metrics } from '../../nn/metric/table.ts';
import { averages } from '../../optim/averaging/averaging.ts';
import { clips } from '../../optim/clip/clip.ts';
import { optimizers } from '../../optim/optimizers.ts';
import type { Definitions } from '../../optim/read.ts';
import { durationSchema } from '../../optim/schedule/duration.ts';
import { schedules } from '../../optim/schedule/schedules.ts';
import { experimentOptions } from '../experiment.ts';
import { starts } from '../start/table.ts';
import { stoppings } from '../stopping/stopping.ts';

interface Described {
  readonly options?: OptionSpecs;
}

/** Descriptions that tell their kind under `key`, each kind with its options and with those of all. */
function kinds(key: string, table: Readonly<Record<string, Described>>, ofAll: OptionSpecs = {}): JsonSchema {
  const anyOf = Object.entries(table).map(([kind, { options = {} }]) =>
    optionsSchema({ ...ofAll, ...options }, { [key]: kind }),
  );
  return { anyOf };
}

function byName(builders: readonly { readonly definition: Described & { readonly name: string } }[]) {
  return Object.fromEntries(builders.map(({ definition }) => [definition.name, definition]));
}

/** The sorts of description, each with the kinds that come with Dolina and those of the user's own. */
const sorts = ({ rules = [], schedules: own = [] }: Definitions) => ({
  layer: kinds('layer', layers, { name: optional(layerNameSpec) }),
  initializer: kinds('initializer', initializers),
  loss: kinds('loss', { ...losses, weightedLosses: { options: weightedLossesOptions } }),
  metric: kinds('metric', metrics),
  optimizer: kinds('optimizer', byName([...optimizers, ...rules])),
  schedule: kinds('schedule', byName([...schedules, ...own])),
  clip: kinds('clip', clips),
  averaging: kinds('averaging', averages),
  augmentation: kinds('augmentation', augmentations),
  start: kinds('start', starts),
  stopping: kinds('stopping', stoppings),
  sampler: kinds('kind', Object.fromEntries(Object.entries(samplers).map(([kind, options]) => [kind, { options }]))),
  duration: durationSchema,
});

/**
 * The JSON Schema (draft 2020-12) of what `readExperiment` takes from JSON. It knows each option by itself; what one
 * option says of another (that groups divide channels, say), the reader alone checks.
 */
export function experimentSchema(definitions: Definitions = {}): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Dolina experiment',
    ...optionsSchema(experimentOptions()),
    $defs: sorts(definitions),
  };
}
