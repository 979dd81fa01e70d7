import { OptionError } from '../../base/errors.ts';
import { frozen } from '../../base/frozen.ts';
import { list, number, type OptionSpecs, oneOf, optional, readOptions, withDefault } from '../../base/option-spec.ts';
import { sameShape, showShape } from '../../base/shape.ts';
import { total } from '../../graph/total.ts';
import type { Layer, LayerRow } from '../layer.ts';
import { joinAlong } from './join-along.ts';
import { layerSpec, readEach } from './layer-spec.ts';

const joins = ['concatenate', 'add'] as const;

/** Description of branches beside each other. */
export interface Parallel {
  readonly layer: 'parallel';
  readonly name?: string;
  readonly branches: readonly Layer[];
  readonly join: (typeof joins)[number];
  /** Of `concatenate`. */
  readonly axis?: number;
}

export interface ParallelOptions {
  /** `concatenate` (default) lays the outputs beside each other along `axis`, `add` sums them. */
  readonly join?: (typeof joins)[number];
  /** Of `concatenate`. Default 1: the channels of an image, the units of a dense layer. */
  readonly axis?: number;
}

const parallelOptions = {
  branches: list(layerSpec, 'an array of layers: parallel([…, …])'),
  join: withDefault(oneOf(joins), 'concatenate'),
  axis: optional(number({ integer: true })),
} satisfies OptionSpecs;

/**
 * Every branch on the same input, and their outputs together, as in an inception module. At least one branch; they are
 * named `branch1`, `branch2`, … unless they bear names.
 *
 * x any shape that all branches take → outputs that are equal but for `axis`, or equal to be added.
 *
 * @example parallel([conv2d({ channels: 16, kernel: 1 }), conv2d({ channels: 16, kernel: 3, padding: 'same' })])
 *
 * Szegedy et al., "Going deeper with convolutions", 2015.
 */
export function parallel(branches: readonly Layer[], options: ParallelOptions = {}): Parallel {
  const place = 'parallel';
  const { axis, ...read } = readOptions(place, parallelOptions, options, { branches });
  if (read.join === 'add' && axis !== undefined) {
    throw new OptionError('option/range', `axis is ${axis}, and outputs are added`, {
      place,
      mend: 'Leave axis out, or give { join: "concatenate" }.',
    });
  }
  return frozen({ layer: place, ...read, ...(read.join === 'add' ? {} : { axis: axis ?? 1 }) });
}

export const parallelRow: LayerRow<Parallel> = {
  options: parallelOptions,
  label: 'parallel',
  read: ({ branches, ...options }, inner) => parallel(readEach(branches, 'branches', inner), options),
  apply({ branches, join, axis }, scope, x) {
    const outputs = branches.map((branch, i) => scope.apply(branch, x, branch?.name ?? `branch${i + 1}`));
    if (join === 'concatenate') return joinAlong(scope, outputs, axis!);
    if (outputs.some(({ shape }) => !sameShape(shape, outputs[0]!.shape))) {
      scope.refuse(
        `the branches give ${outputs.map(({ shape }) => showShape(shape)).join(', ')}`,
        'Outputs that are added must have one shape.',
      );
    }
    return total(outputs);
  },
};
