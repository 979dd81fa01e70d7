import { describe, expect, it } from 'vitest';
import { confusionTable } from './confusion-table.ts';

describe('confusionTable', () => {
  it('has a row for each class that is true, a column for each that is said, and the recall', () => {
    const counts = [
      [90, 0, 10],
      [1, 8, 0],
      [0, 0, 0],
    ];
    expect(confusionTable({ classNames: ['T-shirt', 'coat', '2'], counts })).toBe(
      [
        'true \\ said   0  1   2  recall',
        '0 T-shirt    90  ·  10   0.900',
        '1 coat        1  8   ·   0.889',
        '2             ·  ·   ·       ·',
      ].join('\n'),
    );
  });

  it('lists the most frequent mistakes where there are more than 20 classes', () => {
    const classNames = Array.from({ length: 21 }, (_, c) => `class ${c}`);
    const counts = classNames.map((_, label) => classNames.map((_, said) => (label === said ? 50 : 0) as number));
    expect(confusionTable({ classNames, counts })).toBe('no mistakes');
    counts[3]![4] = 12;
    counts[20]![0] = 2;
    expect(confusionTable({ classNames, counts })).toBe(
      '12  class 3 taken for class 4\n 2  class 20 taken for class 0',
    );
    for (const row of counts) row[7] = 1;
    expect(confusionTable({ classNames, counts }).split('\n').at(-1)).toBe('2 other mistakes');
  });
});
