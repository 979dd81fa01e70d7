/** Columns of text that fit a line: those that matter least give way. */

export interface Column {
  readonly head: string;
  /** One for each row. */
  readonly cells: readonly string[];
  readonly align?: 'left' | 'right';
  /** Columns of a higher number are left out first; without one it always stays. */
  readonly priority?: number;
}

const gap = '  ';

/** Lines of a table, its head first, none longer than `width`: columns give way, then cells are cut. */
export function tableLines(columns: readonly Column[], width: number = Number.POSITIVE_INFINITY): string[] {
  const widthOf = ({ head, cells }: Column) => Math.max(lengthOf(head), ...cells.map(lengthOf));
  const total = (shown: readonly Column[]) =>
    shown.reduce((sum, column) => sum + widthOf(column), 0) + gap.length * (shown.length - 1);
  let shown = [...columns];
  while (total(shown) > width) {
    const last = shown.reduce((a, b) => ((b.priority ?? 0) > (a.priority ?? 0) ? b : a));
    if (last.priority === undefined) break;
    shown = shown.filter((column) => column !== last);
  }
  const rows = Math.max(0, ...shown.map(({ cells }) => cells.length));
  const line = (textOf: (column: Column) => string) =>
    shown
      .map((column) => pad(textOf(column), widthOf(column), column.align))
      .join(gap)
      .trimEnd();
  const lines = [
    line(({ head }) => head),
    ...Array.from({ length: rows }, (_, row) => line(({ cells }) => cells[row]!)),
  ];
  return lines.map((text) => cut(text, width));
}

const lengthOf = (text: string) => [...text].length;

function pad(text: string, width: number, align: Column['align']): string {
  const room = ' '.repeat(Math.max(0, width - lengthOf(text)));
  return align === 'right' ? `${room}${text}` : `${text}${room}`;
}

/** `text` within `width` characters; what is missing shows as `…`. */
export function cut(text: string, width: number): string {
  const letters = [...text];
  return letters.length <= width ? text : `${letters.slice(0, Math.max(0, width - 1)).join('')}…`;
}
