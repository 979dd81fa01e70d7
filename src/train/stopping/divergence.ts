import { frozen } from '../../base/frozen.ts';
import { type OptionSpecs, positive, readOptions, withDefault } from '../../base/option-spec.ts';
import { meanLoss } from './running-loss.ts';
import type { Situation, Verdict } from './situation.ts';

/** Divergence as data. */
export interface Divergence {
  readonly stopping: 'divergence';
  readonly factor: number;
}

export const divergenceOptions = {
  factor: withDefault(positive, 3),
} satisfies OptionSpecs;

/**
 * Ends a run as `diverged` when the loss is far above its best: when the mean over the last 40 minibatches or so has
 * risen above the least such mean by more than `factor` times the size of the first. A loss or gradient that is not
 * finite ends every run at once, with this policy or without.
 *
 * - `factor` > 0, 3: a loss that began at 2.3 and fell to 0.1 may rise to 0.1 + 3·2.3 = 7.
 *
 * ```ts
 * train({ …, stopping: [earlyStopping(), divergence()] });
 * ```
 */
export function divergence(options: { readonly factor?: number } = {}): Divergence {
  return frozen({ stopping: 'divergence', ...readOptions('divergence', divergenceOptions, options) });
}

export function decideDivergence({ factor }: Divergence, { position, loss }: Situation): Verdict | undefined {
  const mean = meanLoss(loss);
  if (!(mean > loss.best + factor * Math.abs(loss.first))) return undefined;
  const [now, best] = [mean, loss.best].map((value) => Number(value.toPrecision(4)));
  return {
    status: 'diverged',
    reason: `diverged at step ${position.step}: the loss has risen to ${now} from its best, ${best}. Lower the learning rate, or clip the gradient`,
  };
}
