import { describe, expect, it } from 'vitest';
import { cut, tableLines } from './table.ts';

const columns = [
  { head: 'run', cells: ['a1b2', 'é'] },
  { head: 'loss ↓', cells: ['0.25', '10'], align: 'right', priority: 1 },
  { head: 'note', cells: ['first', ''], priority: 2 },
] as const;

describe('tableLines', () => {
  it('lays columns beside one another, without blanks at the ends of lines', () => {
    expect(tableLines(columns)).toEqual(['run   loss ↓  note', 'a1b2    0.25  first', 'é         10']);
  });

  it('leaves out the columns that matter least until the rest fits', () => {
    expect(tableLines(columns, 18)).toEqual(['run   loss ↓', 'a1b2    0.25', 'é         10']);
    expect(tableLines(columns, 11)).toEqual(['run', 'a1b2', 'é']);
  });

  it('cuts what stays and does not fit', () => {
    expect(tableLines(columns, 3)).toEqual(['run', 'a1…', 'é']);
  });

  it('shows the head alone where there are no rows', () => {
    expect(tableLines([{ head: 'run', cells: [] }])).toEqual(['run']);
  });
});

it('cut counts letters, not their bytes', () => {
  expect([cut('valley', 6), cut('valley', 5), cut('··↓↓', 3), cut('a', 1)]).toEqual(['valley', 'vall…', '··…', 'a']);
});
