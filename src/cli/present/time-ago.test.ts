import { expect, it } from 'vitest';
import { timeAgo } from './time-ago.ts';

it.each([
  ['2026-03-01T12:00:00Z', 'now'],
  ['2026-03-01T11:59:01Z', 'now'],
  ['2026-03-01T11:59:00Z', '1 min ago'],
  ['2026-03-01T11:00:01Z', '59 min ago'],
  ['2026-03-01T11:00:00Z', '1 h ago'],
  ['2026-02-28T12:00:01Z', '23 h ago'],
  ['2026-02-28T12:00:00Z', '1 d ago'],
  ['2026-02-15T12:00:01Z', '13 d ago'],
  ['2026-02-15T12:00:00Z', '2026-02-15'],
  // A clock that is ahead.
  ['2026-03-01T12:03:00Z', 'now'],
  ['soon', '?'],
  [undefined, '?'],
])('%s is %s', (iso, text) => {
  expect(timeAgo(iso, new Date('2026-03-01T12:00:00Z'))).toBe(text);
});
