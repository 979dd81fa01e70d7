/** The optimizers that come with Dolina, as JSON and the command line find them. */

import type { RuleBuilder } from '../rule/rule.ts';
import { adadelta } from './adadelta.ts';
import { adagrad } from './adagrad.ts';
import { adam } from './adam.ts';
import { adamax } from './adamax.ts';
import { adamw } from './adamw.ts';
import { amsgrad } from './amsgrad.ts';
import { lamb } from './experimental/lamb.ts';
import { lion } from './experimental/lion.ts';
import { muon } from './experimental/muon.ts';
import { scheduleFreeAdamw } from './experimental/schedule-free-adamw.ts';
import { scheduleFreeSgd } from './experimental/schedule-free-sgd.ts';
import { momentum } from './momentum.ts';
import { nadam } from './nadam.ts';
import { nesterov } from './nesterov.ts';
import { radam } from './radam.ts';
import { rmsprop } from './rmsprop.ts';
import { rmspropNesterov } from './rmsprop-nesterov.ts';
import { rprop } from './rprop.ts';
import { sgd } from './sgd.ts';

/** The rules that come with Dolina. */
export const optimizers: readonly RuleBuilder[] = Object.freeze([
  // In the order of the book.
  sgd,
  momentum,
  nesterov,
  rprop,
  adagrad,
  adadelta,
  rmsprop,
  rmspropNesterov,
  adam,
  adamax,
  amsgrad,
  adamw,
  nadam,
  radam,
  // The experimental shelf: the same contract, no promise that options stay.
  lion,
  lamb,
  muon,
  scheduleFreeSgd,
  scheduleFreeAdamw,
]);
