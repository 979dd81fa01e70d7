import { expect, it } from 'vitest';
import { spread } from './spread.ts';

it('labels keep their heights where they have room, and move apart, within the bottom, where not', () => {
  expect(spread([], 100)).toEqual([]);
  expect(spread([10, 40, 80], 100)).toEqual([10, 40, 80]);
  expect(spread([10, 12, 13], 100)).toEqual([10, 25, 40]);
  expect(spread([95, 99, 100], 100)).toEqual([77.5, 92.5, 107.5]);
});
