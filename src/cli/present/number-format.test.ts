import { describe, expect, it } from 'vitest';
import { formatDuration } from './number-format.ts';

describe('formatDuration', () => {
  it.each([
    [0, '0.0 s'],
    [0.84, '0.8 s'],
    [9.96, '10 s'],
    [59.4, '59 s'],
    [59.6, '1:00 min'],
    [65, '1:05 min'],
    [3599.7, '1:00 h'],
    [7440, '2:04 h'],
    [86_399, '1 d 0 h'],
    [273_600, '3 d 4 h'],
    [Number.NaN, '?'],
    [Number.POSITIVE_INFINITY, '?'],
    [-1, '?'],
  ])('writes %d seconds as %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});
