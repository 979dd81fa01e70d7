import { expect, it } from 'vitest';
import { throttle } from './throttle.ts';

it('lets the first through at once, then at most ten in a second', () => {
  let time = 5000;
  const due = throttle(() => time);
  let drawn = 0;
  for (; time < 6000; time++) if (due()) drawn++;
  expect(drawn).toBe(10);
  time += 10_000;
  expect([due(), due()]).toEqual([true, false]);
});
