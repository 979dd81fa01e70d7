/** The table of formulations: to add one, write its file and name it here. The first that applies is the default. */

import { InternalError, OptionError } from '../../base/errors.ts';
import { suggestion } from '../../base/nearest.ts';
import type { Shape } from '../../base/shape.ts';
import type { Emitter } from '../emitter.ts';
import type { Site } from '../site.ts';
import { blockedDirect, blockedFlipped } from './blocked.ts';
import { direct } from './direct.ts';
import { flipped } from './flipped.ts';
import { type ConvolutionKind, type ConvolutionOp, type Formulation, signature } from './formulation.ts';
import { permuted } from './permuted.ts';
import { shifted } from './shifted.ts';
import { shiftedInGroups } from './shifted-in-groups.ts';
import { transposed } from './transposed.ts';
import { unfolded } from './unfolded.ts';

export const formulations: {
  readonly [K in ConvolutionKind]: Readonly<Record<string, Formulation<K>>>;
} = {
  conv: { direct, blocked8: blockedDirect(8), blocked16: blockedDirect(16) },
  convInputGradient: { transposed, flipped, blocked8: blockedFlipped(8), blocked16: blockedFlipped(16) },
  convFilterGradient: {
    permuted,
    shifted: shifted('HWN'),
    shiftedByImage: shifted('NHW'),
    shiftedInGroups: shiftedInGroups(8),
    shiftedEachImage: shiftedInGroups('each image'),
    unfolded,
  },
};

/**
 * Names of the formulations that can serve the operator, the default first. Those that work on blocks of channels count
 * where `block`, the width that the engine has, is theirs.
 */
export function applicable(op: ConvolutionOp, shapes: readonly Shape[], block?: number): string[] {
  // Each formulation stands under its own kind; TypeScript cannot follow the lookup.
  const table = formulations[op.kind] as Readonly<Record<string, Formulation<ConvolutionKind>>>;
  return Object.keys(table).filter((name) => {
    const formulation = table[name]!;
    const offered = formulation.block === undefined || formulation.block === block;
    return offered && formulation.applies(op, shapes);
  });
}

/** Emits the operator by the formulation that the site names, or by the default. */
export function formulate<K extends ConvolutionKind>(e: Emitter, site: Site<K>): string {
  const op = site.op as ConvolutionOp;
  const table = formulations[op.kind] as Readonly<Record<string, Formulation<K>>>;
  const names = Object.keys(table).filter((name) => table[name]!.applies(op as ConvolutionOp<K>, site.shapes));
  const name = site.formulation ?? names[0];
  if (name === undefined) throw new InternalError(`no formulation serves ${signature(op, site.shapes, site.shape)}`);
  if (!names.includes(name)) {
    throw new OptionError('option/formulation', `"${name}" is not a formulation of this ${op.kind}`, {
      place: signature(op, site.shapes, site.shape),
      mend: suggestion(name, names),
    });
  }
  return table[name]!.emit(e, site);
}
