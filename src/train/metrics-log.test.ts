import { expect, it } from 'vitest';
import { formatRow, parseRows } from './metrics-log.ts';

const row = { step: 1, epoch: 0.5, time: 2, 'train/loss': Number.NaN, 'gradient/norm': Number.POSITIVE_INFINITY };

it('reads back what it writes, and leaves out a torn last line', () => {
  expect(parseRows(`${formatRow(row)}${formatRow(row)}{"step":`)).toEqual([row, row]);
  expect(parseRows('')).toEqual([]);
});

it.each([
  ...['', 'null', '{}', '[1,2]', '{"step":1,"epoch":0}', '{"step":1,"epoch":0,"time":"x"}'],
  ...['{"step":1,"epoch":0,"time":0,"train/loss":null}', '{"step":1,'],
])('names the line that is no row: %s', (line) => {
  expect(() => parseRows(`${formatRow(row)}${line}\n${formatRow(row)}`, 'a/metrics.jsonl')).toThrow(
    'no row of step, epoch, time and measures (a/metrics.jsonl, line 2)',
  );
});
