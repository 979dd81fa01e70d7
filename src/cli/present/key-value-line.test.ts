import { expect, it } from 'vitest';
import { keyValueLine } from './key-value-line.ts';

it('writes four digits, quotes what has spaces, and leaves out what is absent', () => {
  expect(
    keyValueLine({
      epoch: 3,
      step: 140700,
      'train/loss': 0.301234,
      rate: 0.00001,
      loss: Number.NaN,
      note: 'two "words"',
      best: true,
      none: undefined,
    }),
  ).toBe('epoch=3 step=140700 train/loss=0.3012 rate=0.00001 loss=NaN note="two \\"words\\"" best=true');
});
