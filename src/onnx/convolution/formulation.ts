/**
 * A formulation is one way to compute a convolution, or a gradient of one, with the operators of ONNX. Which is fastest
 * depends on the shapes and the machine: engines measure and choose by the signature; without a choice the first
 * formulation that applies is taken.
 */

import type { Shape } from '../../base/shape.ts';
import type { OpOf } from '../../graph/op.ts';
import type { Emitter } from '../emitter.ts';
import type { Site } from '../site.ts';

export type ConvolutionKind = 'conv' | 'convInputGradient' | 'convFilterGradient';

export type ConvolutionOp<K extends ConvolutionKind = ConvolutionKind> = OpOf<K>;

export interface Formulation<K extends ConvolutionKind> {
  /** Width of the channel blocks that the engine must have; a formulation without is served by every engine. */
  readonly block?: number;
  /** Whether `emit` can serve the operator on operands of these shapes. */
  applies(op: ConvolutionOp<K>, shapes: readonly Shape[]): boolean;
  /** Emits the nodes; gives the result's name. A bias (conv only) is the formulation's to add. */
  emit(e: Emitter, site: Site<K>): string;
}

/**
 * The identity of a convolution for the choice of a formulation: operator, shapes of the operands and the result, and
 * geometry. Equal signatures take equal time.
 */
export function signature(op: ConvolutionOp, shapes: readonly Shape[], result: Shape): string {
  const show = (shape: readonly number[]) => shape.join('x');
  const geometry = `stride ${show(op.stride)} padding ${show(op.padding)} dilation ${show(op.dilation)}`;
  return `${op.kind} ${shapes.map(show).join(' ')} > ${show(result)} ${geometry} groups ${op.groups}`;
}
