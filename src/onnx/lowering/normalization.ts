/** The standardized tensor and its inverse deviation: one LayerNormalization has both, and γ and β within it. */

import type { Emitter } from '../emitter.ts';
import type { Rows, Site } from '../site.ts';

type Kind = 'standardize' | 'inverseDeviation';

/** γ x̂ + β, with the means and inverse deviations where these are needed. */
function layerNormalization(e: Emitter, { op, operands, shapes, normalization }: Site<Kind>): readonly string[] {
  const { scale, shift, withInverse } = normalization ?? { withInverse: false };
  const ones = () => e.expand(e.scalar('float32', 1), shapes[0]!.slice(op.axis));
  return e.outputs(
    'LayerNormalization',
    [operands[0]!, scale ?? ones(), ...(shift === undefined ? [] : [shift])],
    { axis: op.axis, epsilon: { float: op.epsilon } },
    withInverse ? 3 : 1,
  );
}

export const normalizationRows: Rows<Kind> = {
  standardize: (e, site) => layerNormalization(e, site)[0]!,
  inverseDeviation: (e, site) => layerNormalization(e, site)[2]!,
};
