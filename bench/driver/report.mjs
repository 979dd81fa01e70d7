/** The table for people. */

/** Three figures, without an exponent. @param {number} value */
function figures(value) {
  if (value === 0) return '0';
  return value.toFixed(Math.min(6, Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))))));
}

const heading = ['workload', 'system', 'version', 'median ms', 'min', 'quartiles', 'runs', 'ratio', ''];
const rightAligned = new Set([3, 4, 5, 6, 7]);

/** @param {import('./measure.mjs').Row} row */
function remarks({ variant, gigabytesPerSecond, best, family }, /** @type {boolean} */ hasRivals) {
  const rates = Object.entries(gigabytesPerSecond ?? {}).map(([kind, rate]) => `${kind} ${figures(rate)} GB/s`);
  const counts = best && hasRivals ? [`the ${family} that counts`] : [];
  return [...counts, ...(variant === undefined ? [] : [variant]), ...rates].join('; ');
}

/** @param {readonly import('./measure.mjs').Row[]} rows */
export function table(rows) {
  const cells = rows.map((row) => [
    row.workload,
    row.system,
    row.version,
    figures(row.medianMs),
    figures(row.minMs),
    row.spreadMs.map(figures).join('–'),
    `${row.runs}×${row.stepsPerRun}`,
    row.ratio === null ? '–' : figures(row.ratio),
    remarks(
      row,
      rows.some((other) => other !== row && other.family === row.family && other.workload === row.workload),
    ),
  ]);
  const lines = [heading, ...cells];
  const widths = heading.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => (rightAligned.has(column) ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
