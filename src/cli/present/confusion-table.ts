/** A confusion matrix as text: rows are what examples are, columns what the model says. */

import type { ConfusionMatrix } from '../../train/confusion-matrix.ts';
import { formatNumber } from './number-format.ts';

/** With more classes than this a table does not fit a screen: the most frequent mistakes are listed instead. */
const widest = 20;
const listed = 20;

/**
 * ```
 * true \ said    0   1   2  recall
 * 0 T-shirt    903   4  93   0.903
 * …
 * ```
 * A dot stands for 0, so that mistakes are seen.
 */
export function confusionTable(matrix: ConfusionMatrix): string {
  return matrix.counts.length > widest ? mistakes(matrix) : table(matrix);
}

function table({ classNames, counts }: ConfusionMatrix): string {
  const label = (c: number) => (classNames[c] === String(c) ? String(c) : `${c} ${classNames[c]}`);
  const rows = [
    ['true \\ said', ...counts.map((_, c) => String(c)), 'recall'],
    ...counts.map((row, c) => [label(c), ...row.map((count) => (count === 0 ? '·' : String(count))), recallOf(row, c)]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '))
    .join('\n');
}

function recallOf(row: readonly number[], c: number): string {
  const all = row.reduce((sum, count) => sum + count, 0);
  return all === 0 ? '·' : (row[c]! / all).toFixed(3);
}

function mistakes({ classNames, counts }: ConfusionMatrix): string {
  const all = counts
    .flatMap((row, label) => row.map((count, said) => ({ label, said, count })))
    .filter(({ label, said, count }) => label !== said && count > 0)
    .sort((a, b) => b.count - a.count);
  if (all.length === 0) return 'no mistakes';
  const shown = all.slice(0, listed);
  const width = String(shown[0]!.count).length;
  const lines = shown.map(
    ({ label, said, count }) => `${String(count).padStart(width)}  ${classNames[label]} taken for ${classNames[said]}`,
  );
  const rest = all.slice(listed).reduce((sum, { count }) => sum + count, 0);
  return [...lines, ...(rest === 0 ? [] : [`${formatNumber(rest)} other mistakes`])].join('\n');
}
