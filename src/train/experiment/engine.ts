import { OptionError } from '../../base/errors.ts';
import { count, nested, type OptionSpec, oneOf, optional, withDefault } from '../../base/option-spec.ts';
import { shown } from '../../base/shown.ts';
import type { EngineName } from '../../runtime/engine.ts';

export interface ExperimentEngine {
  readonly name: EngineName;
  /** Measured where absent. */
  readonly threads?: number;
  /** The formulation of each convolution gradient by signature; measured where absent. */
  readonly formulations?: Readonly<Record<string, string>>;
}

export const engineNames: readonly EngineName[] = ['cpu', 'wasm'];

const formulations: OptionSpec<Readonly<Record<string, string>>> = {
  read: (place, name, value) => {
    const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (isRecord && Object.values(value).every((each) => typeof each === 'string')) return { ...value };
    throw new OptionError('option/form', `${name} is ${shown(value)}`, {
      place,
      mend: 'Give the formulation of each signature, as the config.json of a run has them.',
    });
  },
  schema: { type: 'object', additionalProperties: { type: 'string' }, $comment: 'formulations by signature' },
};

/** An option that is an engine. */
export const engineSpec: OptionSpec<ExperimentEngine> = nested({
  name: withDefault(oneOf(engineNames), 'cpu'),
  threads: optional(count),
  formulations: optional(formulations),
});
