/** The driver with systems of a few lines, to see whom it asks, whom it drops and what it counts. */

import { expect, test } from 'vitest';
import { tiny } from '../workloads/tiny.mjs';
import { measure } from './measure.mjs';

/** Answers `check` with `values` and `run` with `ms`; refuses `check` where `refuses` says why. */
const entry = (
  name: string,
  { values = [1], ms = { '': 1 } as Record<string, number>, stepMs = 50, refuses = '', ...rest } = {},
) => ({
  name,
  family: name.split('-')[0],
  needs: 'peers' as const,
  args: [
    '-e',
    `const answers = {
      prepare: { ok: true, version: '1' },
      check: ${refuses === '' ? JSON.stringify({ ok: true, values, stepMs }) : JSON.stringify({ ok: false, reason: refuses })},
      run: ${JSON.stringify({ ok: true, ms })},
    };
    require('node:readline').createInterface({ input: process.stdin }).on('line', (line) =>
      console.log('@bench ' + JSON.stringify(answers[JSON.parse(line).command])));`,
  ],
  ...rest,
});

const measured = (...entries: ReturnType<typeof entry>[]) =>
  measure(
    tiny,
    entries,
    { parameters: [], files: {}, cacheFile: '' },
    { seconds: 0.1, programOf: () => process.execPath, say: () => {}, rest: 0 },
  );

test('ratios are over Dolina, a peer is as fast as its best variant, and a family as its best setting', async () => {
  const { rows, disagree } = await measured(
    entry('dolina', { ms: { '': 2 } }),
    entry('peer-1', { ms: { slow: 9, fast: 6 } }),
    entry('peer-2', { ms: { slow: 5 } }),
  );
  expect(disagree).toEqual([]);
  expect(rows.map(({ system, medianMs, ratio, best, variant }) => [system, medianMs, ratio, best, variant])).toEqual([
    ['dolina', 2, 1, true, undefined],
    ['peer-1', 6, 3, false, 'fast'],
    ['peer-2', 5, 2.5, true, 'slow'],
  ]);
  expect(rows.every(({ runs }) => runs >= 3)).toBe(true);
});

test('whoever does other work gets no row', async () => {
  const { rows, notes, disagree } = await measured(entry('dolina'), entry('peer'), entry('wrong', { values: [1.1] }));
  expect(rows.map(({ system }) => system)).toEqual(['dolina', 'peer']);
  expect(disagree).toEqual(['wrong']);
  expect(notes.join('\n')).toMatch(/tiny, wrong: does other work/);
});

test('a refusal is a note, and only then its stand-in is asked', async () => {
  const standIn = entry('stand-in', { insteadOf: 'wasm' });
  const refused = await measured(entry('dolina'), entry('wasm', { refuses: 'no such kernel' }), standIn);
  expect(refused.rows.map(({ system }) => system)).toEqual(['dolina', 'stand-in']);
  expect(refused.notes).toContain('tiny, wasm: no such kernel');
  const served = await measured(entry('dolina'), entry('wasm'), standIn);
  expect(served.rows.map(({ system }) => system)).toEqual(['dolina', 'wasm']);
});

test('nobody gets more than 25 repetitions, however fast', async () => {
  const { rows } = await measure(
    tiny,
    [entry('dolina')],
    { parameters: [], files: {}, cacheFile: '' },
    { seconds: 60, programOf: () => process.execPath, say: () => {}, rest: 0 },
  );
  expect(rows[0].runs).toBe(25);
});

test('without Dolina there are rows, but no ratios', async () => {
  const { rows } = await measured(entry('peer'));
  expect(rows.map(({ ratio }) => ratio)).toEqual([null]);
});

test('a system whose one step outlasts its time gets one run, with a note', async () => {
  const { rows, notes } = await measured(entry('dolina'), entry('slow', { stepMs: 70_000 }));
  expect(rows[1]).toMatchObject({ system: 'slow', medianMs: 70_000, runs: 1, stepsPerRun: 1, ratio: 70_000 });
  expect(notes.join('\n')).toMatch(/tiny, slow: one step takes longer/);
});
