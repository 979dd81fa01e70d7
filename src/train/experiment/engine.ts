import { frozen } from '../../base/frozen.ts';
import { checkNumber, checkObject, checkOneOf, checkOptionNames } from '../../base/options.ts';
import type { EngineName } from '../../runtime/engine.ts';

export interface ExperimentEngine {
  readonly name: EngineName;
  /** Measured where absent. */
  readonly threads?: number;
  /** The formulation of each convolution gradient by signature; measured where absent. */
  readonly formulations?: Readonly<Record<string, string>>;
}

export const engineKeys = ['name', 'threads', 'formulations'] as const;
export const engineNames: readonly EngineName[] = ['cpu', 'wasm'];

export function readEngine(value: unknown): ExperimentEngine {
  const where = 'experiment: engine';
  const { name, threads, formulations, ...rest } = checkObject('experiment', 'engine', value, '{ "name": "cpu" }');
  checkOptionNames(where, rest, engineKeys);
  const fixed =
    formulations === undefined ? undefined : checkObject('experiment', 'engine.formulations', formulations, '{}');
  return frozen({
    name: checkOneOf(where, 'name', name ?? 'cpu', engineNames),
    ...(threads === undefined ? {} : { threads: checkNumber(where, 'threads', threads, { integer: true, min: 1 }) }),
    ...(fixed === undefined ? {} : { formulations: { ...(fixed as Record<string, string>) } }),
  });
}
