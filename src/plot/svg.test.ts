import { describe, expect, it } from 'vitest';
import type { Chart, Series } from './chart.ts';
import { svg } from './svg.ts';

const chart = (series: readonly Series[], more: Partial<Chart['panels'][number]> = {}): Chart => ({
  title: 'a <b> & "c"',
  xLabel: 'epoch',
  panels: [{ title: 'loss', series, ...more }],
});

const paths = (text: string) => [...text.matchAll(/<path class="line[^"]*" stroke="([^"]+)" d="([^"]+)"/g)];

/** The corners of every path, as numbers. */
const corners = (d: string) =>
  d
    .split(/[ML]/)
    .filter(Boolean)
    .map((pair) => pair.split(' ').map(Number));

describe('svg', () => {
  it('places points by the axes: x over the whole width, y between the outermost ticks', () => {
    const text = svg(
      chart([
        {
          name: 'a',
          points: [
            [0, 0],
            [5, 1],
            [10, 0.5],
          ],
        },
      ]),
      { width: 736, panelHeight: 100 },
    );
    // 736 − 62 − 74 = 600 across; 0 … 1 is the domain of nice ticks.
    expect(corners(paths(text)[0]![2]!)).toEqual([
      [0, 100],
      [300, 0],
      [600, 50],
    ]);
  });

  it('breaks a curve at values that are not finite, and at ≤ 0 on a logarithmic axis', () => {
    const points = [
      [0, 1],
      [1, 2],
      [2, Number.NaN],
      [3, 1],
      [4, 1.5],
      [5, Number.POSITIVE_INFINITY],
      [6, 1],
      [7, 2],
    ] as const;
    expect(paths(svg(chart([{ name: 'a', points }])))[0]![2]!.match(/M/g)).toHaveLength(3);
    const log = svg(
      chart(
        [
          {
            name: 'a',
            points: [
              [0, 1],
              [1, 0.5],
              [2, 0],
              [3, 0.1],
              [4, 1],
            ],
          },
        ],
        { scale: 'log' },
      ),
    );
    expect(paths(log)[0]![2]!.match(/M/g)).toHaveLength(2);
    expect(log).not.toContain('NaN');
  });

  it('marks a single point by a dot and draws empty series without a path', () => {
    const text = svg(
      chart([
        { name: 'one', points: [[1, 0.5]] },
        { name: 'none', points: [] },
      ]),
    );
    expect(paths(text)).toHaveLength(0);
    expect(text).toMatch(/<circle fill="#2f7ae5"/);
    expect(text).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('gives colours to the curves in their order, faint ones aside', () => {
    const points = [
      [0, 1],
      [1, 2],
    ] as const;
    const text = svg(
      chart([
        { name: 'noise', points, faint: true },
        { name: 'training', points },
        { name: 'validation', points },
      ]),
    );
    expect(paths(text).map((path) => path[1])).toEqual(['#8c959f', '#2f7ae5', '#e8710a']);
  });

  it('writes the last values beside the ends, at least 15 apart', () => {
    const ends = [0.9, 0.9, 0.905].map((y, i) => ({
      name: `s${i}`,
      points: [
        [0, 0],
        [1, y],
      ] as const,
    }));
    const tops = [...svg(chart(ends)).matchAll(/class="end" x="[^"]+" y="([^"]+)"[^>]*>([^<]+)/g)].map((match) =>
      Number(match[1]),
    );
    expect(tops).toHaveLength(3);
    for (let i = 1; i < tops.length; i++) expect(tops[i]! - tops[i - 1]!).toBeGreaterThanOrEqual(14.9);
  });

  it('draws a band between its two curves, in the colour of its series', () => {
    const band = {
      of: 'a',
      points: [
        [0, 0, 1],
        [1, 0, 1],
        [2, Number.NaN, 1],
        [3, 0, 1],
        [4, 0.5, 1],
      ] as const,
    };
    const text = svg(
      chart(
        [
          {
            name: 'a',
            points: [
              [0, 0.5],
              [4, 0.5],
            ],
          },
        ],
        { bands: [band] },
      ),
      { width: 536, panelHeight: 100 },
    );
    expect(text).toContain(
      '<path class="band" fill="#2f7ae5" d="M0 0L100 0L100 100L0 100ZM300 0L400 0L400 50L300 100Z"/>',
    );
  });

  it('names and describes itself, and escapes what it is given', () => {
    const text = svg(
      chart([
        {
          name: 'a<',
          points: [
            [0, 2],
            [1, 0.25],
          ],
        },
      ]),
    );
    expect(text).toContain('<title id="title">a &lt;b&gt; &amp; &quot;c&quot;</title>');
    expect(text).toContain('<desc id="description">Curves over epoch. loss: a&lt; from 2 to 0.25.</desc>');
    expect(text).toContain('role="img" aria-labelledby="title description"');
    expect(text).not.toContain('a <b>');
  });

  const at = (xs: readonly number[]) => xs.map((x, i) => [x, i] as const);
  const middle = (text: string) => [...text.matchAll(/text-anchor="middle">([^<]+)</g)].map(([, label]) => label);

  it('gives a panel the horizontal axis that it asks for, under its own name, and the others theirs', () => {
    const text = svg(
      {
        title: 't',
        xLabel: 'step',
        panels: [
          { title: 'a', series: [{ name: 'a', points: at([0, 50, 100]) }] },
          { title: 'b', x: { label: 'rate', scale: 'log' }, series: [{ name: 'b', points: at([0.01, 0.1, 1]) }] },
        ],
      },
      { width: 736, panelHeight: 100 },
    );
    const across = paths(text).map((path) => corners(path[2]!).map(([x]) => x));
    expect(across).toEqual([
      [0, 300, 600],
      [0, 300, 600],
    ]);
    const labels = middle(text);
    expect(labels.indexOf('100')).toBeLessThan(labels.indexOf('step'));
    expect(labels.indexOf('step')).toBeLessThan(labels.indexOf('0.01'));
    expect(labels.at(-1)).toBe('rate');
  });

  it('writes remarks under the title in lines that fit, and the panels below them', () => {
    const plain = svg(chart([{ name: 'a', points: at([0, 1]) }]));
    const remark = 'word '.repeat(60).trim();
    const text = svg({ ...chart([{ name: 'a', points: at([0, 1]) }]), remarks: [remark] });
    const lines = [...text.matchAll(/>((?:word ?)+)</g)].map(([, line]) => line!);
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.join(' ')).toBe(remark);
    const top = (of: string) => Number(/<g transform="translate\(62 ([\d.]+)\)/.exec(of)![1]);
    expect(top(text) - top(plain)).toBe(17 * lines.length);
  });

  it('moves a legend that does not fit beside the title into rows of its own, within the width', () => {
    const series = Array.from({ length: 6 }, (_, i) => ({ name: `a rather long name ${i}`, points: at([0, 1]) }));
    const text = svg(chart(series), { width: 736 });
    const entries = [...text.matchAll(/<text x="([\d.]+)" y="(-\d+)">(a rather long name \d)</g)];
    expect(entries.map(([, , , name]) => name)).toEqual(series.map(({ name }) => name));
    expect(new Set(entries.map(([, , y]) => y)).size).toBe(2);
    for (const [, x] of entries) expect(Number(x) + 20 * 6.8).toBeLessThanOrEqual(600);
    const title = Number(/class="panel" x="0" y="(-\d+)"/.exec(text)![1]);
    expect(title).toBeLessThan(Math.min(...entries.map(([, , y]) => Number(y))));
  });

  it('draws what belongs to another series in its colour, without naming it in the legend', () => {
    const text = svg(
      chart([
        { name: 'a', points: at([0, 1]) },
        { name: 'b', points: at([0, 1]) },
        { name: 'steps of b', of: 'b', faint: true, points: at([0, 1]) },
      ]),
    );
    expect(paths(text).map((path) => path[1])).toEqual(['#e8710a', '#2f7ae5', '#e8710a']);
    expect(text.replace(/<desc.*<\/desc>/s, '')).not.toContain('steps of b');
  });

  it('stays below 100 kB for 200 000 points', () => {
    const points = Array.from({ length: 200_000 }, (_, i) => [i, Math.sin(i * i)] as const);
    expect(svg(chart([{ name: 'a', points }])).length).toBeLessThan(100_000);
  });
});
