/** The optimizers that come with Dolina, as JSON and the command line find them. */

import type { RuleBuilder } from '../rule/rule.ts';
import { adam } from './adam.ts';
import { momentum } from './momentum.ts';
import { nesterov } from './nesterov.ts';
import { sgd } from './sgd.ts';

/** The rules that come with Dolina. */
export const optimizers: readonly RuleBuilder[] = Object.freeze([
  // In the order of the book.
  sgd,
  momentum,
  nesterov,
  adam,
]);
