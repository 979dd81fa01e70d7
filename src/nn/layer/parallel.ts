import { OptionError } from '../../base/errors.ts';
import { frozen } from '../../base/frozen.ts';
import { checkNumber, checkOneOf, checkOptionNames } from '../../base/options.ts';
import { sameShape, showShape } from '../../base/shape.ts';
import { total } from '../../graph/total.ts';
import type { Layer, LayerRow } from '../layer.ts';
import { joinAlong } from './join-along.ts';

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
  checkOptionNames(place, options, ['join', 'axis']);
  if (!Array.isArray(branches) || branches.length === 0) {
    throw new OptionError('option/layer', `branches is ${JSON.stringify(branches)}`, {
      place,
      mend: 'Give an array of layers: parallel([…, …]).',
    });
  }
  const join = checkOneOf(place, 'join', options.join ?? 'concatenate', joins);
  if (join === 'add' && options.axis !== undefined) {
    throw new OptionError('option/range', `axis is ${options.axis}, and outputs are added`, {
      place,
      mend: 'Leave axis out, or give { join: "concatenate" }.',
    });
  }
  const axis = checkNumber(place, 'axis', options.axis ?? 1, { integer: true });
  return frozen({ layer: place, branches: [...branches], join, ...(join === 'add' ? {} : { axis }) });
}

export const parallelRow: LayerRow<Parallel> = {
  label: 'parallel',
  read: ({ branches, ...options }, inner) =>
    parallel(Array.isArray(branches) ? branches.map(inner) : (branches as readonly Layer[]), options),
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
