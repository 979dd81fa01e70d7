/** Convolution and its two gradients: hands each to its formulation. */

import { formulate } from '../convolution/formulations.ts';
import type { Rows } from '../site.ts';

export const convolutionRows: Rows<'conv' | 'convInputGradient' | 'convFilterGradient'> = {
  conv: (e, site) => formulate(e, site),
  convInputGradient: (e, site) => formulate(e, site),
  convFilterGradient: (e, site) => formulate(e, site),
};
