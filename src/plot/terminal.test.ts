import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Chart, Series } from './chart.ts';
import { terminal } from './terminal.ts';

const chart = (...series: readonly Series[]): Chart => ({
  title: 'run',
  xLabel: 'epoch',
  panels: [{ title: 'loss', series }],
});
const codePoints = (text: string) => [...text].length;

describe('terminal', () => {
  it('draws a falling line through a field of dots, with axes, ticks and legend', () => {
    const text = terminal(
      chart({
        name: 'training',
        points: [
          [0, 1],
          [4, 0],
        ],
      }),
      { width: 28, height: 7 },
    );
    expect(text.split('\n')).toEqual([
      '     loss        ━━ training',
      '1.0 ┤⠉⠒⠢⠤⣀⡀',
      '    │     ⠈⠉⠒⠢⠤⣀⡀',
      '0.5 ┤           ⠈⠉⠒⠢⠤⣀⡀',
      '  0 ┤                 ⠈⠉⠒⠢⠤⣀',
      '    └┬──────────┬──────────┬',
      '     0          2   epoch  4',
    ]);
  });

  it('lights the dot of each corner: two columns by four rows to a character', () => {
    const corner = (x: number, y: number) =>
      terminal(
        chart({
          name: 'a',
          points: [
            [0, 0],
            [0, Number.NaN],
            [1, 1],
            [1, Number.NaN],
            [x, y],
          ],
        }),
        { width: 20, height: 5 },
      );
    const lines = corner(0, 1).split('\n');
    expect(lines[1]).toMatch(/^1\.0 ┤⠁ +⠈$/);
    expect(lines[2]).toMatch(/^ {2}0 ┤⡀$/);
  });

  it('leaves gaps for values that are not finite, and draws nothing for none', () => {
    const gap = terminal(
      chart({
        name: 'a',
        points: [
          [0, 1],
          [1, 1],
          [2, Number.NaN],
          [3, 1],
          [4, 1],
        ],
      }),
      { width: 40, height: 6 },
    );
    expect(gap).toMatch(/[\u2801-\u28ff] {10,}[\u2801-\u28ff]/);
    expect(terminal(chart({ name: 'a', points: [] }))).not.toMatch(/[\u2801-\u28ff]|NaN|undefined/);
    expect(terminal(chart({ name: 'a', points: [[3, 7]] }))).toMatch(/[\u2801-\u28ff]/);
  });

  it('tells curves apart by marks without colour, and by colour without marks', () => {
    const points = [
      [1, 0.5],
      [2, 0.4],
      [3, 0.35],
    ] as const;
    const two = chart(
      { name: 'training', points },
      { name: 'validation', points: points.map(([x, y]) => [x, y + 0.1] as const) },
    );
    const plain = terminal(two);
    expect(plain).toContain('━━ training   ● validation');
    expect(plain.split('\n').slice(1).join().match(/●/g)).toHaveLength(3);
    expect(plain).not.toContain('\x1b');
    const coloured = terminal(two, { colour: true });
    expect(coloured).toContain('\x1b[38;5;33m━━\x1b[39m training   \x1b[38;5;208m━━\x1b[39m validation');
    expect(coloured).not.toContain('●');
    for (const line of coloured.split('\n'))
      expect(line.lastIndexOf('\x1b[39m')).toBeGreaterThanOrEqual(line.lastIndexOf('\x1b[38'));
  });

  it('names the horizontal axis between its numbers, on the last panel alone', () => {
    const panel = {
      title: 'loss',
      series: [
        {
          name: 'a',
          points: [
            [0, 1],
            [10, 2],
          ] as const,
        },
      ],
    };
    const lines = terminal({ title: '', xLabel: 'epoch', panels: [panel, panel] }, { width: 60, height: 8 }).split(
      '\n',
    );
    expect(lines.filter((line) => line.includes('epoch'))).toEqual([lines.at(-1)]);
    expect(lines.at(-1)).toMatch(/8 +epoch +10$/);
  });

  it('puts a legend that has no room beside the title below it, and names every curve', () => {
    const series = Array.from({ length: 8 }, (_, i) => ({
      name: `learningRate=${i}`,
      points: [
        [0, i],
        [1, i],
      ] as const,
    }));
    const chart = { title: '', xLabel: 'epoch', panels: [{ title: 'loss', series }] };
    for (const colour of [false, true]) {
      const lines = stripVTControlCharacters(terminal(chart, { width: 60, height: 16, colour })).split('\n');
      expect(lines).toHaveLength(16);
      expect(lines[0]!.trim()).toBe('loss');
      const legend = lines.slice(1, 4).join(' ');
      const signs = series.map(({ name }) => new RegExp(`(\\S+) ${name}`).exec(legend)?.[1]);
      // Six colours: from the seventh on a mark tells the curves apart; without colour, marks alone do.
      expect(signs).toEqual(colour ? [...Array(6).fill('━━'), '●', '●'] : ['━━', '●', '×', '▲', '◆', '+', '○', '■']);
    }
  });

  it('gives a panel the horizontal axis that it asks for, and names each under the last panel that has it', () => {
    const points = [
      [0.001, 1],
      [1, 2],
    ] as const;
    const series = [{ name: 'a', points }];
    const lines = terminal(
      {
        ...{ title: '', xLabel: 'epoch' },
        panels: [
          { title: 'loss', series },
          { title: 'final', series, x: { label: 'rate', scale: 'log' } },
        ],
      },
      { width: 60, height: 8 },
    ).split('\n');
    const [epoch, rate] = ['epoch', 'rate'].map((name) => lines.findIndex((line) => line.includes(name)));
    expect([epoch, rate]).toEqual([7, lines.length - 1]);
    expect(lines[epoch!]).toMatch(/0\.2 .*0\.8/);
    expect(lines[rate!]).toMatch(/0\.01 .*0\.1 .*1$/);
  });

  it('is never wider than asked, and each panel as high as asked, for any points', () => {
    const points = fc.array(fc.tuple(fc.double(), fc.double()), { maxLength: 30 });
    fc.assert(
      fc.property(
        points,
        points,
        fc.integer({ min: 24, max: 120 }),
        fc.integer({ min: 6, max: 20 }),
        (a, b, width, height) => {
          const lines = terminal(chart({ name: 'training', points: a }, { name: 'validation', points: b }), {
            width,
            height,
          }).split('\n');
          expect(lines).toHaveLength(height);
          for (const line of lines) expect(codePoints(line)).toBeLessThanOrEqual(width);
        },
      ),
    );
  });
});
