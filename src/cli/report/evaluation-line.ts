/** An evaluation as one line that people read: what was measured, set by set. */

import type { EvaluationEvent } from '../../train/event.ts';
import { formatDuration, formatNumber } from '../present/number-format.ts';

const sets = ['train', 'validation'] as const;

/** `epoch 1/3  train loss 0.482 error 0.172  validation loss 0.341 error 0.121  12.3 s`. */
export function evaluationLine({ epoch, measures, time }: EvaluationEvent, epochs: number): string {
  const parts = sets.flatMap((set) => {
    const found = Object.entries(measures).filter(([tag]) => tag.startsWith(`${set}/`));
    if (found.length === 0) return [];
    const shown = found.map(([tag, value]) => `${tag.slice(set.length + 1)} ${formatNumber(value, { steady: true })}`);
    return `${set} ${shown.join(' ')}`;
  });
  const number = Number.isInteger(epoch) ? String(epoch) : epoch.toFixed(2);
  const place = `epoch ${number.padStart(String(epochs).length)}/${epochs}`;
  return [place, ...parts, formatDuration(time)].join('  ');
}
