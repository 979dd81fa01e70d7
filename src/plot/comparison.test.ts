import { describe, expect, it } from 'vitest';
import { type Comparison, comparisonSvg } from './comparison.ts';

const curve = (name: string, ...means: number[]) => ({
  name,
  points: means.map((mean, x) => [x, mean, mean - 0.1, mean + 0.1] as const),
});
const comparison = (more: Partial<Comparison> = {}): Comparison => ({
  title: 'a <b> & c',
  remarks: ['what it shows'],
  xLabel: 'training step',
  head: ['rank', 'optimizer', 'rate'],
  rows: [
    ['1', 'adam', '0.001'],
    ['2', 'sgd', '0.1'],
  ],
  panels: [{ title: 'error', scale: 'linear', curves: [curve('adam', 1, 0.5, 0.2), curve('sgd', 1, 0.8, 0.6)] }],
  ...more,
});

/** The text elements, in the order of the file, with where they stand. */
const texts = (svg: string) =>
  [...svg.matchAll(/<text[^>]*y="(-?[\d.]+)"[^>]*>([^<]*)<\/text>/g)].map(([, y, text]) => ({ y: Number(y), text }));

describe('comparisonSvg', () => {
  it('has a table in the order of the rows, and the name of each curve at its end', () => {
    const svg = comparisonSvg(comparison());
    const shown = texts(svg);
    const table = shown.filter(({ text }) => text === 'adam' || text === 'sgd');
    expect(table.map(({ text }) => text)).toEqual(['adam', 'sgd', 'sgd', 'adam']);
    expect(table[0]!.y).toBeLessThan(table[1]!.y);
    // In the panel the upper curve has the upper name: sgd ends at 0.6, adam at 0.2.
    expect(table[2]!.y).toBeLessThan(table[3]!.y);
    expect(shown.map(({ text }) => text)).toContain('a &lt;b&gt; &amp; c');
    expect(shown.map(({ text }) => text)).toContain('what it shows');
  });

  it('draws the best last and gives each the same colour in curve, band, row and name', () => {
    const svg = comparisonSvg(comparison());
    const lines = [...svg.matchAll(/<path class="line" stroke="(#\w+)"/g)].map(([, colour]) => colour);
    const bands = [...svg.matchAll(/<path class="band" fill="(#\w+)"/g)].map(([, colour]) => colour);
    expect(lines).toHaveLength(2);
    expect(bands).toEqual(lines);
    expect(new Set(lines).size).toBe(2);
    for (const colour of lines) {
      expect(svg).toMatch(new RegExp(`<line class="line" stroke="${colour}"`));
      expect(svg).toContain(`style="fill:${colour}"`);
    }
  });

  it('tells more than seven curves apart by their strokes', () => {
    const names = Array.from({ length: 9 }, (_, i) => `lane${i}`);
    const svg = comparisonSvg(
      comparison({
        rows: names.map((name, i) => [String(i + 1), name, '1']),
        panels: [{ title: 'error', scale: 'linear', curves: names.map((name, i) => curve(name, i + 1, i + 2)) }],
      }),
    );
    const pens = [...svg.matchAll(/<path class="line" (stroke="[^"]+"(?: stroke-dasharray="[^"]+")?)/g)];
    expect(new Set(pens.map(([, pen]) => pen)).size).toBe(9);
  });

  it('draws what has no points, or none that a logarithmic axis shows, without a number that is none', () => {
    const svg = comparisonSvg(
      comparison({
        panels: [
          { title: 'error', scale: 'log', curves: [curve('adam', 0, 0, 0), curve('sgd', 1, 0.5, 0.3)] },
          { title: 'loss', scale: 'linear', curves: [curve('adam'), curve('sgd')] },
        ],
      }),
    );
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    expect(svg.match(/<path class="line"/g)).toHaveLength(1);
  });

  it('is well-formed: every element is closed', () => {
    const open: string[] = [];
    for (const [, slash, name, rest] of comparisonSvg(comparison()).matchAll(/<(\/?)([a-z]+)([^>]*)>/g)) {
      if (slash) expect(open.pop()).toBe(name);
      else if (!rest!.endsWith('/')) open.push(name!);
    }
    expect(open).toEqual([]);
  });
});
